import type { Channel } from '../limits/channel-registry.ts'
import type { LiveJob } from '../model/live-job.ts'

/**
 * What the scheduler hands to the dispatcher: items of one channel for one worker-thread hop, at most one of a key.
 * Arrays hold `count` entries, in the order the calls should start.
 */
export interface Lot {
  readonly channel: Channel
  /** Calls that may run at once out of this lot; taken from the channel's concurrency until `onSlotsFreed`. */
  readonly slotsTaken: number
  readonly count: number
  /** The scheduler's own number for the item; comes back in outcomes and in `onUnstarted`. */
  readonly slots: Uint32Array
  readonly jobRefs: Uint32Array
  readonly indexes: Uint32Array
  /** Number of the coming call, 1 and up. */
  readonly attempts: Uint16Array
  /** Calls so far that used up no attempt. */
  readonly throttled: Uint16Array
}

/** What a lot tells its scheduler while it runs. Called on the main thread, never from within `run()`. */
export interface LotEvents {
  /** Items the worker handed back without a call (gate closed, thread lost): they go back to their places, uncounted. */
  onUnstarted(slots: Uint32Array): void
  /** A channel has capacity again: calls of a lot ended, or a thread has become free. */
  onCapacity(channel: Channel): void
}

/** What the scheduler sees of the dispatcher. */
export interface LotRunner {
  /** What may be handed over for a channel now: `slots` calls at once and `items` in a lot (sized for about 20 ms of work); 0: nothing. */
  capacity(channel: Channel): { readonly slots: number; readonly items: number }
  /** Takes a lot; loads its payloads, runs it, streams its outcomes to the outcomes stage. Never throws. */
  run(lot: Lot, events: LotEvents): void
  /** Calls of the channel that run now. */
  runningCalls(channel: Channel): number
  /** What an item of a job costs, measured by the time of its calls, beside those of other jobs of its channel; 1: as they do on average. */
  itemCost(job: LiveJob): number
}
