import type { Item, Job } from '@waybill/spec'
import type { Answer, Calls } from './client.ts'
import type { SnapshotQuery } from './follow.ts'
import type { CallOptions, ItemsOptions, JobHandle, JobItem, JobState } from './job-handle.ts'
import { readPages, toList } from './pages.ts'
import { streamResults } from './results.ts'
import { pollJob, waitForJob } from './wait.ts'

/** @param snapshot what is known of the job already */
export function createJobHandle(calls: Calls, id: string, snapshot: Job | null): JobHandle {
  const { raw, via, read, remove } = calls
  const path = { jobId: id }
  let last = snapshot

  /** Answers may overtake each other: the newest version stays. */
  function keep(job: Job): Job {
    if (last === null || job.version >= last.version) last = job
    return job
  }

  async function readSnapshot({ signal, waitSeconds, knownStatus }: SnapshotQuery): Promise<Answer<Job>> {
    const call = raw.GET('/v1/jobs/{jobId}', {
      params: { path, query: { knownStatus }, header: waitSeconds > 0 ? { Prefer: `wait=${waitSeconds}` } : {} },
      signal,
      // Following has its own patience; a held answer takes its time.
      ...via({ repeatable: false, timeoutMs: calls.requestTimeoutMs + waitSeconds * 1000 }),
    })
    const answer = await read(`get job ${id}`, call)
    keep(answer.data)
    return answer
  }

  async function control(
    action: 'cancel' | 'pause' | 'resume' | 'release',
    { signal }: CallOptions = {},
  ): Promise<Job> {
    const call = raw.POST(`/v1/jobs/{jobId}/${action}`, { params: { path }, signal, ...via({ repeatable: true }) })
    return keep((await read(`${action} job ${id}`, call)).data)
  }

  const handle: JobHandle = {
    id,
    get last() {
      return last
    },

    async get({ signal } = {}) {
      return keep((await read(`get job ${id}`, raw.GET('/v1/jobs/{jobId}', { params: { path }, signal }))).data)
    },

    wait: (options = {}) => waitForJob({ calls, job: handle, readSnapshot }, options),
    poll: (options = {}) => pollJob({ calls, job: handle, readSnapshot }, options),

    results: (options = {}) =>
      streamResults(calls, id, options, () => handle.wait({ signal: options.signal, timeoutMs: options.timeoutMs })),

    items<Data, Result>(options: ItemsOptions = {}) {
      const { signal, status, include, partitionKey, pageSize } = options
      const readPage = async (pageToken: string | undefined) => {
        const query = {
          status: toList(status),
          partitionKey,
          id: options.id,
          include: toList(include),
          pageSize,
          pageToken,
        }
        const call = raw.GET('/v1/jobs/{jobId}/items', { params: { path, query }, signal })
        return (await read(`list the items of job ${id}`, call)).data
      }
      return readPages(readPage, (page) => page.items as JobItem<Data, Result>[])
    },

    async item<Data, Result>(index: number, { signal }: CallOptions = {}) {
      const call = raw.GET('/v1/jobs/{jobId}/items/{index}', { params: { path: { ...path, index } }, signal })
      return (await read<Item>(`get item ${index} of job ${id}`, call)).data as JobItem<Data, Result>
    },

    cancel: (options) => control('cancel', options),
    pause: (options) => control('pause', options),
    resume: (options) => control('resume', options),
    release: (options) => control('release', options),

    async retryFailed({ signal, status, allowStale } = {}) {
      const body = { status: toList(status), allowStale }
      const call = raw.POST('/v1/jobs/{jobId}/retry', { params: { path }, body, signal })
      const { jobs } = (await read(`retry items of job ${id}`, call)).data
      // All come from one job: they are one job again.
      const job = jobs[0]!
      return createJobHandle(calls, job.id, job)
    },

    delete: ({ signal } = {}) =>
      remove(`delete job ${id}`, (viaRemove) =>
        raw.DELETE('/v1/jobs/{jobId}', { params: { path }, signal, ...viaRemove }),
      ),

    toJSON: (): JobState => ({ version: 1, id }),
  }
  return handle
}
