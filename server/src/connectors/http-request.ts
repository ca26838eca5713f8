import { randomFillSync } from 'node:crypto'
import type { Call } from './connector.ts'
import { deliveredKey, idempotencyKeyOf, parseItemLine, withoutMember } from './item-line.ts'

/**
 * The body of a call, as DESIGN section 3a has it. An item's line goes in as it came (with the members that it does not have in front of it), so that numbers beyond
 * 2^53 and the order of members arrive unchanged.
 */
export function requestBody(call: Call): string {
  const { job } = call
  const items: string[] = []
  let action: string = job.action
  for (const { index, attempt, line } of call.items) {
    const item = parseItemLine(line)
    if (item.action !== undefined) action = item.action
    const key = deliveredKey(item, job.partitionBy)
    const isOwn = item.partitionKey === key
    const members = item.partitionKey === undefined || isOwn ? line : withoutMember(line, 'partitionKey')
    items.push(
      `{"index":${index},"idempotencyKey":"${idempotencyKeyOf(job.jobId, index)}","attempt":${attempt},` +
        `${isOwn ? '' : `"partitionKey":${JSON.stringify(key)},`}${item.data === undefined ? '"data":null,' : ''}${members.slice(members.indexOf('{') + 1)}`,
    )
  }
  const head = {
    jobId: job.jobId,
    subscription: job.subscription,
    channel: job.channel,
    objectType: job.objectType,
    action,
  }
  return `${JSON.stringify(head).slice(0, -1)},"items":[${items.join(',')}]}`
}

/** Headers that tell the receiver which call this is; names and values in turn. */
export function callHeaders(call: Call): string[] {
  const headers = ['Waybill-Epoch', String(call.epoch), 'traceparent', traceparent(call.job.jobId)]
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

/** W3C Trace Context: a job is one trace (its id has the 16 bytes of one), each call a span of it. */
function traceparent(jobId: string): string {
  return `00-${jobId.slice(-32)}-${spanId()}-01`
}

/** Random bytes for many spans at once: asking for eight at a time costs more than the rest of a call's headers. */
const random = Buffer.alloc(8 * 512)
let randomAt = random.length

function spanId(): string {
  if (randomAt === random.length) {
    randomFillSync(random)
    randomAt = 0
  }
  randomAt += 8
  return random.toString('hex', randomAt - 8, randomAt)
}
