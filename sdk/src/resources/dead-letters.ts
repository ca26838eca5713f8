import type { ChannelName, DeadLetter, Job, JobId } from '../ids.ts'
import type { Calls } from '../client.ts'
import type { CallOptions, JobHandle, RetryItemsOptions } from '../job-handle.ts'
import { readPages, toList } from '../transport/pages.ts'
import { repeatSafely } from '../transport/repeat-safely.ts'

/** Which failed items. A filter with several values matches any of them; without filters all of the caller's. */
export interface DeadLetterSelection {
  channel?: ChannelName | readonly ChannelName[]
  jobId?: JobId | readonly JobId[]
  /** The code of the item's error, such as `http_422`. */
  code?: string | readonly string[]
  /** Only items that ran under this partition key. Wants exactly one `channel` beside it. */
  partitionKey?: string
}

/** Which failed items to list. */
export interface DeadLettersFilter extends DeadLetterSelection, CallOptions {
  /** False leaves out items that are tried again already. @default true */
  retried?: boolean
  /** Items fetched by one request, 1 to 1000. @default 100 */
  pageSize?: number
}

/** Items that failed for good, across jobs. */
export interface DeadLetters {
  /** Newest first, each with the log of its attempts and what to do, fetched page by page as you iterate. */
  list(filter?: DeadLettersFilter): AsyncIterable<DeadLetter>

  /**
   * Tries failed items again from the server's copy: makes new jobs, one for each job that they come from, and gives their handles.
   * Items that are tried again already are left out. `{}` is every failed item of the caller's. Nothing is done when one is stale.
   *
   * @throws {ConflictError} `nothing_to_retry`: there are no such items; `stale`: newer items of the same id were submitted since,
   * which `problem` names: `allowStale` tries the old ones nevertheless
   */
  retry(selection: DeadLetterSelection, options?: RetryItemsOptions): Promise<JobHandle[]>
}

export function createDeadLetters({ raw, read }: Calls, attach: (job: Job) => JobHandle): DeadLetters {
  return {
    list({ signal, channel, jobId, code, ...rest } = {}) {
      const filters = { channel: toList(channel), jobId: toList(jobId), code: toList(code), ...rest }
      return readPages(
        async (pageToken) => {
          const call = raw.GET('/v1/dead-letters', { params: { query: { ...filters, pageToken } }, signal })
          return (await read('list dead letters', call)).data
        },
        (page) => page.deadLetters,
      )
    },

    retry: ({ channel, jobId, code, partitionKey }, options = {}) =>
      repeatSafely('retry dead letters', options, async (idempotencyKey) => {
        const { signal, allowStale } = options
        const selection = { channels: toList(channel), jobIds: toList(jobId), codes: toList(code), partitionKey }
        const call = raw.POST('/v1/dead-letters/retry', {
          params: { header: { 'Idempotency-Key': idempotencyKey } },
          body: { ...selection, allowStale },
          signal,
        })
        const { jobs } = (await read('retry dead letters', call)).data
        return jobs.map((job) => attach(job))
      }),
  }
}
