import type { ItemStore } from '../item-store.ts'
import { COUNTS_A_BUCKET } from '../outcomes/bucket-counts.ts'
import type { StoreCalls } from './store-calls.ts'

export type CountCalls = Pick<ItemStore, 'countItems'>

/** Counts of items: what the writer has in memory is counted there, so that nothing has to be written first; the rest by the reader. */
export function countCalls({ read, write }: StoreCalls): CountCalls {
  return {
    async countItems(query) {
      // First: what is written meanwhile is counted as it was, and not twice.
      const { chunks, counts } = await write('countUnwritten', query)
      const stored = await read('countItems', { ...query, except: chunks })
      const byStatus = (place: number): Uint32Array =>
        Uint32Array.from({ length: stored.length / COUNTS_A_BUCKET }, (_, bucket) => {
          const at = bucket * COUNTS_A_BUCKET + place
          return stored[at]! + counts[at]!
        })
      return { succeeded: byStatus(0), failed: byStatus(1), cancelled: byStatus(2) }
    },
  }
}
