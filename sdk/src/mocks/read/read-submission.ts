import type { ItemDelivery, JobEnvelope, JobSubmission } from '@waybill/spec'
import { checkEnvelope, type CheckedEnvelope, type EnvelopePlace } from './check-envelope.ts'
import { limits } from '../engine/limits.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { badRequest, limitPassed, MockProblem } from '../show/problems.ts'
import {
  parseJson,
  parseLines,
  itemFaults,
  readItems,
  type ReadItem,
  type SentItem,
  sentMembers,
} from './read-items.ts'
import { findFaults } from './validate.ts'

/** A job as it was sent, valid. */
export interface Submission extends CheckedEnvelope {
  readonly items: readonly ReadItem[]
}

export type SubmissionContext = Pick<MockWorld, 'channels' | 'book' | 'clock'>

const SUBMIT: EnvelopePlace = { action: 'submit job' }

/** The body of `submitJob`. @throws MockProblem what is wrong with it */
export function readSubmission(mediaType: string, body: Uint8Array, context: SubmissionContext): Submission {
  return mediaType === 'application/json' ? readJson(body, context) : readNdjson(body, context)
}

function readJson(body: Uint8Array, context: SubmissionContext): Submission {
  const value = parseJson(body)
  const { items, ...rest } = (isRecord(value) ? value : {}) as Partial<JobSubmission>
  if (Array.isArray(items) && items.length > limits.maxItemsPerJsonRequest) {
    throw limitPassed({ code: 'too_many_items', name: 'maxItemsPerJsonRequest', value: limits.maxItemsPerJsonRequest })
  }
  // The items are checked one by one, and reported as items.
  const faults = findFaults('JobSubmission', Array.isArray(items) ? { ...rest, items: [] } : value)
  const sent = sentMembers(Array.isArray(items) ? items : [], '/items', body.length)
  const checked = withItemFaults(rest, sent, () => checkEnvelope(rest as JobEnvelope, SUBMIT, context, faults))
  if (checked.open && items !== undefined) {
    throw badRequest('submit job', { pointer: '/items', detail: 'must not be given together with open: append them' })
  }
  if (!checked.open && items === undefined) throw itemsMissing()
  return withItems(checked, sent, SUBMIT)
}

function readNdjson(body: Uint8Array, context: SubmissionContext): Submission {
  const [first, ...sent] = parseLines(body)
  const line = first !== undefined && 'line' in first.place ? first.place.line : 1
  const place = { ...SUBMIT, line }
  if (first === undefined || first.text !== null) {
    throw badRequest('submit job', { line, detail: 'must be the envelope as JSON' })
  }
  if (sent.length > limits.maxItemsPerNdjsonRequest) {
    const { maxItemsPerNdjsonRequest: value } = limits
    throw limitPassed({ code: 'too_many_items', name: 'maxItemsPerNdjsonRequest', value })
  }
  const checked = checkEnvelope(first.value as JobEnvelope, place, context, findFaults('JobEnvelope', first.value))
  if (checked.open && sent.length > 0) {
    throw badRequest('submit job', {
      line,
      pointer: '/open',
      detail: 'must not be given together with items: append them',
    })
  }
  if (!checked.open && sent.length === 0 && checked.itemCount !== 0) throw itemsMissing()
  return withItems(checked, sent, SUBMIT)
}

/** Reads the items of a job. @throws MockProblem `invalid_item`, `item_count_mismatch` */
export function withItems(checked: CheckedEnvelope, sent: readonly SentItem[], { action }: EnvelopePlace): Submission {
  const { envelope, itemCount } = checked
  const items = readItems(sent, { action, partitionBy: envelope.partitionBy, onInvalidItem: envelope.onInvalidItem })
  if (itemCount !== null && itemCount !== items.length) throw countMismatch(action, itemCount, items.length)
  return { ...checked, items }
}

/** The body of `deliverItem`. @throws MockProblem what is wrong with it */
export function readDelivery(body: Uint8Array, context: SubmissionContext): Submission {
  const place = { action: 'deliver item' }
  const value = parseJson(body)
  const { item, ...rest } = (isRecord(value) ? value : {}) as Partial<ItemDelivery>
  const faults = findFaults('ItemDelivery', item === undefined ? value : { ...rest, item: { id: 'stands for it' } })
  const sent = sentMembers([item], '', body.length).map((one) => ({ ...one, place: { pointer: '/item' } }))
  const checked = withItemFaults(rest, item === undefined ? [] : sent, () =>
    checkEnvelope(rest as Omit<ItemDelivery, 'item'>, place, context, faults),
  )
  return withItems(checked, sent, place)
}

/** Refuses an envelope together with the items that are invalid whatever it says. */
function withItemFaults(
  { partitionBy, onInvalidItem }: Partial<JobSubmission>,
  sent: readonly SentItem[],
  check: () => CheckedEnvelope,
): CheckedEnvelope {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof MockProblem) || onInvalidItem === 'fail') throw error
    const { errors = [], ...options } = error.options
    const isFaulty = typeof partitionBy !== 'string' || errors.some(({ pointer }) => pointer === '/partitionBy')
    const found = itemFaults(sent, isFaulty ? 'item' : partitionBy)
    if (found.length === 0) throw error
    const code = error.code === 'unknown_field' || error.code === 'unknown_channel' ? 'bad_request' : error.code
    throw new MockProblem(code, error.message, { ...options, errors: [...errors, ...found] })
  }
}

/** The body of `appendItems`: its items, not yet looked at. @throws MockProblem `too_many_items`, `bad_request` */
export function readPart(mediaType: string, body: Uint8Array): SentItem[] {
  const sent = mediaType === 'application/json' ? readArray(body) : parseLines(body)
  if (sent.length <= limits.maxItemsPerAppend) return sent
  throw limitPassed({ code: 'too_many_items', name: 'maxItemsPerAppend', value: limits.maxItemsPerAppend })
}

function readArray(body: Uint8Array): SentItem[] {
  const value = parseJson(body)
  if (Array.isArray(value)) return sentMembers(value, '', body.length)
  throw badRequest('append items', { pointer: '', detail: 'must be an array of items' })
}

export function countMismatch(action: string, itemCount: number, found: number): MockProblem {
  const detail = `must be the number of items ${found}: current value is ${itemCount}`
  return new MockProblem('item_count_mismatch', `Cannot ${action} as itemCount ${detail}`, {
    errors: [{ pointer: '/itemCount', detail }],
  })
}

function itemsMissing(): MockProblem {
  return new MockProblem('items_missing', 'Cannot submit job as it must have items, or open of true: it has neither')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
