import type { ItemWarning } from '../model/item.ts'
import { MAX_POINTER_LENGTH, MAX_TITLE_LENGTH } from '../model/limits.ts'
import { allSucceeded } from './all-succeeded.ts'
import { delivered, deliveredWithoutResult, failed, forEachItem, shortened } from './answer.ts'
import type { CallItem, ItemAnswer } from './connector.ts'
import type { HttpAnswer } from './http-exchange.ts'
import type { SecretMask } from './secret-mask.ts'

/** The facts of a response beside its body. */
export interface AnswerFacts {
  /** End of its `Retry-After`, wall ms; 0: none. */
  readonly retryAtMs: number
  /** The next call brings another access token: a 401 is worth another try. */
  readonly tokenRenewed: boolean
  /** Hides the secrets of the call in the stored part of its answer. */
  readonly mask: SecretMask
}

type Answered = Pick<HttpAnswer, 'status' | 'body' | 'unread'>

interface AnsweredCall {
  readonly items: readonly Pick<CallItem, 'index'>[]
}

/** One entry of `results`, as far as it has the form of the contract. */
interface ItemResult {
  readonly index: number
  readonly status: string
  readonly result?: unknown
  readonly warnings?: unknown
  readonly error?: unknown
}

const MAX_WARNINGS = 100

/**
 * Reads the answer to a call: an answer for each of its items, in their order. Pure.
 *
 * 2xx with `results` judges each item; an item it does not include has failed (RTY-4). Any other 2xx is success for a call of one item and
 * no answer at all for a call of many. Everything else fails each item as `http_<status>`.
 */
export function judgeHttpAnswer(call: AnsweredCall, answer: Answered, facts: AnswerFacts): readonly ItemAnswer[] {
  if (answer.status < 200 || answer.status > 299) return forEachItem(call, refused(answer, facts))
  if (answer.unread === null && allSucceeded(answer.body, call.items)) {
    return forEachItem(call, delivered({ httpStatus: answer.status, warnings: [], result: undefined }))
  }
  const text = answer.body.toString('utf8')
  const body = answer.unread === null ? parseJson(text) : undefined
  const results = resultsOf(body)
  if (results !== null && (call.items.length > 1 || results.length === 0 || results.some(isItemResult))) {
    return judgeResults(call, results, { status: answer.status, mask: facts.mask })
  }
  if (call.items.length > 1) {
    const detail =
      answer.unread === null
        ? `the answer begins: ${shortened(facts.mask.text(text), 512)}`
        : `the answer cannot be read: ${answer.unread}`
    return forEachItem(
      call,
      invalidAnswer(answer.status, `A call of many items must be answered with {"results": [...]}: ${detail}`),
    )
  }
  const delivery = { httpStatus: answer.status, warnings: [] }
  if (answer.unread !== null) return [deliveredWithoutResult(delivery, answer.unread)]
  return [delivered({ ...delivery, result: body === undefined ? undefined : facts.mask.json(text.trim()) })]
}

/** Status codes that may be temporary: the default verdict retries them. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429
}

function refused(answer: Answered, facts: AnswerFacts): ItemAnswer {
  return failed({
    code: `http_${answer.status}`,
    origin: 'connector',
    title: `The connector answered with status ${answer.status}`,
    detail: answer.body.length === 0 ? answer.unread : facts.mask.text(answer.body.toString('utf8')),
    httpStatus: answer.status,
    retryable: isPassing(answer.status),
    hint: facts.tokenRenewed ? true : null,
    retryAtMs: facts.retryAtMs,
  })
}

function invalidAnswer(status: number, detail: string): ItemAnswer {
  return failed({
    code: 'invalid_answer',
    origin: 'engine',
    title: 'The answer does not report the outcome of the item',
    detail,
    httpStatus: status,
    retryable: true,
  })
}

interface Judging {
  readonly status: number
  readonly mask: SecretMask
}

function judgeResults(call: AnsweredCall, results: readonly unknown[], by: Judging): readonly ItemAnswer[] {
  const byIndex = new Map<number, ItemResult | 'twice'>()
  for (const entry of results) {
    if (isItemResult(entry)) byIndex.set(entry.index, byIndex.has(entry.index) ? 'twice' : entry)
  }
  return call.items.map(({ index }) => {
    const result = byIndex.get(index)
    if (result === undefined) return invalidAnswer(by.status, `The answer has no result for item ${index}`)
    if (result === 'twice') return invalidAnswer(by.status, `The answer has more than one result for item ${index}`)
    return judgeResult(result, by)
  })
}

function judgeResult(entry: ItemResult, { status: httpStatus, mask }: Judging): ItemAnswer {
  const warnings = readWarnings(entry.warnings, mask)
  if (entry.status === 'succeeded') {
    try {
      const result = entry.result === undefined ? undefined : mask.json(JSON.stringify(entry.result))
      return delivered({ httpStatus, warnings, result })
    } catch {
      return deliveredWithoutResult({ httpStatus, warnings }, 'it is nested too deeply to be written')
    }
  }
  if (entry.status !== 'failed') {
    return invalidAnswer(
      httpStatus,
      `The result of item ${entry.index} must have status "succeeded" or "failed": it is ${shortened(JSON.stringify(mask.text(entry.status)), 100)}`,
    )
  }
  const error = isRecord(entry.error) ? entry.error : {}
  const hint = typeof error['retryable'] === 'boolean' ? error['retryable'] : null
  const textOf = maskedText(mask)
  return failed({
    code: textOf(error['code'], 100) ?? 'rejected',
    origin: 'connector',
    title: textOf(error['title'], MAX_TITLE_LENGTH) ?? 'The connector refused the item',
    detail: textOf(error['detail'], 4096),
    httpStatus,
    retryable: hint ?? false,
    hint,
    pointer: textOf(error['pointer'], MAX_POINTER_LENGTH),
    warnings,
  })
}

function readWarnings(value: unknown, mask: SecretMask): readonly ItemWarning[] {
  if (!Array.isArray(value)) return []
  const textOf = maskedText(mask)
  return value
    .slice(0, MAX_WARNINGS)
    .filter(isRecord)
    .map((warning) => ({
      code: textOf(warning['code'], 100) ?? 'warning',
      detail: textOf(warning['detail'], 1024) ?? '',
      pointer: textOf(warning['pointer'], MAX_POINTER_LENGTH),
    }))
}

function resultsOf(body: unknown): readonly unknown[] | null {
  return isRecord(body) && Array.isArray(body['results']) ? body['results'] : null
}

function isItemResult(value: unknown): value is ItemResult {
  return isRecord(value) && Number.isInteger(value['index']) && typeof value['status'] === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function maskedText(mask: SecretMask): (value: unknown, maxLength: number) => string | null {
  return (value, maxLength) =>
    typeof value === 'string' && value !== '' ? shortened(mask.text(value), maxLength) : null
}

function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
