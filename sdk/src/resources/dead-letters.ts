import type { DeadLetterGroup } from '@waybill/spec'
import type { ChannelName, DeadLetter, Job, JobId } from '../ids.ts'
import type { Calls } from '../client.ts'
import type { CallOptions, JobHandle, RetryItemsOptions } from '../job-handle.ts'
import { loadLater } from './load-later.ts'

/** Which failed items. A filter with several values matches any of them; without filters all of the caller's. */
export interface DeadLetterSelection {
  channel?: ChannelName | readonly ChannelName[]
  jobId?: JobId | readonly JobId[]
  /** The code of the item's error, such as `http_422`. */
  code?: string | readonly string[]
  /** The id of a group (`groups`). */
  group?: string | readonly string[]
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

/** Which failed items to group. */
export interface DeadLetterGroupsFilter extends DeadLetterSelection, CallOptions {
  /** False leaves out items that are tried again already. @default true */
  retried?: boolean
  /** How many requests are made at most; each counts up to 200,000 failed items, the newest first. @default 5 */
  maxRequests?: number
}

export interface DeadLetterGroups {
  /** Those with most items first. */
  groups: DeadLetterGroup[]
  /** Whether the oldest failed item was counted. */
  complete: boolean
}

/** Items that failed for good, across jobs. */
export interface DeadLetters {
  /** Newest first, each with the log of its attempts and what to do, fetched page by page as you iterate. */
  list(filter?: DeadLettersFilter): AsyncIterable<DeadLetter>

  /**
   * Counts failed items by channel, code and first line of the error's detail, with an example and what to do about it.
   * `list` and `retry` take the `id` of a group as `group`.
   */
  groups(filter?: DeadLetterGroupsFilter): Promise<DeadLetterGroups>

  /**
   * Tries failed items again from the server's copy: makes new jobs, one for each job that they come from, and gives their handles.
   * Items that are tried again already are left out. `{}` is every failed item of the caller's. Nothing is done when one is stale.
   *
   * @throws {ConflictError} `nothing_to_retry`: there are no such items; `stale`: newer items of the same id were submitted since,
   * which `problem` names: `allowStale` tries the old ones nevertheless
   */
  retry(selection: DeadLetterSelection, options?: RetryItemsOptions): Promise<JobHandle[]>
}

export function createDeadLetters(calls: Calls, attach: (job: Job) => JobHandle): DeadLetters {
  return loadLater(async () => (await import('./dead-letter-calls.ts')).deadLetterCalls(calls, attach), {
    calls: ['groups', 'retry'],
    lists: ['list'],
  })
}
