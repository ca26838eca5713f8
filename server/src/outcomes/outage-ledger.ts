import type { LiveJob } from '../model/live-job.ts'

/** Calls of an item that an outage made fail, or whose payload could not be resolved, and that do not count as attempts. */
export interface OutageHistory {
  /** All of them. */
  readonly outageAttempts: number
  /** Of them those whose payload could not be resolved. */
  readonly unresolvedAttempts: number
  /** Start of the first call that an outage made fail, wall ms; null: there was none. */
  readonly outageSinceMs: number | null
}

/**
 * Remembers the calls that an outage made fail, which do not count as attempts for a limited time, and payloads that could not be resolved, which do not for a limited number. Only items that ran when a circuit opened and its
 * probes are in here, a few items of a job. A start reads them from the stored calls: their time continues.
 */
export class OutageLedger {
  readonly #items = new WeakMap<LiveJob, Map<number, OutageHistory>>()

  /** Returns the outage attempts of an item before the call that is being judged. */
  of(job: LiveJob, index: number): OutageHistory {
    return this.#items.get(job)?.get(index) ?? NO_OUTAGE
  }

  /** Adds a call of the item that does not count as an attempt. */
  note(
    job: LiveJob,
    call: { readonly index: number; readonly startedAtMs: number; readonly isUnresolved: boolean },
  ): void {
    const { outageAttempts, unresolvedAttempts, outageSinceMs } = this.of(job, call.index)
    this.set(job, call.index, {
      outageAttempts: outageAttempts + 1,
      unresolvedAttempts: unresolvedAttempts + (call.isUnresolved ? 1 : 0),
      outageSinceMs: call.isUnresolved ? outageSinceMs : (outageSinceMs ?? call.startedAtMs),
    })
  }

  set(job: LiveJob, index: number, history: OutageHistory): void {
    let items = this.#items.get(job)
    if (items === undefined) this.#items.set(job, (items = new Map()))
    items.set(index, history)
  }
}

export const NO_OUTAGE: OutageHistory = { outageAttempts: 0, unresolvedAttempts: 0, outageSinceMs: null }
