import { FLAG_RETRY_LATER } from '../model/outcome-batch.ts'
import { delivered, deliveredQuietly, deliveredWithoutResult, failed } from './answer.ts'
import type { ItemAnswer } from './connector.ts'
import { MAX_RETRY_AFTER_MS } from './retry-after.ts'
import { SecretMask } from './secret-mask.ts'

/*
 * Converts the results and errors of foreign code to answers. Nothing here trusts a value: getters may throw, `toString` may return anything.
 */

const quietly = { httpStatus: 0, warnings: [] }
const noMask = new SecretMask()

const MAX_CODE_LENGTH = 128
/** Codes that decide an item's end by themselves: only the engine gives them. */
const ENGINE_CODES = new Set(['worker_crashed', 'invalid_item', 'item_schema_mismatch', 'deadline_passed'])

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

/**
 * Returns the answer for an item for which the connector threw. Its code is the error's own `code`, else `permanent` for a `PermanentError`, `retry_later` for a
 * `RetryLater` and `thrown` for everything else.
 */
export function answerOfThrown(thrown: unknown, nowMs: number, mask = noMask): ItemAnswer {
  const name = textMember(thrown, 'name')
  const isPermanent = name === 'PermanentError'
  const isLater = name === 'RetryLater'
  const ownCode = codeOf(thrown, mask)
  const answer = failed({
    code: ownCode ?? (isPermanent ? 'permanent' : isLater ? 'retry_later' : 'thrown'),
    origin: 'connector',
    title:
      name === undefined || name === ''
        ? 'The connector threw'
        : `The connector threw ${mask.text(name).slice(0, 100)}`,
    detail: mask.text(describeThrown(thrown)),
    retryable: !isPermanent,
    // The defaults retry what was thrown, whatever its code.
    hint: isPermanent ? false : isLater || ownCode !== null ? true : null,
    retryAtMs: isLater ? nowMs + clampDelay(member(thrown, 'delayMs')) : 0,
  })
  return isLater ? { ...answer, flags: answer.flags | FLAG_RETRY_LATER } : answer
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

function member(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  try {
    return (value as Record<string, unknown>)[name]
  } catch {
    return undefined
  }
}
