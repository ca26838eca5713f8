import type { JobId, JobRef } from '../model/ids.ts'
import type { JobOutcome, JobPhase } from '../model/job.ts'
import type { Verdict } from '../model/outcome-batch.ts'

/*
 * What the store is asked for, and what it answers; see store.ts.
 */

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
  readonly epoch: number
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly verdict: Verdict
  readonly httpStatus: number
  readonly retryAtMs: number
  readonly detail: Uint8Array | null
}

export interface ItemsQuery {
  readonly ref: JobRef
  /** First index, inclusive. */
  readonly fromIndex: number
  /** At most this many items come back, after the filters. */
  readonly limit: number
  /** The page ends when what it holds reaches this; at least one item. @default 4 MiB, the most there is */
  readonly maxBytes?: number
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
  /** Where to go on; null at the end of what is stored. A page may be empty and still go on: one call reads a bounded number of chunks. */
  readonly nextIndex: number | null
}

/** One failed item; a row of its own, written with the commit of its outcome. */
export interface DeadLetter {
  /** Grows with every dead letter; what pages go on from. */
  readonly seq: number
  readonly ref: JobRef
  readonly jobId: JobId
  readonly channel: string
  readonly index: number
  readonly code: string
  readonly failedAtMs: number
  /** The job that tries it again, if one does. */
  readonly retriedAs: JobId | null
}

export interface DeadLettersQuery {
  readonly subscription: string
  readonly limit: number
  /** Only those older than this one. */
  readonly beforeSeq?: number
  readonly channels?: readonly string[]
  readonly jobIds?: readonly JobId[]
  readonly codes?: readonly string[]
  readonly keyHash?: readonly [number, number]
  /** Without those that are tried again already. */
  readonly notRetried?: boolean
}

export interface NewerQuery {
  readonly subscription: string
  readonly channel: string
  /** Jobs that became eligible before this place are not looked at; waiting and open ones count as newer. */
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

/** Items of an older job that a new one tries again. */
export interface RetriedItems {
  readonly ref: JobRef
  readonly indexes: Uint32Array
}

export interface JobsQuery {
  readonly subscription: string
  readonly limit: number
  /** Only jobs older than this id (ids sort by creation). */
  readonly beforeId?: JobId
  readonly phases?: readonly JobPhase[]
  /** Only jobs of this execution. */
  readonly executionId?: string
  readonly outcomes?: readonly JobOutcome[]
  readonly channels?: readonly string[]
  readonly sources?: readonly string[]
  readonly createdAfterMs?: number
  readonly createdBeforeMs?: number
}

export interface ExecutionsQuery {
  readonly subscription: string
  readonly limit: number
  /** Only those older than this one; of the same age, with a smaller id. */
  readonly before?: { readonly createdAtMs: number; readonly id: string }
  readonly createdAfterMs?: number
  readonly createdBeforeMs?: number
}
