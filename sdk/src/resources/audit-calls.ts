import type { Calls } from '../client.ts'
import { readPages } from '../transport/pages.ts'
import type { Audit } from './audit.ts'
import { toJobFilters } from './list-jobs.ts'

/** Loaded when the audit is first listed. */
export function auditCalls({ raw, read }: Calls): Audit {
  return {
    list({ signal, actor, action, jobId, channel, createdAfter, createdBefore, pageSize } = {}) {
      const times = toJobFilters({ createdAfter, createdBefore, pageSize })
      const filters = { ...times, actor, action, jobId, channel }
      return readPages(
        async (pageToken) => {
          const call = raw.GET('/v1/audit', { params: { query: { ...filters, pageToken } }, signal })
          return (await read('list audit', call)).data
        },
        (page) => page.entries,
      )
    },
  }
}
