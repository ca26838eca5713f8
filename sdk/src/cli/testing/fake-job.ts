import type { ItemCounts, Job } from '@waybill/spec'

const noItems: ItemCounts = { total: 0, pending: 0, waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 }

/** A job with what is said of it; the counts that are left out are 0. */
export function createFakeJob(job: Partial<Omit<Job, 'counts'>> & { counts?: Partial<ItemCounts> } = {}): Job {
  return {
    id: 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708',
    channel: 'shop-eu',
    objectType: 'product',
    action: 'update',
    status: 'running',
    done: false,
    outcome: null,
    progress: null,
    waiting: [],
    error: null,
    metadata: {},
    webhook: null,
    nextIndex: null,
    ...job,
    counts: { ...noItems, ...job.counts },
  } as Job
}
