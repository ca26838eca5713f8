import type { JobOutcome, Requirement } from '../generated/index.ts'

/** The counts of a job that ends, and the mark that stopped it. */
export interface JobEnding {
  readonly total: number
  readonly succeeded: number
  /** Items that the mark cancelled, without those cancelled on their own before (`skip_key`). */
  readonly stopped: number
  /** Null: every item has an outcome of its own. */
  readonly reason: 'cancelled' | 'expired' | null
  /** It still took items when it was stopped. */
  readonly wasOpen: boolean
}

/** Returns the outcome of a job: that of its mark only if the mark cancelled an item, or there was nothing to cancel. */
export function jobOutcome({ total, succeeded, stopped, reason, wasOpen }: JobEnding): JobOutcome {
  if (reason !== null && (stopped > 0 || wasOpen || total === 0)) return reason
  if (succeeded === total) return 'succeeded'
  return succeeded === 0 ? 'failed' : 'partial'
}

/** Whether a job that ended like this meets what another one requires of it. */
export function meetsRequirement(outcome: JobOutcome, require: Requirement): boolean {
  if (require === 'succeeded') return outcome === 'succeeded'
  return require === 'ended' || (outcome !== 'cancelled' && outcome !== 'expired')
}
