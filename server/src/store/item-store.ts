import type { ChannelTerm } from '../model/channel-term.ts'
import type { JobId, JobRef } from '../model/ids.ts'
import type { Envelope, JobRecord } from '../model/job.ts'
import type { OutcomeBatch, Verdict } from '../model/outcome-batch.ts'

/** Items, in chunks: written before their job is visible, read with what became of them. The rules of every call stand in `store.ts`. */
export interface ItemStore {
  /** Writes chunks of a job that nobody can see yet. @throws StoreError `conflict`: the job was discarded, or has such a chunk */
  writeChunks(ref: JobRef, chunks: readonly ChunkDraft[]): Promise<void>

  /**
   * Writes rejected items: of a job nobody can see yet, after their chunks, or of the next part of an open job, before it is appended.
   * Nobody sees them before that. A few hundred a call: a row each. Those of a part that is given up are removed as by `discardJob`.
   * @throws StoreError `conflict`: the job was discarded or is not open, or an outcome is no failure of the chunk, or of an item that has one
   */
  writeRejectedItems(
    job: Pick<JobRecord, 'ref' | 'subscription'> & Pick<Envelope, 'channel'>,
    rejected: readonly RejectedItems[],
  ): Promise<void>

  /** Removes a job that was never published; of an open job the part that was begun. A second call, or an unknown ref, does nothing. */
  discardJob(ref: JobRef): Promise<void>

  /**
   * Appends a part to an open job; all of it or nothing.
   * @throws StoreError `conflict`: the job is not open, is stopped, or `chunks` do not follow; `stale_term`
   */
  appendPart(part: JobPart): Promise<void>

  /** Bodies of chunks, in the order asked for; null where there is none. */
  loadChunks(
    chunks: readonly { readonly ref: JobRef; readonly chunk: number }[],
  ): Promise<readonly (Uint8Array | null)[]>

  /** The lines of items whose data was replaced, as they are now, in the order asked for; null where there is none. */
  loadReplacements(
    items: readonly { readonly ref: JobRef; readonly index: number }[],
  ): Promise<readonly (Uint8Array | null)[]>

  /** Items with everything committed about them up to the moment of the call. */
  readItems(query: ItemsQuery): Promise<ItemsPage>

  /** Counts the items of a published job that have ended in stretches of their indexes, with everything committed up to the moment of the call. */
  countItems(query: ItemCountsQuery): Promise<EndedItemCounts>

  /**
   * Newer items with the same (objectType, id) for the same subscription and channel, in jobs that became eligible (or were made) after the
   * given item's: what a retry of it would overwrite. At most `limit`, looked for in the packed ids only; the caller compares the ids.
   */
  findNewer(query: NewerQuery): Promise<readonly NewerItem[]>
}

/** Up to 1,000 items or 1 MiB of one job: the storage unit, immutable once written. */
export interface ChunkDraft {
  /** Number of the chunk in its job, 0 and up, without gaps. */
  readonly chunk: number
  readonly firstIndex: number
  readonly count: number
  /** NDJSON, one line an item, every line ending in `\n`; a line that was no valid item is kept as far as its error needs it. */
  readonly body: Uint8Array
  /** Two words an item: hash of (subscription, channel, key); (0, 0): no key. */
  readonly keys: Uint32Array
  /** Two words an item: hash of (objectType, id). */
  readonly ids: Uint32Array
}

/** Items of one chunk that are rejected at ingest, as they are invalid; such an item has no key. */
export type RejectedItems = Pick<ChunkDraft, 'chunk' | 'firstIndex' | 'count'> & { readonly outcomes: OutcomeBatch }

/** A part appended to an open job, all of it or nothing. */
export interface JobPart {
  readonly ref: JobRef
  /** Of the job's channel. */
  readonly owner: ChannelTerm
  readonly chunks: readonly ChunkDraft[]
  readonly outcomes: readonly OutcomeBatch[]
  /** Outcomes were written before, by `writeRejectedItems`. @default false: if there are any, they are of a part that was discarded */
  readonly rejectedAhead?: boolean
  /** The job's `total` after the part. */
  readonly total: number
  readonly touchedAtMs: number
}

/** One item as stored: its line and everything committed about it. */
export interface StoredItem {
  readonly index: number
  /** The item's line without the newline, with its present data. */
  readonly line: Uint8Array
  /** Of the last call, as `attempt` and `throttled`; `unjudged` and 0 if there was none. */
  readonly verdict: Verdict
  readonly attempt: number
  readonly throttled: number
  /** Start of the first call and end of the last, in whole ms (rounded down). */
  readonly startedAtMs: number | null
  readonly endedAtMs: number | null
  readonly retryAtMs: number | null
  /** The job that tries it again, if one does. */
  readonly retriedAs: JobId | null
  /** Every committed call, oldest first (only with `log: true`, else empty). */
  readonly log: readonly StoredAttempt[]
  /** The last call's detail as JSON bytes (`OutcomeDetail`), or null. */
  readonly detail: Uint8Array | null
  /** When its data was replaced, oldest first (only with `log: true`, else empty). */
  readonly replacements: readonly StoredReplacement[]
}

/** One replacement of an item's data. */
export interface StoredReplacement {
  /** Calls that the item had before. */
  readonly attempt: number
  readonly atMs: number
  readonly by: string
  /** Of the line as it was before. */
  readonly byteLength: number
  /** That line itself (only with `replacedLines: true`, else null). */
  readonly line: Uint8Array | null
}

export interface StoredAttempt {
  readonly attempt: number
  /** The term of the job's channel in which the call was made. */
  readonly epoch: number
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly verdict: Verdict
  readonly httpStatus: number
  readonly retryAtMs: number
  readonly detail: Uint8Array | null
}

export interface ItemsQuery {
  /** The one in whose turns of the reader it runs. @default nobody's */
  readonly caller?: string
  readonly ref: JobRef
  /** First index, inclusive. */
  readonly fromIndex: number
  /** At most this many items are returned, after the filters. */
  readonly limit: number
  /** The page ends when what it holds reaches this; at least one item. @default 4 MiB, the most there is */
  readonly maxBytes?: number
  /** Only items with these indexes, ascending; chunks between them are not looked at. `fromIndex` is the first, or where to continue. */
  readonly indexes?: readonly number[]
  /** Only items whose last verdict is one of these. */
  readonly verdicts?: readonly Verdict[]
  /** Only items with this (objectType, id) hash; the caller compares the id itself. */
  readonly idHash?: readonly [number, number]
  /** Only items with this key hash. */
  readonly keyHash?: readonly [number, number]
  readonly log?: boolean
  /** With `log`: also the lines that were replaced, up to 4 MiB an item, which `maxBytes` does not count. */
  readonly replacedLines?: boolean
}

export interface ItemsPage {
  readonly items: readonly StoredItem[]
  /** Gives the memory of all lines and details back at once: nobody reads them any more. @default it is left to the garbage collector */
  readonly release?: () => void
  /** Where to continue; null at the end of the stored items. A page may be empty and still not be the last: one call reads a bounded number of chunks. */
  readonly nextIndex: number | null
}

export interface ItemCountsQuery {
  /** The one in whose turns of the reader it runs. @default nobody's */
  readonly caller?: string
  readonly ref: JobRef
  /** Items from this index on are not counted: those of a part that is not appended yet. */
  readonly total: number
  /** Indexes of a bucket, 1 and up: bucket n begins at n * itemsPerBucket. */
  readonly itemsPerBucket: number
}

/** A number for each bucket, in the order of indexes. */
export interface EndedItemCounts {
  readonly succeeded: Uint32Array
  readonly failed: Uint32Array
  readonly cancelled: Uint32Array
}

export interface NewerQuery {
  readonly subscription: string
  readonly channel: string
  /** Jobs that became eligible before this place of the channel are not looked at; waiting and open ones count as newer. */
  readonly afterSeq: number
  /** Not this job. */
  readonly except: JobRef
  readonly objectType: string
  /** Two words an item: hash of (objectType, id). */
  readonly ids: Uint32Array
  readonly limit: number
}

export interface NewerItem {
  readonly ref: JobRef
  readonly jobId: JobId
  readonly index: number
  /** Which of the ids asked for it is. */
  readonly of: number
}
