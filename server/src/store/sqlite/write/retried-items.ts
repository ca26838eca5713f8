import type { JobId } from '../../../model/ids.ts'
import type { RetriedItems } from '../../job-store.ts'
import type { ReadStatements, WriteStatements } from '../tables/statements.ts'

/*
 * Which items of a job another one tries again: a bit each, in rows of 1,024 items, so that a retry of a million items is a thousand
 * rows. Frozen: rows on disk hold it.
 */
const BLOCK_ITEMS = 1024

/** Writes that the job `by` tries these items again; of a job that is not there nothing. */
export function insertRetries(sql: WriteStatements, { ref, indexes }: RetriedItems, by: JobId): void {
  const blocks = new Map<number, Uint8Array>()
  for (const index of indexes) {
    const block = Math.floor(index / BLOCK_ITEMS)
    let items = blocks.get(block)
    if (items === undefined) blocks.set(block, (items = new Uint8Array(BLOCK_ITEMS / 8)))
    const at = index % BLOCK_ITEMS
    items[at >> 3]! |= 1 << (at & 7)
  }
  for (const [block, items] of blocks) sql.insertRetries.run(ref, block, by, items)
}

interface RetriesRow {
  readonly job_id: string
  readonly items: Uint8Array
}

/** The jobs that try items of other jobs again; rows are read at the first question. For one answer: it does not see later ones. */
export class RetriedItemsReader {
  readonly #sql: ReadStatements
  readonly #blocks = new Map<string, readonly RetriesRow[]>()
  /** The last block: most questions are about the same as the one before. */
  #last: { readonly ref: number; readonly block: number; readonly rows: readonly RetriesRow[] } | null = null

  constructor(sql: ReadStatements) {
    this.#sql = sql
  }

  /** The last job that tries item `index` of job `ref` again, if one does. */
  jobOf(ref: number, index: number): JobId | null {
    const block = Math.floor(index / BLOCK_ITEMS)
    if (this.#last?.ref !== ref || this.#last.block !== block)
      this.#last = { ref, block, rows: this.#rowsOf(ref, block) }
    const { rows } = this.#last
    if (rows.length === 0) return null
    const at = index % BLOCK_ITEMS
    const found = rows.find(({ items }) => (items[at >> 3]! & (1 << (at & 7))) !== 0)
    return found === undefined ? null : (found.job_id as JobId)
  }

  #rowsOf(ref: number, block: number): readonly RetriesRow[] {
    const place = `${ref}/${block}`
    let rows = this.#blocks.get(place)
    if (rows === undefined) {
      rows = this.#sql.listRetries.all(ref, block) as unknown as RetriesRow[]
      this.#blocks.set(place, rows)
    }
    return rows
  }
}
