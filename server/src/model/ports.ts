import type { JobRef } from './ids.ts'
import type { ItemWaiting, WaitingCount } from './item.ts'
import type { LiveJob } from './live-job.ts'

/*
 * The two calls that run upstream. `app.ts` wires each in one line.
 */

/** The outcomes that a commit made durable, in the terms of the scheduler. Arrays hold `count` entries. */
export interface DurableOutcomes {
  readonly count: number
  readonly itemHandles: Uint32Array
  readonly verdicts: Uint8Array
  /** Wall ms, for retry and throttled. */
  readonly retryAtMs: Float64Array
  readonly attempts: Uint16Array
  readonly throttled: Uint16Array
  /** Jobs that ended by this commit; their items are among the above. */
  readonly endedJobs: readonly LiveJob[]
}

/** Outcomes -> scheduler: a committed outcome frees its key (ORD-3), or sets the time of its retry. */
export type OnDurable = (outcomes: DurableOutcomes) => void

/** The position of an item that waits for its turn. */
export interface Turn {
  /** Items before it: of its key where it stands behind one, else of its job. */
  readonly position: number
  /** Items that its channel calls before it, about. */
  readonly ahead: number
}

/** The items that stand behind one in its key, of its own subscription. */
export interface Followers {
  /** Null: there are too many to look at. */
  readonly items: number | null
  /** The next one; null: none, or another subscription's. */
  readonly next: { readonly jobRef: number; readonly index: number } | null
}

/** Where items are counted: a number for each stretch of the job's indexes. */
export interface MovingCounts {
  /** In a lot, or their outcome is not durable yet. */
  readonly running: Uint32Array
  /** Their retry is not due, or they are parked. */
  readonly waiting: Uint32Array
}

/** Progress -> scheduler: adds the items of a job with these indexes (`to` is exclusive) that run, or wait for a reason of their own. Returns how many these are. */
export type CountMoving = (
  ref: JobRef,
  items: { readonly from: number; readonly to: number; readonly itemsPerBucket: number },
  counts: MovingCounts,
) => number

/** Progress -> scheduler: why unfinished items are not progressing. Computed on request. */
export interface ExplainWaiting {
  job(job: LiveJob): readonly WaitingCount[]
  channel(channel: string, subscription: string): readonly WaitingCount[]
  /** Null: the item is running or has ended. */
  item(ref: JobRef, index: number): ItemWaiting | null
  /** Returns the positions of items of a job that wait for their turn, by index; without other items, and without those behind too many. */
  turns(ref: JobRef, indexes: readonly number[]): ReadonlyMap<number, Turn>
  /** Returns what stands behind an item; null: it has no place, or has ended. */
  followers(ref: JobRef, index: number): Followers | null
  /** True while the item is in a lot and not returned. */
  isRunning(ref: JobRef, index: number): boolean
}
