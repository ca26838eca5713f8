import type { JobId } from '../model/ids.ts'
import type { JobRecord, JobStatus } from '../model/job.ts'
import type { JobsQuery, Store } from '../store/store.ts'
import type { JobSnapshot } from './job-snapshot.ts'
import { phasesOf } from './job-status.ts'

export interface JobListQuery extends Omit<JobsQuery, 'phases' | 'outcomes'> {
  readonly statuses?: readonly JobStatus[] | undefined
  /** The page ends when its jobs' JSON reaches this. */
  readonly maxBytes: number
}

export interface JobListPage {
  readonly jobs: readonly JobSnapshot[]
  /** `beforeId` of the next page; null at the end. */
  readonly nextBeforeId: JobId | null
}

/** Reads of the store that one page may cost: a filter that matches little must not scan all jobs in one request. */
const MAX_READS = 10

/** Jobs newest first, each as its present snapshot. A page may be short, even empty, and still go on. */
export async function listJobs(
  query: JobListQuery,
  from: { store: Pick<Store, 'listJobs'>; snapshot: (record: JobRecord) => JobSnapshot },
): Promise<JobListPage> {
  const { statuses, maxBytes, ...filter } = query
  const phases = phasesOf(statuses)
  const jobs: JobSnapshot[] = []
  let bytes = 0
  let beforeId = query.beforeId
  for (let reads = 0; reads < MAX_READS; reads++) {
    const records = await from.store.listJobs({ ...filter, ...(phases && { phases }), ...(beforeId && { beforeId }) })
    for (const record of records) {
      const snapshot = from.snapshot(record)
      beforeId = record.id
      if (statuses !== undefined && !statuses.includes(snapshot.status)) continue
      jobs.push(snapshot)
      bytes += snapshot.json.length
      if (jobs.length === query.limit || bytes >= maxBytes) {
        return { jobs, nextBeforeId: record === records.at(-1) && records.length < query.limit ? null : beforeId }
      }
    }
    if (records.length < query.limit) return { jobs, nextBeforeId: null }
  }
  return { jobs, nextBeforeId: beforeId ?? null }
}
