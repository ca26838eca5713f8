import type { JobOutcome, Requirement } from '@waybill/spec'

/** Whether a job that ended like this meets what another one requires of it. */
export function meetsRequirement(outcome: JobOutcome, require: Requirement): boolean {
  if (require === 'succeeded') return outcome === 'succeeded'
  return require === 'ended' || (outcome !== 'cancelled' && outcome !== 'expired')
}
