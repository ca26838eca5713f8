import type { JobId, JobRef } from '../model/ids.ts'

/** Finds by an id or a value. The rules of every call stand in `store.ts`. */
export interface SearchStore {
  /**
   * Looks for an id or value in what belongs to a subscription, the newest job first: job and execution ids by their beginning, error codes and values of `metadata`
   * as they are, ids and keys of items by their hashes alone; the caller compares these. Ends when it has looked at as many jobs or chunks as it may.
   */
  search(query: SearchQuery): Promise<SearchFound>
}

export type SearchKind = 'job' | 'execution' | 'error_code' | 'metadata' | 'item' | 'partition_key'

export interface SearchQuery {
  /** The one in whose turns of the reader it runs. @default all of its subscription */
  readonly caller?: string
  readonly subscription: string
  readonly text: string
  readonly kinds: readonly SearchKind[]
  /** Where a search before ended; null: from the beginning. */
  readonly from: SearchPlace | null
  /** From about as many hits on no further job is looked at. */
  readonly limit: number
  readonly maxJobs: number
  readonly maxChunks: number
}

/** Where a search continues: in a job, and then in older ones. */
export interface SearchPlace {
  readonly jobId: JobId
  /** 0: nothing of the job was looked at. */
  readonly chunk: number
  /** Whether the key was found in the chunks before. */
  readonly keyFound: boolean
}

/** A hit; a field that its kind does not have is null. */
export interface SearchHit {
  readonly kind: SearchKind
  /** The id, code, key or value. */
  readonly value: string
  readonly ref: JobRef | null
  readonly jobId: JobId | null
  readonly index: number | null
  readonly channel: string | null
  /** The name of the entry of `metadata`. */
  readonly field: string | null
  readonly atMs: number
}

export interface SearchFound {
  readonly hits: readonly SearchHit[]
  /** Where to continue; null: everything was looked at. */
  readonly next: SearchPlace | null
}
