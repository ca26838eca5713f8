import type { ChannelRegistry } from '../limits/channel-registry.ts'
import { type LiveJob, liveJob, type LiveJobs } from '../model/live-job.ts'
import { Verdict } from '../model/outcome-batch.ts'
import type { Outcomes } from '../outcomes/outcomes.ts'
import type { Progress } from '../progress/progress.ts'
import type { Clock } from '../runtime/clock.ts'
import type { RecoveredChunk, Recovery, Store } from '../store/store.ts'
import type { Scheduler } from './scheduler.ts'

export interface RecoverJobsOptions {
  readonly store: Pick<Store, 'recoverChunks'>
  readonly clock: Clock
  readonly channels: ChannelRegistry
  readonly liveJobs: LiveJobs
  readonly progress: Pick<Progress, 'track'>
  readonly outcomes: Pick<Outcomes, 'endJob'>
  readonly scheduler: Pick<Scheduler, 'admitJob'>
}

/**
 * After a start: everything unfinished takes its place again, in the order it had (REC-1, ORD-5). What was in flight when the process
 * died has no outcome and simply runs again (REC-3); nothing is written, so a crash in here changes nothing (REC-5).
 */
export async function recoverJobs(recovery: Recovery, options: RecoverJobsOptions): Promise<void> {
  for (const record of recovery.jobs) {
    const job = liveJob(record)
    const chunks: RecoveredChunk[] = []
    await options.store.recoverChunks(record.ref, (some) => chunks.push(...some))
    for (const chunk of chunks) restoreCounts(job, chunk)
    options.liveJobs.add(job)
    options.progress.track(job)
    if (record.stop !== null) options.outcomes.endJob(job, record.stop.reason)
    // Sealed with nothing left to deliver, and the process died before its end was durable.
    else if (record.phase === 'eligible' && job.succeeded + job.failed === record.total)
      options.outcomes.endJob(job, null)
    else if (record.phase === 'eligible') {
      restoreBlock(record.envelope.channel, chunks, options)
      options.scheduler.admitJob(job, chunks)
    }
  }
}

function restoreCounts(job: LiveJob, chunk: RecoveredChunk): void {
  job.chunkStarts.push(chunk.firstIndex)
  job.succeeded += chunk.succeeded
  job.failed += chunk.failed
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
