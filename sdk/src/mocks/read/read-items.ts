import type { ItemError, ItemInput, PartitionBy, ProblemPlace } from '@waybill/spec'
import { limits } from '../engine/limits.ts'
import { partitionKeyOf } from '@waybill/spec/rules'
import { limitPassed, MockProblem } from '../show/problems.ts'
import { byteLength, findFaults } from './validate.ts'

/** One item of a body, as it came. */
export interface SentItem {
  readonly place: ItemPlaceInBody
  /** Undefined: it is no JSON. */
  readonly value: unknown
  /** The original text; only where it is not JSON. */
  readonly text: string | null
}

/** A line of NDJSON, or a pointer to a member of a JSON array. */
export type ItemPlaceInBody = { readonly line: number } | { readonly pointer: string }

/** An item that was read, valid or not. */
export interface ReadItem {
  readonly input: ItemInput | null
  readonly id: string
  readonly partitionKey: string | null
  /** The error with which it is rejected at ingest; null: valid. */
  readonly error: ItemError | null
}

const decoder = new TextDecoder('utf-8', { fatal: true })
const LF = 10

/** A body that is JSON. @throws MockProblem `bad_request` */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    throw new MockProblem('bad_request', 'Cannot read the body as it must be JSON: it is not', {
      errors: [{ pointer: '', detail: 'must be JSON' }],
    })
  }
}

/** The lines of an NDJSON body that are not blank. @throws MockProblem `line_too_large` */
export function parseLines(bytes: Uint8Array): SentItem[] {
  const sent: SentItem[] = []
  for (let at = 0, line = 1; at < bytes.length; line++) {
    const found = bytes.indexOf(LF, at)
    const end = found === -1 ? bytes.length : found
    if (end - at > limits.maxLineBytes) throw tooLarge('maxLineBytes', { line })
    const text = new TextDecoder().decode(bytes.subarray(at, end)).replace(/\r$/, '')
    if (text.trim() !== '') sent.push(readText(text, line))
    at = end + 1
  }
  return sent
}

function readText(text: string, line: number): SentItem {
  try {
    return { place: { line }, value: JSON.parse(text), text: null }
  } catch {
    return { place: { line }, value: undefined, text }
  }
}

/** The members of a JSON array as items. @throws MockProblem `line_too_large` */
export function sentMembers(values: readonly unknown[], pointer: string, bodyBytes: number): SentItem[] {
  const mayBeLarge = bodyBytes > limits.maxItemBytes
  return values.map((value, n) => {
    const place = { pointer: `${pointer}/${n}` }
    if (mayBeLarge && byteLength(JSON.stringify(value)) > limits.maxItemBytes) throw tooLarge('maxItemBytes', place)
    return { place, value, text: null }
  })
}

/** @throws MockProblem `invalid_item`, naming all that are, unless they may fail alone */
export function readItems(
  sent: readonly SentItem[],
  {
    action,
    partitionBy,
    onInvalidItem,
  }: { action: string; partitionBy: PartitionBy; onInvalidItem: 'reject' | 'fail' },
): ReadItem[] {
  const errors: ProblemPlace[] = []
  const items = sent.map((one) => {
    const item = readItem(one, partitionBy)
    if (item.error !== null) errors.push(placeOf(one.place, item.error))
    return item
  })
  if (errors.length > 0 && onInvalidItem === 'reject') {
    const [first] = errors
    const where = first!.line === undefined ? first!.pointer : `line ${first!.line}`
    throw new MockProblem('invalid_item', `Cannot ${action} as ${where} ${first!.detail}`, { errors })
  }
  return items
}

/** Returns the faults of items. */
export function itemFaults(sent: readonly SentItem[], partitionBy: PartitionBy): ProblemPlace[] {
  return sent.flatMap((one) => {
    const { error } = readItem(one, partitionBy)
    return error === null ? [] : [placeOf(one.place, error)]
  })
}

function readItem({ value, text }: SentItem, partitionBy: PartitionBy): ReadItem {
  if (text !== null) return invalid(null, partitionBy, { pointer: '', detail: 'must be JSON', text })
  const [fault] = findFaults('ItemInput', value)
  if (fault !== undefined) return invalid(value, partitionBy, fault)
  const input = value as ItemInput
  const partitionKey = partitionKeyOf(input, partitionBy)
  if (partitionKey === undefined || !isKey(partitionKey)) {
    const detail = 'must be a string of 1 to 256 bytes, a number or a boolean to partition by'
    return invalid(value, partitionBy, { pointer: partitionBy, detail })
  }
  return { input, id: input.id, partitionKey, error: null }
}

function isKey(key: string | null): boolean {
  return key === null || (key !== '' && byteLength(key) <= limits.maxPartitionKeyBytes)
}

function invalid(
  value: unknown,
  partitionBy: PartitionBy,
  fault: { pointer: string; detail: string; text?: string },
): ReadItem {
  const { pointer, detail, text } = fault
  const { id, partitionKey } = (value ?? {}) as { id?: unknown; partitionKey?: unknown }
  const named = { id: textOr(id, ''), partitionKey: textOr(partitionKey, undefined) }
  const kept = text?.slice(0, limits.maxInvalidLineTextBytes)
  return {
    input: isObject(value) ? (value as ItemInput) : null,
    id: named.id,
    partitionKey: isObject(value) ? (partitionKeyOf({ ...value, ...named }, partitionBy) ?? null) : null,
    error: {
      code: 'invalid_item',
      origin: 'engine',
      title: 'Invalid item',
      status: null,
      detail,
      retryable: false,
      pointer: pointer === '' ? null : pointer,
      ...(kept !== undefined && { text: kept }),
    },
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise
}

function placeOf(place: ItemPlaceInBody, { pointer, detail }: ItemError): ProblemPlace {
  if ('line' in place) return { ...place, ...(pointer !== null && { pointer }), detail: detail ?? '' }
  return { pointer: place.pointer + (pointer ?? ''), detail: detail ?? '' }
}

function tooLarge(name: 'maxLineBytes' | 'maxItemBytes', place: ItemPlaceInBody): MockProblem {
  return limitPassed({ code: 'line_too_large', name, value: limits[name], place })
}
