import { FLAG_RETRY_LATER } from '../model/outcome-batch.ts'
import { delivered, deliveredQuietly, deliveredWithoutResult, failed, shortened } from './answer.ts'
import type { ItemAnswer } from './connector.ts'
import { type ConnectorErrorKind, ERROR_KIND } from './connector-errors.ts'
import { isPassing } from './http-answer.ts'
import { MAX_RETRY_AFTER_MS } from './retry-after.ts'
import { SecretMask } from './secret-mask.ts'

/*
 * Converts the results and errors of foreign code to answers. Nothing here trusts a value: getters may throw, `toString` may return anything.
 */

const quietly = { httpStatus: 0, warnings: [] }
const noMask = new SecretMask()

const MAX_CODE_LENGTH = 128
/** Codes that decide an item's end by themselves: only the engine gives them. */
const ENGINE_CODES = new Set([
  ...['worker_crashed', 'invalid_item', 'item_schema_mismatch', 'deadline_passed', 'request_not_made'],
])

/** Returns the answer for a delivered item. The connector's return value is kept when it is JSON below 64 KiB. */
export function answerOfResult(result: unknown, mask = noMask): ItemAnswer {
  if (result === undefined) return deliveredQuietly
  let json: string | undefined
  try {
    json = JSON.stringify(result)
  } catch {
    return deliveredWithoutResult(quietly, 'it is not JSON')
  }
  return json === undefined
    ? deliveredWithoutResult(quietly, 'it is not JSON')
    : delivered({ ...quietly, result: mask.json(json) })
}

/** The circumstances of an error. */
export interface ThrownFacts {
  /** Wall ms. */
  readonly nowMs: number
  /** The longest wait that a `Retry-After` can impose on the channel. @default 24 h */
  readonly maxRetryAfterMs?: number
  /** @default no secret is hidden */
  readonly mask?: SecretMask
  /** The beginning of a refused response's body. @default the error's message is the detail */
  readonly body?: string
}

/**
 * Returns the answer for an item for which the connector threw. Its code is the error's own `code`, else `permanent` for a `PermanentError`, `retry_later` for a
 * `RetryLater`, `http_<status>` for an `HttpStatusError` and `thrown` for everything else.
 */
export function answerOfThrown(thrown: unknown, facts: ThrownFacts): ItemAnswer {
  const { nowMs, mask = noMask } = facts
  const kind = kindOf(thrown)
  if (kind === 'http_status') return answerOfStatus(thrown, facts)
  const name = textMember(thrown, 'name')
  const isPermanent = kind === 'permanent'
  const isLater = kind === 'retry_later'
  const ownCode = codeOf(thrown, mask)
  const answer = failed({
    code: ownCode ?? (isPermanent ? 'permanent' : isLater ? 'retry_later' : 'thrown'),
    origin: 'connector',
    title:
      name === undefined || name === ''
        ? 'The connector threw'
        : `The connector threw ${shortened(mask.text(name), 100)}`,
    detail: mask.text(describeThrown(thrown)),
    retryable: !isPermanent,
    // The defaults retry what was thrown, whatever its code.
    hint: isPermanent ? false : isLater || ownCode !== null ? true : null,
    retryAtMs: isLater ? nowMs + clampDelay(member(thrown, 'delayMs')) : 0,
  })
  return isLater ? { ...answer, flags: answer.flags | FLAG_RETRY_LATER } : answer
}

/** A refused request is judged by its status, as the answer to an `http` connector. */
function answerOfStatus(
  thrown: unknown,
  { nowMs, maxRetryAfterMs = MAX_RETRY_AFTER_MS, mask = noMask, body }: ThrownFacts,
): ItemAnswer {
  const status = member(thrown, 'status') as number
  const retryAfterMs = Math.min(clampDelay(member(thrown, 'retryAfterMs')), maxRetryAfterMs)
  const retryable = member(thrown, 'retryable')
  return failed({
    code: codeOf(thrown, mask) ?? `http_${status}`,
    origin: 'connector',
    title: `The target system answered with status ${status}`,
    detail: mask.text(body ?? describeThrown(thrown)),
    httpStatus: status,
    retryable: isPassing(status),
    hint: typeof retryable === 'boolean' ? retryable : null,
    retryAtMs: retryAfterMs > 0 ? nowMs + retryAfterMs : 0,
  })
}

/** The response of an `HttpStatusError` whose body nobody has read; null: there is none. */
export function unreadResponseOf(thrown: unknown): Response | null {
  if (kindOf(thrown) !== 'http_status') return null
  const response = member(thrown, 'response')
  const body = member(response, 'body')
  const isUnread = member(response, 'bodyUsed') === false && member(body, 'locked') === false
  return isUnread && typeof member(body, 'getReader') === 'function' ? (response as Response) : null
}

const kindOfName: Readonly<Record<string, ConnectorErrorKind>> = {
  PermanentError: 'permanent',
  RetryLater: 'retry_later',
  HttpStatusError: 'http_status',
}

/** The kind of an error: by its mark, else by its name; null: one of somebody else. */
function kindOf(thrown: unknown): ConnectorErrorKind | null {
  const name = textMember(thrown, 'name') ?? ''
  const named = Object.hasOwn(kindOfName, name) ? kindOfName[name]! : null
  const marked = member(thrown, ERROR_KIND)
  const kind = marked === 'permanent' || marked === 'retry_later' || marked === 'http_status' ? marked : named
  if (kind !== 'http_status') return kind
  const status = member(thrown, 'status')
  return Number.isInteger(status) && (status as number) >= 100 && (status as number) <= 599 ? kind : null
}

/** Returns the error's own code, as Node's and most libraries' errors have; null: none that can be a code. */
function codeOf(thrown: unknown, mask: SecretMask): string | null {
  const code = textMember(thrown, 'code')
  if (code === undefined || code === '' || code.length > MAX_CODE_LENGTH || ENGINE_CODES.has(code)) return null
  return /^[\x20-\x7e]+$/.test(code) ? mask.text(code) : null
}

/** A value in a result's place that stands for a failure. Errors of other realms have the tag too. */
export function isErrorValue(value: unknown): boolean {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
  } catch {
    return false
  }
}

/** The answer for an item of a call that gave none (RTY-4). */
export function noAnswer(detail: string): ItemAnswer {
  return failed({
    code: 'invalid_answer',
    origin: 'engine',
    title: 'The answer does not report the outcome of the item',
    detail,
    retryable: true,
  })
}

/** Describes a thrown value for people; never throws. */
export function describeThrown(thrown: unknown): string {
  const message = textMember(thrown, 'message')
  if (message !== undefined && message !== '') return message
  try {
    return String(thrown)
  } catch {
    return 'a value that cannot be shown'
  }
}

function clampDelay(delayMs: unknown): number {
  return typeof delayMs === 'number' && delayMs > 0 ? Math.min(delayMs, MAX_RETRY_AFTER_MS) : 0
}

function textMember(value: unknown, name: string): string | undefined {
  const text = member(value, name)
  return typeof text === 'string' ? text : undefined
}

function member(value: unknown, name: string | symbol): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  try {
    return (value as Record<string | symbol, unknown>)[name]
  } catch {
    return undefined
  }
}
