import type { Call, CallItem } from '../connector.ts'
import { deliveredKey, idempotencyKeyOf, parseItemLine } from '../item-line.ts'

/** Returns an item as expressions see it: its own members, and those of the call. */
export function itemValue({ job }: Pick<Call, 'job'>, { index, attempt, line }: CallItem): Record<string, unknown> {
  const item = parseItemLine(line)
  return {
    ...item,
    index: BigInt(index),
    attempt: BigInt(attempt),
    idempotencyKey: idempotencyKeyOf(job.jobId, index),
    partitionKey: deliveredKey(item, job.partitionBy),
    action: item.action ?? job.action,
    data: item.data ?? null,
  }
}

/** Returns the job of a call's items, as expressions see it. */
export function jobValue({ job }: Pick<Call, 'job'>): Record<string, unknown> {
  const { jobId, subscription, channel, objectType, action } = job
  return { id: jobId, subscription, channel, objectType, action }
}
