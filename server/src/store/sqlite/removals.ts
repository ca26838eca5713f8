import { failpoint } from '../../runtime/failpoint.ts'
import type { Step } from './fold.ts'
import type { WriteStatements } from './statements.ts'

/** How long one transaction of removing may work: commits wait behind it. */
const REMOVAL_STEP_MS = 8
const CHUNKS_A_TURN = 200
const ROWS_A_TURN = 200

/** Removes the rows of jobs that are gone, oldest first, a few ms to a transaction. They are invisible since they got their mark. */
export class Removals {
  readonly #sql: WriteStatements
  readonly #refs: Set<number>

  constructor(sql: WriteStatements) {
    this.#sql = sql
    this.#refs = new Set((sql.listRemovals.all() as { ref: number }[]).map((row) => row.ref))
  }

  get active(): boolean {
    return this.#refs.size > 0
  }

  has(ref: number): boolean {
    return this.#refs.has(ref)
  }

  add(ref: number): void {
    this.#refs.add(ref)
  }

  nextStep(): Step {
    const gone: number[] = []
    return {
      write: () => {
        const endsAt = performance.now() + REMOVAL_STEP_MS
        for (const ref of this.#refs) {
          if (!this.#removeSome(ref, endsAt)) break
          this.#sql.deleteRemoval.run(ref)
          gone.push(ref)
          if (performance.now() >= endsAt) break
        }
        FAILPOINT: failpoint('store.removal.written')
      },
      committed: () => {
        FAILPOINT: failpoint('store.removal.durable')
        for (const ref of gone) this.#refs.delete(ref)
      },
    }
  }

  /** True when nothing is left of the job. */
  #removeSome(ref: number, endsAt: number): boolean {
    for (;;) {
      const chunks = this.#sql.listChunks.all(ref, CHUNKS_A_TURN) as { chunk: number }[]
      if (chunks.length === 0) return this.#removeRows(ref, endsAt)
      for (const { chunk } of chunks) {
        this.#sql.deleteCalls.run(ref, chunk)
        this.#sql.deleteMap.run(ref, chunk)
        this.#sql.deleteChunk.run(ref, chunk)
        if (performance.now() >= endsAt) return false
      }
    }
  }

  /** Dead letters and what was tried again, once the chunks are gone. */
  #removeRows(ref: number, endsAt: number): boolean {
    for (const statement of [this.#sql.deleteDeadLetters, this.#sql.deleteRetries]) {
      while (statement.run(ref, ROWS_A_TURN).changes > 0) if (performance.now() >= endsAt) return false
    }
    return true
  }
}
