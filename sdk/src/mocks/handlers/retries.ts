import type { EndedItemStatus, StaleItem } from '@waybill/spec'
import { requireCapacity } from './capacity.ts'
import { unknownChannel } from '../read/check-envelope.ts'
import { makeJob } from './make-job.ts'
import type { MockItem, MockJob } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { MockProblem } from '../show/problems.ts'
import type { ReadItem } from '../read/read-items.ts'

export interface RetrySelection {
  /** How the items ended. */
  readonly status: readonly EndedItemStatus[]
  /** Of those, the selected ones. */
  readonly selects?: (item: MockItem) => boolean
  readonly allowStale: boolean
  /** Of the request. */
  readonly traceparent: string | null
}

/**
 * Makes new jobs of ended items, one for each job that they come from.
 * @throws MockProblem `unknown_channel`, `stale`, `nothing_to_retry`
 */
export function retryItems(jobs: readonly MockJob[], selection: RetrySelection, world: MockWorld): MockJob[] {
  const { status, selects = () => true, allowStale, traceparent } = selection
  const chosen = jobs
    .map((old) => ({ old, items: old.items.filter((item) => isRetriable(item, status) && selects(item)) }))
    .filter(({ items }) => items.length > 0)
    .sort((a, b) => a.old.eligibleSeq - b.old.eligibleSeq)
  if (!allowStale)
    refuseStale(
      chosen.flatMap(({ items }) => items),
      world,
    )
  if (chosen.length === 0) {
    const detail =
      'Cannot retry items as at least one matching item must have ended and not been retried already: there is none'
    throw new MockProblem('nothing_to_retry', detail)
  }
  for (const { old } of chosen) {
    const { channel } = old.envelope
    if (!world.channels.has(channel)) throw unknownChannel(channel, { action: 'retry items' }, world.channels)
  }
  requireCapacity({ items: chosen.reduce((sum, { items }) => sum + items.length, 0) }, world)
  return chosen.map(({ old, items }) => {
    const envelope = { ...old.envelope, runAtMs: null, deadlineAtMs: null, dependsOn: [] }
    const job = makeJob(world, { envelope, items: items.map(asSent), open: false, retryOf: old.id, traceparent })
    for (const item of items) item.retriedAs = job.id
    return job
  })
}

function isRetriable({ status, retriedAs, error }: MockItem, wanted: readonly EndedItemStatus[]): boolean {
  const isInvalid = error?.origin === 'engine' && error.code === 'invalid_item'
  return wanted.some((one) => one === status) && retriedAs === null && !isInvalid
}

function asSent({ input, id, partitionKey }: MockItem): ReadItem {
  return { input, id, partitionKey, error: null }
}

/** @throws MockProblem `stale` when newer items of the same objects were submitted since */
function refuseStale(items: readonly MockItem[], { book }: MockWorld): void {
  const together = new Set(items)
  const newest = new Map<string, MockItem>()
  const bySeq = book.all().filter(({ eligibleSeq }) => eligibleSeq > 0)
  for (const job of bySeq.sort((a, b) => a.eligibleSeq - b.eligibleSeq)) {
    for (const item of job.items) if (item.input !== null && !together.has(item)) newest.set(objectOf(item), item)
  }
  const stale = items.flatMap((item): StaleItem[] => {
    const newer = newest.get(objectOf(item))
    if (newer === undefined || newer.job.eligibleSeq <= item.job.eligibleSeq) return []
    return [{ jobId: item.job.id, index: item.index, newer: { jobId: newer.job.id, index: newer.index } }]
  })
  if (stale.length === 0) return
  const detail = `Cannot retry items as there must be no newer items of the same objects: ${stale.length} of ${items.length} have one`
  throw new MockProblem('stale', detail, { members: { stale: stale.slice(0, 100) } })
}

/** Identifies the subject of an item: a newer item with the same subject would be overwritten. */
function objectOf({ job, id }: MockItem): string {
  return JSON.stringify([job.envelope.channel, job.envelope.objectType, id])
}
