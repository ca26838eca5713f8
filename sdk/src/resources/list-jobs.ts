import type { JobStatus } from '@waybill/spec'
import type { ChannelName, Job } from '../ids.ts'
import type { Calls } from '../client.ts'
import type { CallOptions } from '../job-handle.ts'
import { readPages, toList } from '../transport/pages.ts'

/** Which jobs to list. A filter with several values matches any of them. */
export interface JobsFilter extends CallOptions {
  status?: JobStatus | readonly JobStatus[]
  channel?: ChannelName | readonly ChannelName[]
  source?: string | readonly string[]
  /** Made at or after this time. */
  createdAfter?: Date | string
  /** Made before this time. */
  createdBefore?: Date | string
  /** Jobs fetched by one request, 1 to 1000. @default 100 */
  pageSize?: number
}

/** Which jobs to list, of those with a deadline as well. */
export interface ListJobsFilter extends JobsFilter {
  /** Only jobs that are expected to end after their deadline; not those of which nobody can know it. @default false */
  deadlineAtRisk?: boolean
}

/** Returns the caller's jobs, newest first. */
export function listJobs(
  { raw, read }: Calls,
  { signal, status, deadlineAtRisk, ...filter }: ListJobsFilter = {},
): AsyncIterable<Job> {
  const filters = { status: toList(status), ...toJobFilters(filter), deadlineAtRisk }
  return readPages(
    async (pageToken) => {
      const call = raw.GET('/v1/jobs', { params: { query: { ...filters, pageToken } }, signal })
      return (await read('list jobs', call)).data
    },
    (page) => page.jobs,
  )
}

/** The filters that lists of jobs and of executions share, as query parameters. */
export function toJobFilters({
  channel,
  source,
  createdAfter,
  createdBefore,
  pageSize,
}: Omit<JobsFilter, 'status' | 'signal'>) {
  return {
    channel: toList(channel),
    source: toList(source),
    createdAfter: toTime(createdAfter),
    createdBefore: toTime(createdBefore),
    pageSize,
  }
}

function toTime(time: Date | string | undefined): string | undefined {
  return time instanceof Date ? time.toISOString() : time
}
