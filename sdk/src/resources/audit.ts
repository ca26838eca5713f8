import type { ChannelName, JobId } from '../ids.ts'
import type { AuditEntry } from '@waybill/spec'
import type { CallOptions } from '../job-handle.ts'

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
