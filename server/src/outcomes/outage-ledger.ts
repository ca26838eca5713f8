import type { LiveJob } from '../model/live-job.ts'
import type { Outage } from './retry-verdict.ts'

/** What an outage has cost an item so far. */
export type OutageOfItem = Pick<Outage, 'firstCallAtMs' | 'callsBefore'>

/**
 * Remembers the calls that an outage made fail, so that they use up no attempt, but not for ever. Only what ran when a circuit opened
 * and its probes are in here, a few items of a job; a start begins anew, and so does their time.
 */
export class OutageLedger {
  readonly #items = new WeakMap<LiveJob, Map<number, OutageOfItem>>()

  /** What is known of an item before the call that is being judged. */
  of(job: LiveJob, call: { readonly index: number; readonly startedAtMs: number }): OutageOfItem {
    return this.#items.get(job)?.get(call.index) ?? { firstCallAtMs: call.startedAtMs, callsBefore: 0 }
  }

  /** A call more of the item used up no attempt. */
  note(job: LiveJob, index: number, before: OutageOfItem): void {
    let items = this.#items.get(job)
    if (items === undefined) this.#items.set(job, (items = new Map()))
    items.set(index, { firstCallAtMs: before.firstCallAtMs, callsBefore: before.callsBefore + 1 })
  }
}
