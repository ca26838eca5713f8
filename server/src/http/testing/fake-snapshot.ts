import type { Job } from '@waybill/spec'
import { jobLinks, rootPaths } from '@waybill/spec/rules'
import type { JobId } from '../../model/ids.ts'
import type { JobStatus } from '../../model/job.ts'
import type { JobSnapshot } from '../../progress/job-view.ts'

export const JOB_ID = 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708' as JobId

/** One version of a job. */
export function fakeSnapshot(
  version: number,
  status: JobStatus,
  options: Partial<JobSnapshot> & { total?: number } = {},
): JobSnapshot {
  const { total = 1, ...rest } = options
  const id = options.id ?? JOB_ID
  const subscription = options.subscription ?? 'default'
  const done = status === 'ended'
  const job: Job = {
    id,
    subscription,
    channel: 'sandbox',
    objectType: 'product',
    action: 'update',
    source: null,
    executionId: null,
    partitionBy: 'item',
    onInvalidItem: 'reject',
    runAt: null,
    deadlineAt: null,
    dependsOn: [],
    onExhausted: 'fail',
    retry: null,
    retainForSeconds: 604_800,
    metadata: {},
    webhook: null,
    retryOf: null,
    traceparent: null,
    status,
    done,
    outcome: done ? 'succeeded' : null,
    version,
    counts: {
      total,
      pending: done ? 0 : total,
      waiting: 0,
      running: 0,
      succeeded: done ? total : 0,
      failed: 0,
      cancelled: 0,
    },
    nextIndex: null,
    progress: null,
    waiting: [],
    error: null,
    createdAt: '2026-01-15T08:00:00.000Z',
    sealedAt: '2026-01-15T08:00:00.000Z',
    startedAt: null,
    lastProgressAt: null,
    endedAt: null,
    retainedUntil: null,
    links: jobLinks({ id, executionId: null, channel: 'sandbox', status, isOpen: status === 'open' }, rootPaths),
  }
  return {
    id,
    subscription,
    version,
    status,
    done,
    job,
    json: JSON.stringify(job),
    etag: `W/"${version}"`,
    retryAfterSeconds: null,
    ...rest,
  }
}
