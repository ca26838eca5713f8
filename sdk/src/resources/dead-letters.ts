import type { DeadLetterGroup } from '@waybill/spec'
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

export function createDeadLetters({ raw, read }: Calls, attach: (job: Job) => JobHandle): DeadLetters {
  return {
    list({ signal, pageSize, ...filter } = {}) {
      const filters = { ...toFilters(filter), pageSize }
      return readPages(
        async (pageToken) => {
          const call = raw.GET('/v1/dead-letters', { params: { query: { ...filters, pageToken } }, signal })
          return (await read('list dead letters', call)).data
        },
        (page) => page.deadLetters,
      )
    },

    async groups({ signal, maxRequests = 5, ...filter } = {}) {
      const found = new Map<string, DeadLetterGroup>()
      let pageToken: string | undefined
      for (let requests = 0; requests < maxRequests; requests++) {
        const query = { ...toFilters(filter), pageToken }
        const call = raw.GET('/v1/dead-letters/groups', { params: { query }, signal })
        const page = (await read('group dead letters', call)).data
        for (const group of page.groups) add(found, group)
        pageToken = page.nextPageToken
        if (pageToken === undefined) break
      }
      const groups = [...found.values()].sort((a, b) => b.count - a.count)
      return { groups, complete: pageToken === undefined }
    },

    retry: ({ channel, jobId, code, group, partitionKey }, options = {}) =>
      repeatSafely('retry dead letters', options, async (idempotencyKey) => {
        const { signal, allowStale } = options
        const lists = { channels: toList(channel), jobIds: toList(jobId), codes: toList(code), groups: toList(group) }
        const call = raw.POST('/v1/dead-letters/retry', {
          params: { header: { 'Idempotency-Key': idempotencyKey } },
          body: { ...lists, partitionKey, allowStale },
          signal,
        })
        const { jobs } = (await read('retry dead letters', call)).data
        return jobs.map((job) => attach(job))
      }),
  }
}

function toFilters({ channel, jobId, code, group, ...rest }: DeadLetterSelection & { retried?: boolean }) {
  return { channel: toList(channel), jobId: toList(jobId), code: toList(code), group: toList(group), ...rest }
}

/** Adds what a later page has of a group: older items. */
function add(found: Map<string, DeadLetterGroup>, group: DeadLetterGroup): void {
  const key = `${group.id} ${group.channel}`
  const known = found.get(key)
  if (known === undefined) {
    found.set(key, group)
    return
  }
  known.count += group.count
  known.retried += group.retried
  known.firstFailedAt = group.firstFailedAt
}
