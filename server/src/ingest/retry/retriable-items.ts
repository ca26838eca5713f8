import type { OutcomeDetail } from '../../model/item.ts'
import type { JobRecord } from '../../model/job.ts'
import { Verdict } from '../../model/outcome-batch.ts'
import { StoredLines } from '../../progress/stored-lines.ts'
import type { TimeSlice } from '../../runtime/time-slice.ts'
import type { StoredItem } from '../../store/item-store.ts'
import type { IngestStore } from '../ingest-ports.ts'

/** An item as it was submitted. */
export interface RetriableItem {
  readonly index: number
  readonly id: string
  readonly line: Uint8Array
  /** Wall ms; null: it has not failed. */
  readonly failedAtMs: number | null
}

/** Items that are read at once: up to a few megabytes. */
const ITEMS_PER_READ = 1000

/** The verdicts of items that a mark cancelled: whatever they were before. */
const unfinished = [Verdict.unjudged, Verdict.retry, Verdict.throttled, Verdict.parked] as const

/**
 * The ended items of a job that can be retried, in bounded batches: not those that are retried already, nor those that
 * were invalid, whose text is all there is.
 */
export async function* retriableItems(
  selection: {
    readonly old: JobRecord
    readonly status: readonly ('failed' | 'cancelled')[]
    /** Null: all that ended so. */
    readonly indexes: ReadonlySet<number> | null
    /** Only items that ran under this key. */
    readonly partitionKey?: string | undefined
  },
  { store, slice }: { readonly store: Pick<IngestStore, 'readItems'>; readonly slice: TimeSlice },
): AsyncGenerator<readonly RetriableItem[]> {
  const { old, indexes, partitionKey } = selection
  const verdicts = verdictsOf(selection)
  const lines = new StoredLines(old.envelope.partitionBy, slice)
  const sortedIndexes = indexes === null ? null : [...indexes].sort((a, b) => a - b)
  let next: number | null = sortedIndexes === null ? 0 : (sortedIndexes[0] ?? null)
  for (let at = 0; next !== null;) {
    const page = await store.readItems({ ref: old.ref, fromIndex: next, limit: ITEMS_PER_READ, verdicts })
    const items: RetriableItem[] = []
    for (const item of page.items) {
      if (indexes?.has(item.index) === false || item.retriedAs !== null || isInvalid(item)) continue
      if (!lines.readNow(item.line)) await lines.read(item.line)
      if (partitionKey !== undefined && lines.line.partitionKey !== partitionKey) continue
      const failedAtMs = item.verdict === Verdict.failed ? item.endedAtMs : null
      items.push({ index: item.index, id: lines.line.id, line: item.line, failedAtMs })
    }
    if (items.length > 0) yield items
    next = page.nextIndex
    if (next === null || sortedIndexes === null) continue
    while (at < sortedIndexes.length && sortedIndexes[at]! < next) at++
    next = sortedIndexes[at] ?? null
  }
}

function verdictsOf({ old, status }: { old: JobRecord; status: readonly ('failed' | 'cancelled')[] }): Verdict[] {
  const verdicts: Verdict[] = []
  if (status.includes('failed')) verdicts.push(Verdict.failed)
  if (status.includes('cancelled')) {
    verdicts.push(Verdict.cancelled)
    // Before the job has ended these may still be called.
    if (old.phase === 'ended') verdicts.push(...unfinished)
  }
  return verdicts
}

function isInvalid(item: StoredItem): boolean {
  if (item.verdict !== Verdict.failed || item.attempt > 0 || item.detail === null) return false
  const { error } = JSON.parse(Buffer.from(item.detail).toString('utf8')) as OutcomeDetail
  return error?.origin === 'engine' && error.code === 'invalid_item'
}
