import type { JobRecord } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { TimeSlice } from '../runtime/time-slice.ts'
import { slicedJobsOf } from '../store/find-job.ts'
import type { JobSnapshot } from './job-view.ts'
import type { JobListPage, JobListQuery } from './list-jobs.ts'

/**
 * Live jobs that are expected to end after their deadline, newest first: found in memory, as the estimate is nowhere else. Looks at all live jobs of
 * the subscription, in slices.
 */
export async function listJobsAtRisk(
  query: JobListQuery,
  from: {
    readonly liveJobs: Pick<LiveJobs, 'values'>
    readonly missesDeadline: (job: LiveJob) => boolean
    readonly snapshot: (record: JobRecord) => JobSnapshot | Promise<JobSnapshot>
  },
): Promise<JobListPage> {
  const slice = new TimeSlice(query.caller)
  const found: JobRecord[] = []
  for await (const job of slicedJobsOf(from.liveJobs, query.subscription, slice)) {
    const { record } = job
    if (record.envelope.deadlineAtMs !== null && matches(record, query) && from.missesDeadline(job)) found.push(record)
  }
  found.sort((a, b) => (a.id < b.id ? 1 : -1))
  const jobs: JobSnapshot[] = []
  let bytes = 0
  for (const [n, record] of found.entries()) {
    if (slice.over) await slice.next()
    const snapshot = await from.snapshot(record)
    if (query.statuses?.includes(snapshot.status) === false) continue
    jobs.push(snapshot)
    bytes += snapshot.json.length
    if (n < found.length - 1 && (jobs.length === query.limit || bytes >= query.maxBytes))
      return { jobs, nextBeforeId: record.id }
  }
  return { jobs, nextBeforeId: null }
}

function matches({ id, envelope, createdAtMs }: JobRecord, query: JobListQuery): boolean {
  return (
    (query.beforeId === undefined || id < query.beforeId) &&
    query.ids?.includes(id) !== false &&
    query.channels?.includes(envelope.channel) !== false &&
    query.sources?.includes(envelope.source ?? '') !== false &&
    (query.executionId === undefined || envelope.executionId === query.executionId) &&
    createdAtMs >= (query.createdAfterMs ?? -Infinity) &&
    createdAtMs < (query.createdBeforeMs ?? Infinity)
  )
}
