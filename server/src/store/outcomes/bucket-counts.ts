import { Verdict } from '../../model/outcome-batch.ts'
import type { ItemCountsQuery } from '../item-store.ts'
import { ENTRY_WORDS, entryVerdict } from './chunk-map.ts'

/** Numbers of a bucket: items that succeeded, failed, and were cancelled. */
export const COUNTS_A_BUCKET = 3

/** Items of a chunk by how they ended. */
interface ChunkCounts {
  readonly firstIndex: number
  readonly count: number
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
}

/** Counts the items of a job that have ended in stretches of their indexes, chunk by chunk. */
export class BucketCounts {
  /** `COUNTS_A_BUCKET` numbers each. */
  readonly counts: Uint32Array
  readonly #query: ItemCountsQuery

  constructor(query: ItemCountsQuery) {
    this.#query = query
    this.counts = new Uint32Array(Math.ceil(query.total / query.itemsPerBucket) * COUNTS_A_BUCKET)
  }

  /** Whether a chunk must be added with its entries: it lies in several buckets and has items that ended. */
  needsEntries({ firstIndex, count, succeeded, failed, cancelled }: ChunkCounts): boolean {
    const { total, itemsPerBucket } = this.#query
    if (firstIndex >= total || succeeded + failed + cancelled === 0) return false
    return Math.floor((firstIndex + count - 1) / itemsPerBucket) !== Math.floor(firstIndex / itemsPerBucket)
  }

  /** Adds a chunk. @param entries its entries, where it needs them */
  add({ firstIndex, count, succeeded, failed, cancelled }: ChunkCounts, entries?: Uint32Array): void {
    const { total, itemsPerBucket } = this.#query
    if (firstIndex >= total || succeeded + failed + cancelled === 0) return
    if (entries !== undefined) {
      this.#addEntries(entries, { firstIndex, count: Math.min(count, total - firstIndex) })
      return
    }
    const at = Math.floor(firstIndex / itemsPerBucket) * COUNTS_A_BUCKET
    this.counts[at]! += succeeded
    this.counts[at + 1]! += failed
    this.counts[at + 2]! += cancelled
  }

  #addEntries(entries: Uint32Array, { firstIndex, count }: Pick<ChunkCounts, 'firstIndex' | 'count'>): void {
    const known = Math.min(count, entries.length / ENTRY_WORDS)
    for (let at = 0; at < known; at++) {
      const place = PLACES[entryVerdict(entries, at)]
      if (place === undefined) continue
      this.counts[Math.floor((firstIndex + at) / this.#query.itemsPerBucket) * COUNTS_A_BUCKET + place]!++
    }
  }
}

/** By verdict: where its number stands in a bucket; undefined: the item has not ended. */
const PLACES: readonly (number | undefined)[] = placesOf({
  [Verdict.succeeded]: 0,
  [Verdict.failed]: 1,
  [Verdict.cancelled]: 2,
})

function placesOf(places: Readonly<Record<number, number>>): (number | undefined)[] {
  return Array.from({ length: 16 }, (_, verdict) => places[verdict])
}
