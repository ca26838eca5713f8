import type { StopMark } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Store } from '../store/store.ts'

export interface StopJobParts {
  readonly store: Pick<Store, 'markStopped'>
  readonly clock: Clock
  readonly calendar: { drop(job: LiveJob): boolean }
  readonly scheduler: { stopJob(job: LiveJob): void }
  readonly outcomes: { endJob(job: LiveJob, reason: StopMark['reason']): void }
  readonly progress: { controlled(job: LiveJob): void }
}

/**
 * Stops a live job: one durable mark, then everybody who must know is told, whatever the job's size. What has no place yet ends at
 * once; of the rest running calls may finish. The first of several marks counts.
 */
export async function stopJob(job: LiveJob, reason: StopMark['reason'], parts: StopJobParts): Promise<void> {
  const { store, clock, calendar, scheduler, outcomes, progress } = parts
  const { record } = job
  const mark: StopMark = { reason, atMs: clock.nowMs() }
  await store.markStopped(record.ref, mark)
  FAILPOINT: failpoint('schedule.stop.durable')
  // Its last outcome may have become durable meanwhile (then it has ended as if nobody had asked), or another mark.
  if (record.phase === 'ended' || record.stop !== null) return
  record.stop = mark
  // First: with its end a job is shown as it was until that is durable.
  progress.controlled(job)
  if (record.phase === 'open') outcomes.endJob(job, reason)
  else if (record.phase === 'eligible') scheduler.stopJob(job)
  else if (calendar.drop(job)) outcomes.endJob(job, reason)
}
