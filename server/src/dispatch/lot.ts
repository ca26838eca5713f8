import type { Channel } from '../limits/channel-registry.ts'
import type { JobRef } from '../model/ids.ts'
import type { LiveJob } from '../model/live-job.ts'
import type { LotItems, LotJob } from './messages-lot.ts'

/**
 * Items of one channel for one worker-thread hop, at most one of a key; passed from the scheduler to the dispatcher.
 * Arrays hold `count` entries, in the order the calls should start.
 */
export interface Lot {
  readonly channel: Channel
  /** Calls that may run at once out of this lot; taken from the channel's concurrency until they end. */
  readonly permits: number
  readonly count: number
  /** The scheduler's own handle of the item; returned in outcomes and in `onUnstarted`. */
  readonly itemHandles: Uint32Array
  readonly jobRefs: Uint32Array
  readonly indexes: Uint32Array
  /** Number of the coming call, 1 and up. */
  readonly attempts: Uint16Array
  /** Calls so far that do not count as attempts. */
  readonly throttled: Uint16Array
  /** Jobs of subscriptions with `maxRunningCalls` of which a whole batch was counted as one call; null: none. */
  readonly batched: ReadonlySet<JobRef> | null
}

/** A lot with its payloads. Columns hold `count` entries; what is not among them is in `left` or `lost`. */
export interface GatheredLot extends LotItems {
  readonly table: readonly LotJob[]
  readonly jobRefs: Uint32Array
  readonly indexes: Uint32Array
  readonly chunks: Uint32Array
  readonly itemHandles: Uint32Array
  readonly attempts: Uint16Array
  readonly throttled: Uint16Array
  readonly bytes: number
  /** Handles of items that do not fit into this lot, or whose job has ended meanwhile: they are returned. */
  readonly left: readonly number[]
  /** Items whose chunk the store says it does not have. */
  readonly lost: readonly LostItem[]
}

export interface LostItem {
  /** The item's place in the lot. */
  readonly n: number
  readonly chunk: number
}

/** Receives the events of a running lot, for its scheduler. Called on the main thread, never from within `run()`. */
export interface LotEvents {
  /** Items that the worker returned without a call (gate closed, thread lost): they return to their places, uncounted. */
  onUnstarted(itemHandles: Uint32Array): void
  /** A channel has capacity again: calls of a lot ended, or a thread has become free. */
  onCapacity(channel: Channel): void
}

/** The dispatcher, as the scheduler sees it. */
export interface LotRunner {
  /** Returns the capacity for a channel now: `permits` calls at once and `items` in a lot (sized for about 20 ms of work); 0: none. */
  capacity(channel: Channel): { readonly permits: number; readonly items: number }
  /** Takes a lot; loads its payloads, runs it, streams its outcomes to the outcomes stage. Never throws. */
  run(lot: Lot, events: LotEvents): void
  /** Calls of the channel that run now. */
  runningCalls(channel: Channel): number
  /** Returns the relative cost of a job's items, measured by the time of their calls; 1: the average of the channel's jobs. */
  itemCost(job: LiveJob): number
}
