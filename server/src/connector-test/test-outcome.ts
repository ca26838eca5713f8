import { isRetryable, isThrottle } from '@waybill/spec/rules'
import type { ItemWarning, OutcomeDetail } from '../model/item.ts'
import {
  FLAG_PERMANENT,
  FLAG_RETRY_AFTER,
  FLAG_RETRY_LATER,
  FLAG_RETRYABLE,
  type OutcomeRecord,
  Verdict,
} from '../model/outcome-batch.ts'

/** The outcome of one call of an item, as the server judges it before it applies the retry rules of channel and job. */
export type TestOutcome = SucceededItem | FailedItem | LaterItem

interface TestedItem {
  /** Its place in the list of items, 0 and up. */
  readonly index: number
  readonly id: string
  readonly warnings: readonly ItemWarning[]
}

/** The item was delivered. */
export interface SucceededItem extends TestedItem {
  readonly status: 'succeeded'
  /** The result that is kept, as JSON; null: none, or it was dropped (then a warning says why). */
  readonly result: unknown
}

/** The item was not delivered. */
export interface FailedItem extends TestedItem {
  readonly status: 'failed'
  /** `permanent`, `thrown`, `timeout`, `invalid_answer`, `http_<status>`, `connection_failed`, or the error's own. */
  readonly code: string
  readonly title: string
  readonly detail: string | null
  /** Status of the refused request; null: none. */
  readonly httpStatus: number | null
  /** Whether the server calls it again, unless a retry rule says otherwise. */
  readonly retryable: boolean
}

/** The item is called again after a time, and this call does not count as an attempt. */
export interface LaterItem extends TestedItem {
  readonly status: 'retry_later'
  readonly delayMs: number
  /** `retry_later`, `http_429`, `http_503`, or the error's own. */
  readonly code: string
  readonly detail: string | null
  /** Status of the refused request; null: none. */
  readonly httpStatus: number | null
  /** True: no call of the channel starts before (429 and 503 with `Retry-After`); false: it holds this item alone. */
  readonly holdsChannel: boolean
}

/**
 * Returns the outcome that a record of the worker stands for.
 * @param startMs the time from which waits count, wall ms
 */
export function outcomeOf(record: OutcomeRecord, item: { readonly id: string; readonly startMs: number }): TestOutcome {
  const { index, flags } = record
  const { result = null, warnings = [], error } = detailOf(record)
  const tested = { index, id: item.id, warnings }
  if (record.verdict === Verdict.succeeded) return { ...tested, status: 'succeeded', result }
  const { code = '', title = '', detail = null } = error ?? {}
  const failure = { code, detail, httpStatus: record.httpStatus || null }
  const retryAfterMs = (flags & FLAG_RETRY_AFTER) === 0 ? 0 : record.retryAtMs
  const call = { httpStatus: record.httpStatus, retryLater: (flags & FLAG_RETRY_LATER) !== 0, retryAfterMs }
  if (isThrottle(call)) {
    const delayMs = Math.max(0, record.retryAtMs - item.startMs)
    return { ...tested, status: 'retry_later', delayMs, ...failure, holdsChannel: !call.retryLater }
  }
  const hint = (flags & FLAG_RETRYABLE) !== 0 ? true : (flags & FLAG_PERMANENT) !== 0 ? false : null
  const retryable = isRetryable({ code, httpStatus: record.httpStatus, retryable: hint })
  return { ...tested, status: 'failed', ...failure, title, retryable }
}

function detailOf({ detail }: OutcomeRecord): OutcomeDetail {
  return detail === undefined ? {} : (JSON.parse(Buffer.from(detail).toString()) as OutcomeDetail)
}
