import { jobStatus } from '@waybill/spec/rules'
import type { JobPhase, JobRecord, JobStatus } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'

/** Returns the status of a job by its record and, unless it waits or has ended, what memory has of it. */
export function recordStatus(record: JobRecord, live: LiveJob | undefined, nowMs: number): JobStatus {
  const { runAtMs, dependsOn } = record.envelope
  return jobStatus({
    phase: record.phase,
    isStopped: record.stop !== null,
    isPaused: record.pausedAtMs !== null,
    isDue: runAtMs === null || runAtMs <= nowMs,
    hasDependencies: dependsOn.length > 0 && record.releasedAtMs === null,
    hasStarted: live !== undefined && (live.startedAtMs !== null || live.inFlight > 0),
  })
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
