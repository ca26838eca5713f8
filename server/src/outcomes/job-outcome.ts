import type { JobOutcome, StopMark } from '../model/job.ts'

/** How a job ended, from its counts and the mark that stopped it, if one did. */
export function jobOutcome(end: {
  total: number
  succeeded: number
  /** Those that the mark cancelled, without the ones cancelled on their own before. */
  cancelled: number
  reason: StopMark['reason'] | null
  /** It still took items when it was stopped. */
  wasOpen: boolean
}): JobOutcome {
  if (end.reason !== null && (end.cancelled > 0 || end.wasOpen || end.total === 0)) return end.reason
  if (end.succeeded === end.total) return 'succeeded'
  return end.succeeded === 0 ? 'failed' : 'partial'
}
