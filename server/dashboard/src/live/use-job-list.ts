import type { JobSummary } from '@waybill/sdk'
import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { type Load, useLoad } from '../api/use-load.ts'
import { watchUpdates } from './updates.ts'

/** Filters without a value match all. */
interface JobQuery {
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

/** However much changes, the list is read again after so long: of a job that is deleted no update comes. */
const REREAD_MS = 60_000
const RETRY_MS = 2000

/** Reads one page of jobs, and keeps it as they are. Those that are made later are in front, on the first page. @param key another key begins anew */
export function useJobList(key: string, query: JobQuery): Load<JobList> {
  return useLoad<JobList>(
    key,
    (signal, report) => {
      let list: JobList | null = null
      let readAtMs = 0
      return watchUpdates(signal, async (update) => {
        if (update === null || update.event === 'resync' || Date.now() - readAtMs > REREAD_MS) {
          readAtMs = Date.now()
          const page = await read(waybill.raw.GET('/v1/jobs', { params: { query }, signal }))
          list = {
            jobs: page.jobs.map((job) =>
              newerOf(
                job,
                list?.jobs.find(({ id }) => id === job.id),
              ),
            ),
            nextPageToken: page.nextPageToken ?? null,
          }
        } else if (update.event === 'jobs' && list !== null) list = patched(list, update.data.jobs, query)
        if (list !== null) report(list)
      })
    },
    { everyMs: RETRY_MS },
  )
}

function newerOf(job: JobSummary, other: JobSummary | undefined): JobSummary {
  return other !== undefined && other.version > job.version ? other : job
}

function patched({ jobs, nextPageToken }: JobList, changed: readonly JobSummary[], query: JobQuery): JobList {
  const byId = new Map(changed.map((job) => [job.id, job]))
  const known = new Set(jobs.map(({ id }) => id))
  const first = jobs[0]?.createdAt ?? ''
  const isNew = (job: JobSummary): boolean => !known.has(job.id) && job.createdAt >= first && isAmong(job, query)
  const made = query.pageToken === undefined ? changed.filter(isNew) : []
  made.sort((a, b) => (a.createdAt > b.createdAt ? -1 : 1))
  return { jobs: [...made, ...jobs.map((job) => newerOf(job, byId.get(job.id)))], nextPageToken }
}

function isAmong({ status, channel, source }: JobSummary, query: JobQuery): boolean {
  const matches = (value: string | null, wanted: readonly string[] | undefined): boolean =>
    wanted === undefined || wanted.length === 0 || (value !== null && wanted.includes(value))
  return matches(status, query.status) && matches(channel, query.channel) && matches(source, query.source)
}
