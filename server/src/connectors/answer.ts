import type { ItemError, ItemWarning, OutcomeDetail } from '../model/item.ts'
import { MAX_DETAIL_BYTES, MAX_RESULT_BYTES } from '../model/limits.ts'
import { FLAG_PERMANENT, FLAG_RETRY_AFTER, FLAG_RETRYABLE } from '../model/outcome-batch.ts'
import type { ItemAnswer } from './connector.ts'

/** Delivered, without a detail: one object for all, made once. */
export const deliveredQuietly: ItemAnswer = { succeeded: true, httpStatus: 0, flags: 0, retryAtMs: 0, detail: null }
/** The same as the answer to a call of one item. */
export const oneDeliveredQuietly: readonly ItemAnswer[] = [deliveredQuietly]

export interface Delivery {
  readonly httpStatus: number
  /** JSON text, or undefined: no result. */
  readonly result: string | undefined
  readonly warnings: readonly ItemWarning[]
}

/** The item was delivered. A result above `MAX_RESULT_BYTES` is dropped with a warning: a delivered item never fails because of its result. */
export function delivered(delivery: Delivery): ItemAnswer {
  const { httpStatus, result, warnings } = delivery
  if (result === undefined && warnings.length === 0) {
    return httpStatus === 0 ? deliveredQuietly : { ...deliveredQuietly, httpStatus }
  }
  if (result !== undefined && isLonger(result, MAX_RESULT_BYTES))
    return deliveredWithoutResult(delivery, `it is longer than ${MAX_RESULT_BYTES / 1024} KiB`)
  const members: string[] = []
  if (result !== undefined) members.push(`"result":${result}`)
  if (warnings.length > 0) members.push(`"warnings":${JSON.stringify(warnings)}`)
  return { ...deliveredQuietly, httpStatus, detail: `{${members.join(',')}}` }
}

/** The item was delivered, its result cannot be kept. */
export function deliveredWithoutResult(delivery: Omit<Delivery, 'result'>, because: string): ItemAnswer {
  const dropped: ItemWarning = { code: 'result_dropped', detail: `The result was not kept: ${because}`, pointer: null }
  const detail: OutcomeDetail = { result: null, warnings: [...delivery.warnings, dropped] }
  return { ...deliveredQuietly, httpStatus: delivery.httpStatus, detail: JSON.stringify(detail) }
}

export interface Failure {
  readonly code: string
  readonly origin: ItemError['origin']
  readonly title: string
  readonly detail: string | null
  /** 0: there was no HTTP answer. @default 0 */
  readonly httpStatus?: number
  /** Whether the error is reported as retryable. */
  readonly retryable: boolean
  /** The connector's own statement, over the defaults of the verdict; null: none. @default null */
  readonly hint?: boolean | null
  /** End of a `Retry-After`, wall ms; 0: none. @default 0 */
  readonly retryAtMs?: number
  /** JSON Pointer into the item. @default null */
  readonly pointer?: string | null
  /** All that is wrong with the item, where there may be more than one fault. @default left out */
  readonly errors?: ItemError['errors']
  readonly warnings?: readonly ItemWarning[]
}

/** The item was not delivered, or its delivery is not known. */
export function failed(failure: Failure): ItemAnswer {
  const { httpStatus = 0, hint = null, retryAtMs = 0, pointer = null, warnings = [] } = failure
  const error: ItemError = {
    code: failure.code,
    origin: failure.origin,
    title: failure.title,
    status: httpStatus === 0 ? null : httpStatus,
    detail: failure.detail === null ? null : beginningOf(failure.detail, MAX_DETAIL_BYTES),
    retryable: hint ?? failure.retryable,
    pointer,
    ...(failure.errors !== undefined && { errors: failure.errors }),
  }
  const detail: OutcomeDetail = warnings.length > 0 ? { warnings, error } : { error }
  return {
    succeeded: false,
    httpStatus,
    flags: (hint === null ? 0 : hint ? FLAG_RETRYABLE : FLAG_PERMANENT) | (retryAtMs > 0 ? FLAG_RETRY_AFTER : 0),
    retryAtMs,
    detail: JSON.stringify(detail),
  }
}

/** The same answer with one more warning. */
export function withWarning(answer: ItemAnswer, warning: ItemWarning): ItemAnswer {
  const kept = answer.detail === null ? {} : (JSON.parse(answer.detail) as OutcomeDetail)
  return { ...answer, detail: JSON.stringify({ ...kept, warnings: [...(kept.warnings ?? []), warning] }) }
}

/** The same answer for every item of a call. */
export function forEachItem(call: { readonly items: readonly unknown[] }, answer: ItemAnswer): readonly ItemAnswer[] {
  return call.items.map(() => answer)
}

/** The answers of all items of a call, of those that were sent and of those that were refused. */
export function mergeAnswers(
  refusals: readonly (ItemAnswer | null)[],
  answers: readonly ItemAnswer[],
): readonly ItemAnswer[] {
  let next = 0
  return refusals.map((refusal) => refusal ?? answers[next++]!)
}

/** The first characters of a text that take at most `maxBytes` in UTF-8; never half a character. */
export function beginningOf(text: string, maxBytes: number): string {
  if (!isLonger(text, maxBytes)) return text
  const bytes = Buffer.from(text.slice(0, maxBytes))
  let end = Math.min(maxBytes, bytes.length)
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

/**
 * The first characters of a text, at most `length`; one that is cut ends with `…`: its end may be the beginning of a value that is not to be
 * shown.
 */
export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

/** Whether a text takes more than `maxBytes` in UTF-8; counts only when it could. */
export function isLonger(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true
  return text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes
}
