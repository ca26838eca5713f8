import type { Action } from '../model/job.ts'
import type { Call, CallItem, CallJob } from './connector.ts'
import { deliveredKey, idempotencyKeyOf, parseItemLine, withoutMember } from './item-line.ts'
import { ItemMembers } from './item-members.ts'

/** Bodies are put together in one place and copied out: how long one gets is known only then. */
let scratch = Buffer.allocUnsafe(64 * 1024)
/** A larger one, of large items, is not kept. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024
/** Bytes before an item's own members, without its id and the job's: three numbers and the names. */
const MAX_PREFIX_BYTES = 160

const members = new ItemMembers()

/**
 * Returns the body of a call, in the form of the connector contract. An item's line goes in byte by byte as it came (with the members that it does not have in front
 * of it), so that numbers beyond 2^53 and the order of members arrive unchanged.
 */
export function requestBody(call: Call): Buffer {
  const { job, items } = call
  let at = 0
  for (const item of items) {
    const isFound = members.read(item.bytes, item.start, item.end)
    // The items of a call have one action: that of the first is that of all.
    if (at === 0) at = startBody(job, isFound ? ownAction(item) : parseItemLine(item.line).action)
    else at = writeAscii(',', at)
    at = isFound && canSplice(job) ? spliceItem(job, item, at) : writeParsedItem(job, item, at)
  }
  at = writeAscii(']}', at)
  const body = Buffer.from(scratch.subarray(0, at))
  if (scratch.length > MAX_KEPT_BYTES) scratch = Buffer.allocUnsafe(64 * 1024)
  return body
}

/** The action of the item just found, if it has one of its own. */
function ownAction({ bytes }: CallItem): Action | undefined {
  const { actionStart, actionEnd } = members
  return actionEnd === 0 ? undefined : (bytes.toString('latin1', actionStart, actionEnd) as Action)
}

let headJob: CallJob | null = null
let headAction: Action | undefined
let head = Buffer.alloc(0)

/** Writes the members that the items have in common; the same as last time for most calls. */
function startBody(job: CallJob, ownAction: Action | undefined): number {
  if (job !== headJob || ownAction !== headAction) {
    const { jobId, subscription, channel, objectType } = job
    const common = { jobId, subscription, channel, objectType, action: ownAction ?? job.action }
    head = Buffer.from(`${JSON.stringify(common).slice(0, -1)},"items":[`)
    headJob = job
    headAction = ownAction
  }
  reserve(0, head.length)
  return head.copy(scratch, 0)
}

/** Whether the item just found needs only members in front of its own. */
function canSplice({ partitionBy }: CallJob): boolean {
  return partitionBy === 'item' || ((partitionBy === 'job' || partitionBy === 'none') && !members.hasKey)
}

/** Writes the item just found. */
function spliceItem(job: CallJob, { index, attempt, bytes, end }: CallItem, from: number): number {
  const { firstAt, idStart, idEnd, hasKey, hasData } = members
  reserve(from, MAX_PREFIX_BYTES + job.jobId.length + idEnd - idStart + end - firstAt)
  let at = from
  if (hasKey) at = writeAscii(`${prefix(job, index, attempt)}${hasData ? '' : NO_DATA}`, at)
  else if (job.partitionBy !== 'item') {
    at = writeAscii(`${prefix(job, index, attempt)}"partitionKey":null,${hasData ? '' : NO_DATA}`, at)
  } else {
    at = writeAscii(`${prefix(job, index, attempt)}"partitionKey":`, at)
    at += bytes.copy(scratch, at, idStart, idEnd)
    at = writeAscii(hasData ? ',' : `,${NO_DATA}`, at)
  }
  return at + bytes.copy(scratch, at, firstAt, end)
}

const NO_DATA = '"data":null,'

function prefix({ jobId }: CallJob, index: number, attempt: number): string {
  return `{"index":${index},"idempotencyKey":"${idempotencyKeyOf(jobId, index)}","attempt":${attempt},`
}

/** Writes an item whose key stands in its data, or whose own `partitionKey` is not its key. */
function writeParsedItem(job: CallJob, { index, attempt, line }: CallItem, at: number): number {
  const item = parseItemLine(line)
  const key = deliveredKey(item, job.partitionBy)
  const isOwn = item.partitionKey === key
  const own = item.partitionKey === undefined || isOwn ? line : withoutMember(line, 'partitionKey')
  const text =
    prefix(job, index, attempt) +
    `${isOwn ? '' : `"partitionKey":${JSON.stringify(key)},`}${item.data === undefined ? NO_DATA : ''}${own.slice(own.indexOf('{') + 1)}`
  reserve(at, text.length * 3)
  return at + scratch.write(text, at)
}

function writeAscii(text: string, at: number): number {
  reserve(at, text.length)
  return at + scratch.write(text, at, 'latin1')
}

function reserve(at: number, bytes: number): void {
  if (at + bytes <= scratch.length) return
  const grown = Buffer.allocUnsafe(Math.max(scratch.length * 2, at + bytes))
  scratch.copy(grown, 0, 0, at)
  scratch = grown
}

/** In lower case: the channel's own header of this name takes its place. */
export const TIMEOUT_HEADER = 'waybill-timeout-ms'

/**
 * Returns the headers that tell the receiver which call it is, and how long it is waited for; names and values in turn.
 * @param isTimeoutSet the channel sends a `Waybill-Timeout-Ms` of its own
 */
export function callHeaders(call: Call, isTimeoutSet = false): string[] {
  const headers = ['Waybill-Epoch', String(call.epoch), 'traceparent', call.traceparent]
  if (call.tracestate !== null) headers.push('tracestate', call.tracestate)
  if (!isTimeoutSet) headers.push('Waybill-Timeout-Ms', String(call.timeLeftMs))
  const only = call.items.length === 1 ? call.items[0] : undefined
  if (only !== undefined) {
    headers.push(
      'Idempotency-Key',
      idempotencyKeyOf(call.job.jobId, only.index),
      'Waybill-Attempt',
      String(only.attempt),
    )
  }
  return headers
}
