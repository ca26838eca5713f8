import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import type { Load } from '../api/use-load.ts'
import { type JobList, type JobQuery, newerOf, patched } from './patch-job-list.ts'
import { useFollowed } from './use-followed.ts'

/** Reads one page of jobs, and keeps it as they are. Those that are made later are in front, on the first page. @param key another key begins anew */
export function useJobList(key: string, query: JobQuery): Load<JobList> {
  return useFollowed<JobList>(key, {
    async read(signal, before) {
      const page = await read(waybill.raw.GET('/v1/jobs', { params: { query }, signal }))
      const known = new Map(before?.jobs.map((job) => [job.id, job]))
      return {
        jobs: page.jobs.map((job) => newerOf(job, known.get(job.id))),
        nextPageToken: page.nextPageToken ?? null,
      }
    },
    patch: (list, update) => (update.event === 'jobs' ? patched(list, update.data, query) : list),
  })
}
