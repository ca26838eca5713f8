import { meetsRequirement } from '@waybill/spec/rules'
import type { JobRecord } from '../model/job.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { Clock } from '../runtime/clock.ts'
import { findLiveJob } from '../store/find-job.ts'
import type { JobStore } from '../store/job-store.ts'

export interface FirstPhaseOptions {
  readonly store: Pick<JobStore, 'jobOutcomes'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly liveJobs: Pick<LiveJobs, 'byId'>
}

/**
 * Returns the phase in which a complete job begins: `waiting` when its time has not come or a dependency is unmet, which the calendar then looks at
 * again: an unmet one may be met a moment later, a met one stays met.
 */
export async function firstPhase(
  job: Pick<JobRecord, 'envelope' | 'subscription' | 'releasedAtMs'>,
  { store, clock, liveJobs }: FirstPhaseOptions,
): Promise<'waiting' | 'eligible'> {
  const { runAtMs, dependsOn } = job.envelope
  if (runAtMs !== null && runAtMs > clock.nowMs()) return 'waiting'
  if (dependsOn.length === 0 || job.releasedAtMs !== null) return 'eligible'
  if (dependsOn.some(({ job: id }) => findLiveJob(liveJobs, id, job.subscription) !== null)) return 'waiting'
  const ids = dependsOn.map(({ job: id }) => id)
  const outcomes = await store.jobOutcomes(ids, job.subscription)
  const isMet = dependsOn.every(({ require }, n) => outcomes[n] != null && meetsRequirement(outcomes[n], require))
  return isMet ? 'eligible' : 'waiting'
}
