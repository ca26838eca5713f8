import { findMark } from '../show/redact-view.ts'
import type { ParkedDecision, ProblemPlace } from '@waybill/spec'
import { partitionKeyOf } from '@waybill/spec/rules'
import { time } from '../show/job-view.ts'
import { limits } from '../engine/limits.ts'
import type { MockItem } from '../engine/mock-job.ts'
import type { Call } from './operation-handler.ts'
import { badRequest, limitPassed, MockProblem } from '../show/problems.ts'
import { readBody, requireMediaType } from '../read/read-body.ts'
import { readJson } from '../read/read-json.ts'
import { actionOf, byteLength } from '../read/validate.ts'

/** Requests to the mocks have no token of their own. */
const BY = 'token:admin'

/** The body of a decision on parked items, which may carry the data of one. @throws MockProblem */
export async function readDecision({
  operation,
  request,
}: Pick<Call<'resolveParked'>, 'operation' | 'request'>): Promise<ParkedDecision> {
  requireMediaType(request, operation)
  const bytes = await readBody(request, { name: 'maxJsonBodyBytes', bytes: limits.maxJsonBodyBytes })
  const sent = readJson<ParkedDecision>(operation, bytes, refuseLarge)
  const fault = faultOf(sent)
  if (fault !== null) throw badRequest(actionOf(operation), fault)
  return sent
}

/** Before the schema says so in other words. */
function refuseLarge(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const { data, ...members } = value as { data?: unknown }
  if (data !== undefined && byteLength(JSON.stringify(data)) > limits.maxItemBytes) throw tooLarge()
  if (byteLength(JSON.stringify(members)) > limits.maxEnvelopeBytes)
    throw limitPassed({ code: 'line_too_large', name: 'maxEnvelopeBytes', value: limits.maxEnvelopeBytes })
}

/** Checks the rule that no schema states: `replace` applies to one item, and is the only decision with data. */
function faultOf({ decision, items, data }: ParkedDecision): ProblemPlace | null {
  if (decision !== 'replace') {
    const detail = `must be absent with decision ${decision}: only replace takes data`
    return data === undefined ? null : { pointer: '/data', detail }
  }
  if (items.length > 1) {
    const detail = `must have 1 element with decision replace: current value has ${items.length}`
    return { pointer: '/items', detail }
  }
  return data === undefined ? { pointer: '/data', detail: 'is required with decision replace' } : null
}

/** Gives a parked item other data; its log keeps what it had. @throws MockProblem `invalid_item`, `line_too_large`, `replaced_too_often` */
export function replaceData(
  item: MockItem,
  data: unknown,
  { nowMs, redact }: { readonly nowMs: number; readonly redact: readonly string[] },
): void {
  const input = item.input!
  refuseTooMany(item)
  const marked = findMark(data, redact)
  if (marked !== null) {
    const detail = 'must be the value to deliver: it is "[redacted]", which stands for one that was not shown'
    throw invalidData({ pointer: marked, detail })
  }
  const replaced = { ...input, data }
  if (byteLength(JSON.stringify(replaced)) > limits.maxItemBytes) throw tooLarge()
  const { partitionBy } = item.job.envelope
  const key = partitionKeyOf(replaced, partitionBy)
  if (partitionBy.startsWith('/') && key !== item.partitionKey) {
    const [is, wanted] = [JSON.stringify(key) ?? 'no key', JSON.stringify(item.partitionKey)]
    throw invalidData({
      pointer: partitionBy,
      detail: `must lead to the partition key of the item, ${wanted}: it leads to ${is}`,
    })
  }
  item.input = replaced
  item.log.at(-1)!.replaced = { at: time(nowMs), by: BY, data: input.data ?? null }
}

function refuseTooMany({ log, input, job, index }: MockItem): void {
  const { maxReplacementsPerItem, maxReplacedBytesPerItem } = limits
  const replaced = log.flatMap((attempt) => attempt.replaced ?? [])
  const bytes = [input, ...replaced].reduce((sum, one) => sum + byteLength(JSON.stringify(one)), 0)
  const limit =
    replaced.length >= maxReplacementsPerItem
      ? { name: 'maxReplacementsPerItem', value: maxReplacementsPerItem }
      : bytes > maxReplacedBytesPerItem
        ? { name: 'maxReplacedBytesPerItem', value: maxReplacedBytesPerItem }
        : null
  if (limit === null) return
  const detail = `Cannot replace the data of item ${index} of ${job.id} as ${limit.name} is reached: it is ${limit.value}`
  throw new MockProblem('replaced_too_often', detail, { members: { limit } })
}

function tooLarge(): MockProblem {
  const { maxItemBytes: value } = limits
  return limitPassed({ code: 'line_too_large', name: 'maxItemBytes', value, place: { pointer: '/data' } })
}

function invalidData({ pointer, detail }: { pointer: string; detail: string }): MockProblem {
  return new MockProblem('invalid_item', `Cannot replace the data of the item as ${pointer} ${detail}`, {
    errors: [{ pointer, detail }],
  })
}
