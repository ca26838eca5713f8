import type { ChannelRegistry } from '../limits/channel-registry.ts'
import { type LiveJob, liveJob, type LiveJobs } from '../model/live-job.ts'
import { Verdict } from '../model/outcome-batch.ts'
import type { Outcomes } from '../outcomes/outcomes.ts'
import type { Progress } from '../progress/progress.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { RecoveredChunk, Recovery, Store } from '../store/store.ts'
import type { Calendar } from './calendar.ts'
import type { Deadlines } from './deadlines.ts'
import type { Scheduler } from './scheduler.ts'

export interface RecoverJobsOptions {
  readonly store: Pick<Store, 'recoverChunks'>
  readonly clock: Clock
  readonly channels: ChannelRegistry
  readonly liveJobs: LiveJobs
  readonly progress: Pick<Progress, 'track'>
  readonly outcomes: Pick<Outcomes, 'endJob'>
  readonly scheduler: Pick<Scheduler, 'admitJob'>
  readonly calendar: Pick<Calendar, 'add'>
  readonly deadlines: Pick<Deadlines, 'watch'>
}

/**
 * After a start: everything unfinished takes its place again, in the order it had (REC-1, ORD-5). What was in flight when the process
 * died has no outcome and simply runs again (REC-3); nothing is written before all have theirs, so a crash in here changes nothing (REC-5).
 * Jobs that wait come last: what they stand behind is live by then, or has ended (PRG-3).
 */
export async function recoverJobs(recovery: Recovery, options: RecoverJobsOptions): Promise<void> {
  const waiting: { readonly job: LiveJob; readonly chunks: readonly RecoveredChunk[] }[] = []
  FAILPOINT: failpoint('recover.begun')
  for (const record of recovery.jobs) {
    const job = liveJob(record)
    const chunks: RecoveredChunk[] = []
    await options.store.recoverChunks(record.ref, (some) => chunks.push(...some))
    FAILPOINT: failpoint('recover.job')
    for (const chunk of chunks) restoreCounts(job, chunk)
    options.liveJobs.add(job)
    options.progress.track(job)
    options.deadlines.watch(job)
    if (record.stop !== null) options.outcomes.endJob(job, record.stop.reason)
    else if (record.phase === 'waiting') waiting.push({ job, chunks })
    // Sealed with nothing left to deliver, and the process died before its end was durable.
    else if (record.phase === 'eligible' && endedItems(job) === record.total) options.outcomes.endJob(job, null)
    else if (record.phase === 'eligible') {
      restoreBlock(record.envelope.channel, chunks, options)
      options.scheduler.admitJob(job, chunks)
    }
  }
  for (const { job, chunks } of waiting) options.calendar.add(job, chunks)
}

function endedItems(job: LiveJob): number {
  return job.succeeded + job.failed + job.cancelled
}

function restoreCounts(job: LiveJob, chunk: RecoveredChunk): void {
  job.chunkStarts.push(chunk.firstIndex)
  job.succeeded += chunk.succeeded
  job.failed += chunk.failed
  job.cancelled += chunk.cancelled
  if (chunk.firstStartedAtMs !== null) job.startedAtMs = Math.min(job.startedAtMs ?? Infinity, chunk.firstStartedAtMs)
  if (chunk.lastEndedAtMs !== null) job.lastProgressAtMs = Math.max(job.lastProgressAtMs ?? 0, chunk.lastEndedAtMs)
}

/** A `Retry-After` that was running when the process died goes on (RAT-2). */
function restoreBlock(channelName: string, chunks: readonly RecoveredChunk[], options: RecoverJobsOptions): void {
  let untilMs = 0
  for (const { waiting } of chunks) {
    for (const wait of waiting) if (wait.verdict === Verdict.throttled) untilMs = Math.max(untilMs, wait.retryAtMs)
  }
  const remainingMs = untilMs - options.clock.nowMs()
  if (remainingMs <= 0) return
  options.channels.get(channelName)?.gate.blockUntil(options.clock.monotonicUs() + remainingMs * 1000)
}
