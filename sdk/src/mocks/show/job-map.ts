import type { JobMap } from '@waybill/spec'
import type { MockJob } from '../engine/mock-job.ts'
import { time } from './job-view.ts'

/** The items of a job counted by status, in at most `buckets` stretches of their indexes. */
export function jobMap(job: MockJob, buckets: number, nowMs: number): JobMap {
  const total = job.items.length
  const itemsPerBucket = Math.max(1, Math.ceil(total / buckets))
  const zeros = (): number[] => Array.from({ length: Math.ceil(total / itemsPerBucket) }, () => 0)
  const counts: JobMap['counts'] = {
    ...{ pending: zeros(), waiting: zeros(), running: zeros() },
    ...{ succeeded: zeros(), failed: zeros(), cancelled: zeros() },
  }
  for (const { index, status } of job.items) counts[status][Math.floor(index / itemsPerBucket)]!++
  return { jobId: job.id, total, itemsPerBucket, at: time(nowMs), counts }
}
