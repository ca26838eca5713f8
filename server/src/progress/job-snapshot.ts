import type { Job } from '@waybill/spec'
import type { JobId } from '../model/ids.ts'
import type { JobRecord, JobStatus } from '../model/job.ts'

/** A job as it was shown under one version; every answer, ETag and event of that version shows this. */
export interface JobSnapshot {
  readonly id: JobId
  readonly subscription: string
  readonly version: number
  readonly status: JobStatus
  readonly done: boolean
  readonly job: Job
  /** `job`, serialized once. */
  readonly json: string
  /** Weak entity tag (RFC 9110, 8.8.3) with quotes. */
  readonly etag: string
  /** For `Retry-After`; null: leave it out. */
  readonly retryAfterSeconds: number | null
}

/** A client is asked to poll again after a quarter of the estimate, at most after this. */
const MAX_RETRY_AFTER_SECONDS = 30

/** Fixes what one version of a job shows. */
export function snapshotOf(job: Job, record: JobRecord): JobSnapshot {
  const eta = job.progress?.etaSeconds ?? null
  const retryAfter = eta === null || job.done ? 0 : Math.min(MAX_RETRY_AFTER_SECONDS, Math.ceil(eta / 4))
  return {
    id: record.id,
    subscription: record.subscription,
    version: job.version,
    status: job.status,
    done: job.done,
    job,
    json: JSON.stringify(job),
    etag: `W/"${job.version}"`,
    retryAfterSeconds: retryAfter >= 1 ? retryAfter : null,
  }
}
