import type { ChannelName, JobId } from '../ids.ts'
import type { AuditEntry } from '@waybill/spec'
import type { Calls } from '../client.ts'
import type { CallOptions } from '../job-handle.ts'
import { readPages } from '../transport/pages.ts'
import { toJobFilters } from './list-jobs.ts'

/** Which entries of the audit to list; without filters all that the caller may see. */
export interface AuditFilter extends CallOptions {
  /** The id of an access token; or `admin`, `dev`, `anonymous`, `command`. */
  actor?: string
  /** The `operationId` of an operation, such as `cancelJob`. */
  action?: string
  jobId?: JobId
  channel?: ChannelName
  /** Made at or after this time. */
  createdAfter?: Date | string
  /** Made before this time. */
  createdBefore?: Date | string
  /** Entries fetched by one request, 1 to 1000. @default 100 */
  pageSize?: number
}

/** The audit: who did what. Requires the scope `audit:read`. */
export interface Audit {
  /**
   * Entries of the callers of the own subscription, with the scope `admin` of all, newest first, fetched page by page as you iterate.
   * @example
   * ```ts
   * for await (const { at, actor, action } of waybill.audit.list({ jobId: job.id })) console.log(at, actor.tokenName, action)
   * ```
   */
  list(filter?: AuditFilter): AsyncIterable<AuditEntry>
}

export function createAudit({ raw, read }: Calls): Audit {
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
