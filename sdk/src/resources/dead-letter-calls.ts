import type { DeadLetterGroup } from '@waybill/spec'
import type { Job } from '../ids.ts'
import type { Calls } from '../client.ts'
import type { JobHandle } from '../job-handle.ts'
import { readPages, toList } from '../transport/pages.ts'
import { repeatSafely } from '../transport/repeat-safely.ts'
import type { DeadLetters, DeadLetterSelection } from './dead-letters.ts'

/** Calls on failed items; loaded with the first of them. */
export function deadLetterCalls({ raw, read }: Calls, attach: (job: Job) => JobHandle): DeadLetters {
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
