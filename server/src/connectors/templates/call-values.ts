import { parseValues } from '../../expressions/parse-values.ts'
import type { Call, CallItem, CallJob } from '../connector.ts'
import { deliveredKey, idempotencyKeyOf, type ItemFields, parseItemLine } from '../item-line.ts'

/** Returns an item as expressions see it: its own members, and those of the call. */
export function itemValue({ job }: Pick<Call, 'job'>, { index, attempt, line }: CallItem): Record<string, unknown> {
  // Parsed for this call alone: no copy is needed.
  const value = parseValues(line) as Record<string, unknown>
  // A key that stands in the data is of the data as it came.
  const isInData = job.partitionBy.startsWith('/')
  const partitionKey = deliveredKey(isInData ? parseItemLine(line) : (value as unknown as ItemFields), job.partitionBy)
  value['index'] = BigInt(index)
  value['attempt'] = BigInt(attempt)
  value['idempotencyKey'] = idempotencyKeyOf(job.jobId, index)
  value['partitionKey'] = partitionKey
  value['action'] ??= job.action
  value['data'] ??= null
  return value
}

let lastJob: CallJob | null = null
let lastValue: Record<string, unknown> = {}

/** Returns the job of a call's items, as expressions see it. */
export function jobValue({ job }: Pick<Call, 'job'>): Record<string, unknown> {
  // The same as last time for most calls.
  if (job === lastJob) return lastValue
  const { jobId, subscription, channel, objectType, action } = job
  lastJob = job
  return (lastValue = { id: jobId, subscription, channel, objectType, action })
}
