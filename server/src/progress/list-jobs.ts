import type { JobId } from '../model/ids.ts'
import type { JobRecord, JobStatus } from '../model/job.ts'
import { TimeSlice } from '../runtime/time-slice.ts'
import type { JobStore, JobsQuery } from '../store/job-store.ts'
import type { JobSnapshot } from './job-view.ts'
import { phasesOf } from './job-status.ts'

export interface JobListQuery extends Omit<JobsQuery, 'phases' | 'outcomes'> {
  readonly statuses?: readonly JobStatus[] | undefined
  /** Only live jobs that are expected to end after their deadline. @default false */
  readonly deadlineAtRisk?: boolean
  /** The one in whose turns of the event loop it runs. */
  readonly caller: string
  /** The page ends when its jobs' JSON reaches this. */
  readonly maxBytes: number
}

export interface JobListPage {
  readonly jobs: readonly JobSnapshot[]
  /** `beforeId` of the next page; null at the end. */
  readonly nextBeforeId: JobId | null
}

/** Jobs looked at, in pages, that one page may cost: a filter that matches little must not scan all jobs in one request. */
const MAX_PAGES = 10
/** Jobs of one read of the store: what arrives in one message is taken in at once, 100 jobs in about 1 ms. */
const JOBS_PER_READ = 100

/** Jobs newest first, each as its present snapshot. A page may be short, even empty, and still not be the last. */
export async function listJobs(
  query: JobListQuery,
  from: { store: Pick<JobStore, 'listJobs'>; snapshot: (record: JobRecord) => JobSnapshot | Promise<JobSnapshot> },
): Promise<JobListPage> {
  const { statuses, caller, maxBytes, limit, ...filter } = query
  const phases = phasesOf(statuses)
  const slice = new TimeSlice(caller)
  const jobs: JobSnapshot[] = []
  let bytes = 0
  let beforeId = query.beforeId
  for (let looked = 0; looked < MAX_PAGES * limit;) {
    const asked = Math.min(limit, JOBS_PER_READ)
    const records = await from.store.listJobs({
      ...filter,
      limit: asked,
      ...(phases && { phases }),
      ...(beforeId && { beforeId }),
    })
    looked += records.length
    for (const record of records) {
      const shown = from.snapshot(record)
      const snapshot = shown instanceof Promise ? await shown : shown
      beforeId = record.id
      if (slice.over) await slice.next()
      if (statuses !== undefined && !statuses.includes(snapshot.status)) continue
      jobs.push(snapshot)
      bytes += snapshot.json.length
      if (jobs.length === limit || bytes >= maxBytes) {
        return { jobs, nextBeforeId: record === records.at(-1) && records.length < asked ? null : beforeId }
      }
    }
    if (records.length < asked) return { jobs, nextBeforeId: null }
  }
  return { jobs, nextBeforeId: beforeId ?? null }
}
