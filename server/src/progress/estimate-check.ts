import type { LiveJob } from '../model/live-job.ts'
import type { JobRecord } from '../model/job.ts'
import type { Telemetry } from '../runtime/telemetry.ts'

/** The time that was left of a job as it was reported at 20 %. */
export interface ReportedEstimate {
  readonly atMs: number
  readonly leftMs: number
}

/** The estimate is checked that is reported when this share of a job's items has ended, if that took so long: many small jobs cost nothing. */
const CHECKED_SHARE = 0.2
const CHECKED_MS = 1000

/** Whether the estimate of a job is one to be checked: `ended` items more than before have just ended. True at most once a job. */
export function isEstimateDue(job: LiveJob, ended: number, nowMs: number): boolean {
  const all = job.succeeded + job.failed + job.cancelled
  const share = job.record.total * CHECKED_SHARE
  if (all < share || all - ended >= share || all === job.record.total) return false
  return nowMs - (job.startedAtMs ?? nowMs) >= CHECKED_MS
}

/** Reports how right an estimate was, once the job has ended; not of one that was stopped. */
export function reportEstimate(
  { envelope: { channel }, end, stop }: JobRecord,
  reported: ReportedEstimate | null,
  telemetry: Pick<Telemetry, 'emit'>,
): void {
  if (reported === null || end === null || stop !== null) return
  const actualMs = end.endedAtMs - reported.atMs
  const jobMs = end.endedAtMs - (end.startedAtMs ?? reported.atMs)
  telemetry.emit('job.estimate_checked', { channel, estimatedMs: reported.leftMs, actualMs, jobMs })
}
