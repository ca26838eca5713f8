import type { PartitionBy } from '@waybill/spec'
import type { NewItem } from '../../upload/encode-items.ts'
import { partitionKeyOf } from '@waybill/spec/rules'

/** Counts items and their distinct partition keys, in bounded memory. */
export interface KeyCount {
  readonly items: number
  /** Distinct keys, at most `maxCountedKeys`; null: there are more, or keys do not order the items. */
  readonly keys: number | null
}

/** More keys than these allow more calls at once than any channel has in practice; this many take about 2 MB. */
export const maxCountedKeys = 20_000

/** The same items, counted as they are read. */
export function countKeys(
  items: AsyncIterable<NewItem>,
  partitionBy: PartitionBy = 'item',
): { items: AsyncIterable<NewItem>; count: KeyCount } {
  const seen = new Set<string | null>()
  let itemCount = 0

  function note(item: NewItem): void {
    itemCount++
    if (seen.size > maxCountedKeys || partitionBy === 'none') return
    const key = partitionKeyOf(item, partitionBy)
    // An item without a key is invalid, which the server reports.
    if (key !== undefined) seen.add(key)
  }

  const counted: AsyncIterable<NewItem> = {
    [Symbol.asyncIterator]() {
      const iterator = items[Symbol.asyncIterator]()
      return {
        async next() {
          const step = await iterator.next()
          if (step.done !== true) note(step.value)
          return step
        },
        async return(value?: unknown) {
          return (await iterator.return?.(value)) ?? { done: true, value: undefined }
        },
      }
    },
  }
  return {
    items: counted,
    count: {
      get items() {
        return itemCount
      },
      get keys() {
        return partitionBy === 'none' || seen.size > maxCountedKeys ? null : seen.size
      },
    },
  }
}
