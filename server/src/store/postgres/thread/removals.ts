import type { Plan } from './plan.ts'
import type { Transaction } from './transaction.ts'

/** Rows of one statement that removes: commits wait behind it. */
const CHUNKS_A_STEP = 64
const ROWS_A_STEP = 2000
/** Of rows that may have 1 MiB each. */
const LINES_A_STEP = 16

/** Removes the rows of jobs that are gone, and of parts of open jobs that were given up, a few at a time. Nobody sees them. */
export class Removals {
  readonly #refs: Set<number>
  readonly #partRefs: Set<number>

  constructor(refs: readonly number[], partRefs: readonly number[]) {
    this.#refs = new Set(refs)
    this.#partRefs = new Set(partRefs)
  }

  get active(): boolean {
    return this.#refs.size + this.#partRefs.size > 0
  }

  has(ref: number): boolean {
    return this.#refs.has(ref)
  }

  add(ref: number): void {
    this.#refs.add(ref)
  }

  addPart(ref: number): void {
    this.#partRefs.add(ref)
  }

  /** The next piece, as the plan of a transaction. */
  nextStep(): Plan<null> {
    const [part] = this.#partRefs
    if (part !== undefined) return this.#removeGivenUp(part)
    const [ref] = this.#refs
    return this.#removeSome(ref!)
  }

  #removeGivenUp(ref: number): Plan<null> {
    return (transaction) => {
      // A part that was begun since, and was not given up, is none of it.
      const given = 'EXISTS (SELECT 1 FROM waybill.part_drafts p WHERE p.ref = $1 AND p.abandoned)'
      removePart(transaction, ref, given)
      return { result: () => null, committed: () => void this.#partRefs.delete(ref) }
    }
  }

  #removeSome(ref: number): Plan<null> {
    return (transaction) => {
      const begin = transaction.length
      // Whatever is in memory: nothing of a job that is there is removed.
      const isRemoved = 'EXISTS (SELECT 1 FROM waybill.removals r WHERE r.ref = $1)'
      const limited = (table: string, limit: number): void => {
        const some = `SELECT ctid FROM waybill.${table} WHERE ref = $1 AND ${isRemoved} LIMIT ${limit}`
        transaction.run(`DELETE FROM waybill.${table} WHERE ctid = ANY (ARRAY(${some}))`, ref)
      }
      limited('chunks', CHUNKS_A_STEP)
      for (const table of ['outcome_maps', 'calls', 'dead_letters', 'retries']) limited(table, ROWS_A_STEP)
      limited('replacements', LINES_A_STEP)
      const end = transaction.length
      const nothingLeft = ['chunks', 'outcome_maps', 'calls', 'dead_letters', 'retries', 'replacements']
        .map((table) => `NOT EXISTS (SELECT 1 FROM waybill.${table} WHERE ref = $1)`)
        .join(' AND ')
      transaction.run(`DELETE FROM waybill.removals WHERE ref = $1 AND ${nothingLeft}`, ref)
      return {
        result: () => null,
        committed: (found) => {
          if (found !== null && found.slice(begin, end).every(({ count }) => count === 0)) this.#refs.delete(ref)
        },
      }
    }
  }
}

/** Removes what is left of a part that was begun: items beyond the job's total, and maps from a chunk on that was never written. */
export function removePart(transaction: Transaction, ref: number, condition = 'true'): void {
  const total = 'coalesce((SELECT total FROM waybill.jobs WHERE ref = $1), 0)'
  const next = 'coalesce((SELECT max(chunk) FROM waybill.chunks WHERE ref = $1), -1)'
  transaction.run(`DELETE FROM waybill.dead_letters WHERE ref = $1 AND item_index >= ${total} AND ${condition}`, ref)
  for (const table of ['outcome_maps', 'calls'])
    transaction.run(`DELETE FROM waybill.${table} WHERE ref = $1 AND chunk > ${next} AND ${condition}`, ref)
  transaction.run(`DELETE FROM waybill.part_drafts WHERE ref = $1 AND ${condition}`, ref)
}
