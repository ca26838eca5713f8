import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { type Load, useLoad } from '../api/use-load.ts'
import { type JobList, type JobQuery, newerOf, patched } from './patch-job-list.ts'
import { watchUpdates } from './updates.ts'

/** However much changes, the list is read again after so long: what moves onto a page from the next one has no update. */
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
        } else if (update.event === 'jobs' && list !== null) list = patched(list, update.data, query)
        if (list !== null) report(list)
      })
    },
    { everyMs: RETRY_MS },
  )
}
