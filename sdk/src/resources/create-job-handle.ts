import type { ResultEnd } from '@waybill/spec'
import type { Job, JobId } from '../ids.ts'
import type { Calls } from '../client.ts'
import { createJobCalls } from './job-calls.ts'
import type { JobHandle, JobState, ResultItem, Results, ResultsOptions } from '../job-handle.ts'
import type { Waits } from '../follow/wait.ts'

/** A handle, and the way to tell it a snapshot that somebody else has seen. */
export interface TrackedJob {
  readonly job: JobHandle
  readonly keep: (job: Job) => Job
}

/** @param snapshot what is known of the job already */
export function createJobHandle(calls: Calls, id: JobId, snapshot: Job | null): JobHandle {
  return trackJob(calls, id, snapshot).job
}

/** As createJobHandle, for who will see more of the job. */
export function trackJob(calls: Calls, id: JobId, snapshot: Job | null): TrackedJob {
  const { raw, read } = calls
  const path = { jobId: id }
  let last = snapshot

  /** Answers may overtake each other: the newest version stays. */
  function keep(job: Job): Job {
    if (last === null || job.version >= last.version) last = job
    return job
  }

  /** Following a job, and reading its results, is code that is loaded when it is first used. */
  async function loadWaits(): Promise<Waits> {
    const { createWaits } = await import('../follow/wait.ts')
    return createWaits(calls, handle, keep)
  }

  const handle: JobHandle = {
    id,
    get last() {
      return last
    },

    async get({ signal } = {}) {
      return keep((await read(`get job ${id}`, raw.GET('/v1/jobs/{jobId}', { params: { path }, signal }))).data)
    },

    wait: async (options) => (await loadWaits()).wait(options),
    async *poll(options) {
      yield* (await loadWaits()).poll(options)
    },
    async *events(options) {
      yield* (await loadWaits()).events(options)
    },

    ...createJobCalls(calls, { id, keep, attach: (job) => createJobHandle(calls, job.id, job) }),

    results<Result>(options: ResultsOptions = {}): Results<Result> {
      let end: ResultEnd | null = null
      return {
        get end() {
          return end
        },
        async *[Symbol.asyncIterator]() {
          end = null
          const { readResults } = await import('../follow/results.ts')
          for await (const batch of readResults(calls, handle, options)) {
            for (const line of batch.lines) {
              options.signal?.throwIfAborted()
              yield line as ResultItem<Result>
            }
            end = batch.end
          }
        },
      }
    },

    async upload(items, options = {}) {
      const { resumeUpload } = await import('../upload/upload.ts')
      return await resumeUpload({ calls, job: handle, keep, options }, items, options)
    },

    toJSON: (): JobState => ({ version: 1, id }),
  }
  return { job: handle, keep }
}
