import type { JobId } from '../../model/ids.ts'
import type { RetriedItems } from '../job-store.ts'
import { all, type Reading } from './asking.ts'

/*
 * Which items of a job another one tries again: a bit each, in rows of 1,024 items, so that a retry of a million items is a thousand
 * rows. Frozen: rows on disk hold it.
 */
const BLOCK_ITEMS = 1024

/** Packs items that are tried again: by the number of their block. */
export function retriedBlocks({ indexes }: Pick<RetriedItems, 'indexes'>): ReadonlyMap<number, Uint8Array> {
  const blocks = new Map<number, Uint8Array>()
  for (const index of indexes) {
    const block = Math.floor(index / BLOCK_ITEMS)
    let items = blocks.get(block)
    if (items === undefined) blocks.set(block, (items = new Uint8Array(BLOCK_ITEMS / 8)))
    const at = index % BLOCK_ITEMS
    items[at >> 3]! |= 1 << (at & 7)
  }
  return blocks
}

interface RetriesRow {
  readonly job_id: string
  readonly items: Uint8Array
}

/** The jobs that try items of other jobs again; a block is read at the first question about it. For one answer: it does not see later ones. */
export class RetriedItemsReader {
  readonly #blocks = new Map<string, readonly RetriesRow[]>()
  /** The last block: most questions are about the same as the one before. */
  #last: { readonly ref: number; readonly block: number; readonly rows: readonly RetriesRow[] } | null = null

  /** Whether `jobOf` can say it. */
  knows(ref: number, index: number): boolean {
    return this.#last?.ref === ref && this.#last.block === Math.floor(index / BLOCK_ITEMS)
  }

  /** As `jobOf`, after the block was read. */
  *read(ref: number, index: number): Reading<JobId | null> {
    const block = Math.floor(index / BLOCK_ITEMS)
    const place = `${ref}/${block}`
    let rows = this.#blocks.get(place)
    if (rows === undefined) this.#blocks.set(place, (rows = yield* all<RetriesRow>('listRetries', ref, block)))
    this.#last = { ref, block, rows }
    return this.jobOf(ref, index)
  }

  /** The last job that tries item `index` of job `ref` again, if one does; where `knows` says so. */
  jobOf(_ref: number, index: number): JobId | null {
    const rows = this.#last?.rows ?? []
    if (rows.length === 0) return null
    const at = index % BLOCK_ITEMS
    const found = rows.find(({ items }) => (items[at >> 3]! & (1 << (at & 7))) !== 0)
    return found === undefined ? null : (found.job_id as JobId)
  }
}
