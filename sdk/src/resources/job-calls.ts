import { deleteOnce } from './delete-once.ts'
import type { Item, Job } from '../ids.ts'
import type { Calls } from '../client.ts'
import type { CallOptions, ItemsOptions, JobHandle, JobItem } from '../job-handle.ts'
import { readPages, toList } from '../transport/pages.ts'
import { repeatSafely } from '../transport/repeat-safely.ts'

/** The calls of a job's handle that a program which submits and waits does not make. */
export type JobCalls = Pick<
  JobHandle,
  'items' | 'item' | 'cancel' | 'pause' | 'resume' | 'release' | 'retryFailed' | 'delete'
>

/** The fields of the handle that its calls use. */
export interface JobOfCalls {
  id: string
  /** Takes note of a snapshot. */
  keep(job: Job): Job
  /** A handle for another job. */
  attach(job: Job): JobHandle
}

export function createJobCalls(calls: Calls, { id, keep, attach }: JobOfCalls): JobCalls {
  const { raw, read, via } = calls
  const path = { jobId: id }

  async function control(
    action: 'cancel' | 'pause' | 'resume' | 'release',
    { signal }: CallOptions = {},
  ): Promise<Job> {
    const call = raw.POST(`/v1/jobs/{jobId}/${action}`, { params: { path }, signal, ...via({ repeatable: true }) })
    return keep((await read(`${action} job ${id}`, call)).data)
  }

  return {
    items<Data, Result>({ signal, status, include, partitionKey, id: itemId, pageSize }: ItemsOptions = {}) {
      const filters = { status: toList(status), partitionKey, id: itemId, include: toList(include), pageSize }
      return readPages(
        async (pageToken) => {
          const call = raw.GET('/v1/jobs/{jobId}/items', { params: { path, query: { ...filters, pageToken } }, signal })
          return (await read(`list the items of job ${id}`, call)).data
        },
        (page) => page.items as JobItem<Data, Result>[],
      )
    },

    async item<Data, Result>(index: number, { signal }: CallOptions = {}) {
      const call = raw.GET('/v1/jobs/{jobId}/items/{index}', { params: { path: { ...path, index } }, signal })
      return (await read<Item>(`get item ${index} of job ${id}`, call)).data as JobItem<Data, Result>
    },

    cancel: (options) => control('cancel', options),
    pause: (options) => control('pause', options),
    resume: (options) => control('resume', options),
    release: (options) => control('release', options),

    retryFailed: (options = {}) =>
      repeatSafely(`retry items of job ${id}`, options, async (idempotencyKey) => {
        const { signal, status, allowStale } = options
        const params = { path, header: { 'Idempotency-Key': idempotencyKey } }
        const body = { status: toList(status), allowStale }
        const call = raw.POST('/v1/jobs/{jobId}/retry', { params, body, signal })
        const { jobs } = (await read(`retry items of job ${id}`, call)).data
        // All come from one job: they are one job again.
        return attach(jobs[0]!)
      }),

    delete: ({ signal } = {}) =>
      deleteOnce(calls, `delete job ${id}`, (viaRemove) =>
        raw.DELETE('/v1/jobs/{jobId}', { params: { path }, signal, ...viaRemove }),
      ),
  }
}
