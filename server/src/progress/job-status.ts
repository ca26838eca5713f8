import type { JobPhase, JobRecord, JobStatus } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'

/**
 * Where a job is; the first of these that holds: ended, cancelling, open, paused, then where its way leads. While its time has not come
 * it is `scheduled`, also when it depends on others.
 */
export function jobStatus(record: JobRecord, live: LiveJob | undefined, nowMs: number): JobStatus {
  if (record.phase === 'ended') return 'ended'
  if (record.stop !== null) return 'cancelling'
  if (record.phase === 'open') return 'open'
  if (record.pausedAtMs !== null) return 'paused'
  if (record.phase === 'waiting') return waitingStatus(record, nowMs)
  return live !== undefined && (live.startedAtMs !== null || live.inFlight > 0) ? 'running' : 'pending'
}

function waitingStatus(record: JobRecord, nowMs: number): JobStatus {
  const { runAtMs, dependsOn } = record.envelope
  if (runAtMs !== null && runAtMs > nowMs) return 'scheduled'
  // With nothing left to wait for it is only on its way to the disk as eligible.
  return dependsOn.length > 0 && record.releasedAtMs === null ? 'blocked' : 'pending'
}

const PHASES: Readonly<Record<JobStatus, readonly JobPhase[]>> = {
  open: ['open'],
  scheduled: ['waiting'],
  blocked: ['waiting'],
  pending: ['waiting', 'eligible'],
  running: ['eligible'],
  paused: ['waiting', 'eligible'],
  cancelling: ['open', 'waiting', 'eligible'],
  ended: ['ended'],
}

/** The stored phases in which jobs of these statuses are; undefined: all. */
export function phasesOf(statuses: readonly JobStatus[] | undefined): JobPhase[] | undefined {
  return statuses === undefined ? undefined : [...new Set(statuses.flatMap((status) => PHASES[status]))]
}
