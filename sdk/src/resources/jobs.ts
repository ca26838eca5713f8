import type { Job, JobId } from '../ids.ts'
import type { Calls } from '../client.ts'
import { createJobHandle, trackJob } from './create-job-handle.ts'
import type { JobHandle, JobState, WaitOptions } from '../job-handle.ts'
import { type ListJobsFilter, listJobs } from './list-jobs.ts'
import type { NewJob, SubmitOptions } from '../upload/submit.ts'

/** Submits jobs, and finds them again. */
export interface Jobs {
  /**
   * Submits a job with all its items, and resolves as soon as they are durable at the server, not when they are delivered: `wait()`
   * for that. Up to 10,000 items and 2 MiB go in one request; more are sent in parts to a job that is open until all are there, with
   * two parts in memory, however many there are. The idempotency key is made before the first byte and kept over all retries, so that
   * no duplicate job is created when a response is lost.
   *
   * @throws {BadRequestError} the envelope or an item is not valid; `problem.errors` names the places, and there is no job
   * @throws {PayloadTooLargeError} too many items or bytes; `problem.limit` names the limit
   * @throws {ApiError} for every other refusal
   * @throws {ConnectionError} the server could not be reached, retries included; whether there is a job is unknown: submit again
   * with the error's `idempotencyKey`
   * @throws {RequestTimeoutError} as ConnectionError, after `requestTimeoutMs` and the time for the bytes at 0.8 Mbit/s
   * @throws {UploadError} not all parts of a large job could be sent: it stays open, and `error.job.upload(items)` continues; the reason
   * is its `cause`, whatever it is
   * @throws {TypeError} `items` cannot be iterated, or one of them is no object or no JSON
   * @throws what `items` throws, when there is no open job yet
   * @throws the signal's reason, when it is aborted
   * @example
   * ```ts
   * const job = await waybill.jobs.submit({
   *   channel: 'sandbox',
   *   objectType: 'product',
   *   action: 'update',
   *   items: [{ id: 'sku-1001', data: { price: 1990 } }],
   * })
   * ```
   */
  submit<Data = unknown, Result = unknown>(
    input: NewJob<Data>,
    options?: SubmitOptions,
  ): Promise<JobHandle<Data, Result>>

  /**
   * Submits, then waits: gives the ended job. What goes wrong while it waits carries the job's last snapshot, and with it its id.
   * @throws what `submit` and `wait` throw
   */
  run<Data = unknown>(input: NewJob<Data>, options?: SubmitOptions & WaitOptions): Promise<Job>

  /**
   * A handle for a job that exists: by its id, by what `JSON.stringify(handle)` gave in another process, or by a snapshot. Sends no
   * request: whether there is such a job is seen at the first.
   * @throws {TypeError} this is no id and no state
   */
  attach<Data = unknown, Result = unknown>(job: JobId | JobState | Job): JobHandle<Data, Result>

  /** The caller's jobs, newest first, fetched page by page as you iterate. */
  list(filter?: ListJobsFilter): AsyncIterable<Job>
}

export function createJobs(calls: Calls): Jobs {
  async function submit<Data, Result>(
    input: NewJob<Data>,
    options: SubmitOptions = {},
  ): Promise<JobHandle<Data, Result>> {
    const { submitJob } = await import('../upload/submit.ts')
    return await submitJob({ calls, attach: (job) => trackJob(calls, job.id, job) }, input, options)
  }

  return {
    submit,
    async run(input, options = {}) {
      const job = await submit(input, options)
      return await job.wait(options)
    },
    attach: (job) => createJobHandle(calls, readJobId(job), isSnapshot(job) ? job : null),
    list: (filter) => listJobs(calls, filter),
  }
}

function isSnapshot(job: string | JobState | Job): job is Job {
  return typeof job === 'object' && 'done' in job
}

function readJobId(job: string | JobState | Job): string {
  // Callers hand in what they read from a file: neither version nor id is sure to be what the types say.
  const { id, version } = typeof job === 'string' ? { id: job, version: 1 } : job
  if (version !== 1 && !isSnapshot(job)) {
    throw new TypeError(`Cannot attach to job as the state's version must be 1: current value is ${String(version)}`)
  }
  // It becomes part of a path.
  if (/^job_[0-9a-zA-Z]+$/.test(id)) return id
  throw new TypeError(
    `Cannot attach to job as its id must look like job_0198c2f04b7e: current value is ${JSON.stringify(id)}`,
  )
}
