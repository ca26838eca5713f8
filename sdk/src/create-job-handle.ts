import type { Job, JobId } from './ids.ts'
import type { Calls } from './client.ts'
import type { JobCalls } from './job-calls.ts'
import type { JobHandle, JobState, Results, ResultsOptions } from './job-handle.ts'
import { lazyIterable } from './lazy-iterable.ts'
import { further, onFirstUse } from './on-first-use.ts'

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

  const handle: JobHandle = {
    id,
    get last() {
      return last
    },

    async get({ signal } = {}) {
      return keep((await read(`get job ${id}`, raw.GET('/v1/jobs/{jobId}', { params: { path }, signal }))).data)
    },

    ...onFirstUse(
      async () => (await import('./wait.ts')).createWaits(calls, handle, keep),
      ['wait'],
      ['poll', 'events'],
    ),

    results<Result>(options: ResultsOptions = {}): Results<Result> {
      let results: Results<Result> | undefined
      const stream = lazyIterable(async () => {
        const { streamResults } = await import('./results.ts')
        const { signal, timeoutMs } = options
        return (results ??= streamResults<Result>(calls, id, options, () => handle.wait({ signal, timeoutMs })))
      })
      return {
        ...stream,
        get end() {
          return results?.end ?? null
        },
      }
    },

    ...onFirstUse(
      further<JobCalls>((code) =>
        code.createJobCalls(calls, { id, keep, attach: (job) => createJobHandle(calls, job.id, job) }),
      ),
      ['item', 'cancel', 'pause', 'resume', 'release', 'retryFailed', 'delete'],
      ['items'],
    ),

    async upload(items, options = {}) {
      const { resumeUpload } = await import('./upload.ts')
      return await resumeUpload({ calls, job: handle, keep, options }, items, options)
    },

    toJSON: (): JobState => ({ version: 1, id }),
  }
  return { job: handle, keep }
}
