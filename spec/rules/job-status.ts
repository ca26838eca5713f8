import type { JobStatus } from '../generated/index.ts'

/** The facts of a job that its status follows from. */
export interface JobStanding {
  /** `waiting`: complete, but not due or with unmet dependencies; `eligible`: its items have their places. */
  readonly phase: 'open' | 'waiting' | 'eligible' | 'ended'
  /** It was cancelled or has expired, and what runs may finish. */
  readonly isStopped: boolean
  readonly isPaused: boolean
  /** Its `runAt` has come, or it has none. */
  readonly isDue: boolean
  /** It names other jobs, and was not released from them. */
  readonly hasDependencies: boolean
  /** A call of it has started. */
  readonly hasStarted: boolean
}

/** Returns the first of these that applies: ended, cancelling, open, paused, scheduled, blocked; else pending or running. */
export function jobStatus(job: JobStanding): JobStatus {
  if (job.phase === 'ended') return 'ended'
  if (job.isStopped) return 'cancelling'
  if (job.phase === 'open') return 'open'
  if (job.isPaused) return 'paused'
  if (job.phase === 'eligible') return job.hasStarted ? 'running' : 'pending'
  if (!job.isDue) return 'scheduled'
  // With nothing left to wait for it is about to become eligible.
  return job.hasDependencies ? 'blocked' : 'pending'
}
