import type { ItemStore } from '../item-store.ts'
import type { JobStore } from '../job-store.ts'
import { owned } from '../thread/thread-line.ts'
import type { StoreCalls } from './store-calls.ts'

export type JobReads = Pick<
  JobStore,
  'findJob' | 'listJobs' | 'jobOutcomes' | 'listExpiredJobs' | 'findIdempotency' | 'findExecution' | 'listExecutions'
> &
  Pick<ItemStore, 'findNewer' | 'loadChunks' | 'loadReplacements'>

/** Reads of jobs, executions and stored lines. */
export function jobReads({ read, expiredBeforeMs }: StoreCalls): JobReads {
  return {
    findJob: (id) => read('findJob', { id }),
    listJobs: (query) => read('listJobs', query),
    jobOutcomes: (ids, subscription) => read('jobOutcomes', { ids, subscription }),
    listExpiredJobs: (nowMs, limit) => read('listExpiredJobs', { nowMs, limit }),
    findIdempotency: (scope, key) => read('findIdempotency', { scope, key, expiredBeforeMs: expiredBeforeMs() }),
    findExecution: (id, subscription) => read('findExecution', { id, subscription }),
    listExecutions: (query) => read('listExecutions', query),
    findNewer: (query) => read('findNewer', { ...query, ids: owned(query.ids) }),
    loadChunks: (chunks) => read('loadChunks', { chunks }),
    loadReplacements: (items) => read('loadReplacements', { items }),
  }
}
