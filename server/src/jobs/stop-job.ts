import { type TermOf, termsOf } from '../model/channel-term.ts'
import { type ServerAction, serverEntry } from '../model/audit.ts'
import type { StopMark } from '../model/job.ts'
import { markStopped } from '../model/job-phase.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { isHiddenChannel } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { runServerAct } from '../store/audited-act.ts'
import { requireStillLive } from '../store/find-job.ts'
import type { JobStore } from '../store/job-store.ts'

export interface StopJobDeps {
  readonly store: Pick<JobStore, 'markStopped'>
  readonly clock: Clock
  readonly liveJobs: Pick<LiveJobs, 'byRef'>
  readonly termOf: TermOf
  readonly calendar: { drop(job: LiveJob): boolean }
  readonly scheduler: { stopJob(job: LiveJob): void }
  readonly outcomes: { endJob(job: LiveJob, reason: StopMark['reason']): void }
  readonly progress: { controlled(job: LiveJob): void }
  readonly telemetry: Telemetry
}

/**
 * Stops live jobs, all of them or none: one durable write, then all stages are informed, whatever the size of the jobs. Jobs without a place end
 * at once; of the others running calls may finish. The first of several marks counts.
 */
export async function stopJobs(jobs: readonly LiveJob[], reason: StopMark['reason'], deps: StopJobDeps): Promise<void> {
  const mark: StopMark = { reason, atMs: deps.clock.nowMs() }
  const refs = jobs.map(({ record }) => record.ref)
  requireStillLive(deps.liveJobs, jobs)
  await deps.store.markStopped({ refs, terms: termsOf(jobs, deps.termOf) }, mark)
  FAILPOINT: failpoint('schedule.stop.durable')
  for (const job of jobs) applyMark(job, mark, deps)
}

/** Stops a live job whose time is over. Nobody asked for it: the mark carries an entry of the server in the audit, but of jobs that deliver webhooks. */
export function expireJob(
  job: LiveJob,
  action: Extract<ServerAction, 'expireJob' | 'expireOpenJob'>,
  deps: StopJobDeps,
): Promise<void> {
  const { subscription, envelope } = job.record
  const stop = (): Promise<void> => stopJobs([job], 'expired', deps)
  return isHiddenChannel(envelope.channel) ? stop() : runServerAct(serverEntry(action, { subscription }), stop)
}

function applyMark(job: LiveJob, mark: StopMark, deps: Omit<StopJobDeps, 'store' | 'clock' | 'termOf'>): void {
  const { calendar, scheduler, outcomes, progress, telemetry, liveJobs } = deps
  const { record } = job
  const { reason } = mark
  // Its last outcome may have become durable meanwhile (then it has ended as if it had not been stopped), or another mark.
  if (record.phase === 'ended' || record.stop !== null) return
  // Its channel was released: the next adoption finds the mark.
  if (liveJobs.byRef(record.ref) !== job) return
  markStopped(record, mark)
  // First: with its end a job is shown as it was until that is durable.
  progress.controlled(job)
  if (record.phase === 'open') outcomes.endJob(job, reason)
  else if (record.phase === 'eligible') scheduler.stopJob(job)
  else if (calendar.drop(job)) outcomes.endJob(job, reason)
  telemetry.emit(`job.${reason}`, record)
}
