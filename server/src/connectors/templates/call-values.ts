import type { Call, CallItem } from '../connector.ts'
import { deliveredKey, idempotencyKeyOf, parseItemLine } from '../item-line.ts'

/** An item as expressions see it: its own members, and what a call tells of it. */
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

/** The members that the items of a call have in common, as expressions see them. */
export function jobValue({ job }: Pick<Call, 'job'>): Record<string, unknown> {
  const { jobId, subscription, channel, objectType, action } = job
  return { id: jobId, subscription, channel, objectType, action }
}
