import type { ItemCountsQuery } from '../item-store.ts'
import { BucketCounts } from '../outcomes/bucket-counts.ts'
import { ENTRY_WORDS, wordsOf } from '../outcomes/chunk-map.ts'
import { all, one, type Reading } from './asking.ts'

/** Chunks read at once: about a millisecond. */
const CHUNKS_A_TURN = 64

interface CountsRow {
  readonly chunk: number
  readonly first_index: number
  readonly count: number
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
}

/**
 * Counts the items of a job that have ended by bucket, from the sums of its chunks; the entries of a chunk are read only where it lies in several buckets.
 * @param query.except chunks that are left out
 */
export function* countItems({
  except,
  ...query
}: ItemCountsQuery & { readonly except: readonly number[] }): Reading<Uint32Array> {
  const buckets = new BucketCounts(query)
  const leftOut = new Set(except)
  const { ref } = query
  for (let after = -1; ;) {
    const rows = yield* all<CountsRow>('endedOfChunks', ref, after, CHUNKS_A_TURN)
    for (const { chunk, first_index: firstIndex, ...row } of rows) {
      after = chunk
      if (leftOut.has(chunk)) continue
      const counted = { ...row, firstIndex }
      if (!buckets.needsEntries(counted)) {
        buckets.add(counted)
        continue
      }
      const map = yield* one<{ entries: Uint8Array }>('readMap', ref, chunk)
      // Else the job was deleted between the two reads.
      if (map === undefined) continue
      const what = `outcomes of chunk ${chunk} of job ref ${ref}`
      buckets.add(counted, wordsOf(map.entries, { what, words: row.count * ENTRY_WORDS }))
    }
    if (rows.length < CHUNKS_A_TURN) return buckets.counts
  }
}
