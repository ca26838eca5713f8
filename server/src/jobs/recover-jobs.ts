import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { JobRef } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { type LiveJob, liveJob, type LiveJobs, markReplaced } from '../model/live-job.ts'
import type { Outcomes } from '../outcomes/outcomes.ts'
import type { Progress } from '../progress/progress.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { RecoveredChunk, Recovery, RecoveryStore } from '../store/recovery-store.ts'
import type { Calendar } from './calendar.ts'
import type { Deadlines } from './deadlines.ts'
import { type EnteringJob, enterJobs, type JobOwners, makeLive } from './enter-job.ts'
import type { Scheduler } from '../schedule/scheduler.ts'

export interface RecoverJobsOptions {
  /** Jobs that became durable while it was read: those that it did not find are read, too. @default none */
  readonly late?: readonly JobRecord[]
  /** Called when all is read: what becomes durable from here on enters memory by itself. @default nobody */
  readonly onRead?: () => void
  readonly store: Pick<RecoveryStore, 'recoverChunks'>
  readonly clock: Clock
  readonly channels: ChannelRegistry
  readonly liveJobs: LiveJobs
  readonly progress: Pick<Progress, 'track' | 'changed'>
  readonly outcomes: Pick<Outcomes, 'endJob' | 'restoreOutages'>
  readonly scheduler: Pick<Scheduler, 'admitJob'>
  readonly calendar: Pick<Calendar, 'add'>
  readonly deadlines: Pick<Deadlines, 'watch'>
  readonly owners: JobOwners
}

/** The unfinished jobs of all channels or of one. */
export type Unfinished = Pick<Recovery, 'jobs' | 'replaced'>

interface Found {
  readonly job: LiveJob
  readonly chunks: RecoveredChunk[]
}

/**
 * After a start: everything unfinished takes its place again, in the order it had (REC-1, ORD-5). What was in flight when the process
 * died has no outcome and runs again (REC-3). All is read before anything is written or called, so a crash in here changes nothing
 * (REC-5) and no target system is called before every `Retry-After` is known (RAT-2). Jobs that wait come last: their dependencies are live by
 * then, or have ended (PRG-3). Only keys and states are read, no item's body, so that first calls come soon (REC-4).
 */
export async function recoverJobs(recovery: Unfinished, options: RecoverJobsOptions): Promise<void> {
  FAILPOINT: failpoint('recover.begun')
  await enterJobs(readJobs(recovery, options), (found) => inOrder(found, options), options)
}

function* inOrder(found: readonly Found[], options: RecoverJobsOptions): Generator<EnteringJob> {
  for (const one of found) restoreBlock(one, options)
  for (const { job, chunks } of found) {
    makeLive(job, options)
    for (const { waiting } of chunks) options.outcomes.restoreOutages(job, waiting)
  }
  for (const waits of [false, true]) {
    for (const one of found) {
      const { phase, stop } = one.job.record
      if ((phase === 'waiting' && stop === null) !== waits) continue
      FAILPOINT: failpoint('recover.job')
      yield one
    }
  }
}

async function readJobs(recovery: Unfinished, options: RecoverJobsOptions): Promise<readonly Found[]> {
  const { late = [], onRead } = options
  const found = new Map<JobRef, Found>()
  let records = recovery.jobs
  do {
    await readChunks(records, found, options)
    records = late.filter(({ ref, phase }) => phase !== 'ended' && !found.has(ref))
  } while (records.length > 0)
  for (const { ref, index } of recovery.replaced) markReplaced(found.get(ref)!.job, index)
  onRead?.()
  return [...found.values()]
}

async function readChunks(
  records: readonly JobRecord[],
  found: Map<JobRef, Found>,
  { store }: RecoverJobsOptions,
): Promise<void> {
  for (const record of records) {
    const job = liveJob(record)
    if (record.phase === 'eligible') job.eligibleAtMs = eligibleAtMs(record)
    found.set(record.ref, { job, chunks: [] })
  }
  const refs = records.map(({ ref }) => ref)
  await store.recoverChunks(refs, (chunks) => {
    for (const chunk of chunks) {
      const { job, chunks: ofJob } = found.get(chunk.ref)!
      restoreCounts(job, chunk)
      ofJob.push(chunk)
    }
  })
}

/** When a job became eligible, as far as its record says: one that waited for others may have later. */
function eligibleAtMs({ createdAtMs, sealedAtMs, releasedAtMs, envelope: { runAtMs } }: JobRecord): number {
  return Math.max(sealedAtMs ?? createdAtMs, runAtMs ?? 0, releasedAtMs ?? 0)
}

function restoreCounts(job: LiveJob, chunk: RecoveredChunk): void {
  job.chunkStarts.push(chunk.firstIndex)
  job.succeeded += chunk.succeeded
  job.failed += chunk.failed
  job.cancelled += chunk.cancelled
  if (chunk.firstStartedAtMs !== null) job.startedAtMs = Math.min(job.startedAtMs ?? Infinity, chunk.firstStartedAtMs)
  if (chunk.lastEndedAtMs !== null) job.lastProgressAtMs = Math.max(job.lastProgressAtMs ?? 0, chunk.lastEndedAtMs)
}

/** Restores a `Retry-After` that was running when the process died (RAT-2). */
function restoreBlock({ job, chunks }: Found, options: RecoverJobsOptions): void {
  const channel = options.channels.get(job.record.envelope.channel)
  if (channel === undefined) return
  let untilMs = 0
  for (const { waiting } of chunks) {
    for (const { holdsChannel, endedAtMs, retryAtMs } of waiting)
      if (holdsChannel && endedAtMs > channel.unblockedAtMs) untilMs = Math.max(untilMs, retryAtMs)
  }
  const remainingMs = untilMs - options.clock.nowMs()
  if (remainingMs <= 0) return
  channel.gate.blockUntil(options.clock.monotonicUs() + remainingMs * 1000)
}
