import type { JobSummary, UpdateEvent } from '@waybill/sdk'

/** Filters without a value match all. */
export interface JobQuery {
  readonly status?: JobSummary['status'][]
  readonly channel?: string[]
  readonly source?: string[]
  readonly pageSize: number
  readonly pageToken?: string
}

export interface JobList {
  /** The newest first. */
  readonly jobs: readonly JobSummary[]
  readonly nextPageToken: string | null
}

type JobsUpdate = Extract<UpdateEvent, { event: 'jobs' }>['data']

export function newerOf(job: JobSummary, other: JobSummary | undefined): JobSummary {
  return other !== undefined && other.version > job.version ? other : job
}

/** Brings a page of jobs up to date: those that changed, or were made or deleted. */
export function patched(
  { jobs, nextPageToken }: JobList,
  { jobs: changed, deleted = [] }: JobsUpdate,
  query: JobQuery,
): JobList {
  const gone = new Set(deleted)
  const byId = new Map(changed.map((job) => [job.id, job]))
  const known = new Set(jobs.map(({ id }) => id))
  const first = jobs[0]?.createdAt ?? ''
  const isNew = (job: JobSummary): boolean => !known.has(job.id) && job.createdAt >= first && isAmong(job, query)
  const made = query.pageToken === undefined ? changed.filter(isNew) : []
  made.sort((a, b) => (a.createdAt > b.createdAt ? -1 : 1))
  const kept = jobs.filter(({ id }) => !gone.has(id))
  return { jobs: [...made, ...kept.map((job) => newerOf(job, byId.get(job.id)))], nextPageToken }
}

function isAmong({ status, channel, source }: JobSummary, query: JobQuery): boolean {
  const matches = (value: string | null, wanted: readonly string[] | undefined): boolean =>
    wanted === undefined || wanted.length === 0 || (value !== null && wanted.includes(value))
  return matches(status, query.status) && matches(channel, query.channel) && matches(source, query.source)
}
