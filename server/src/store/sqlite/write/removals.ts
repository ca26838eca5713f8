import type { StatementSync } from 'node:sqlite'
import { failpoint } from '../../../runtime/failpoint.ts'
import type { Erasure } from '../open/erasure.ts'
import type { Step } from '../outcomes/fold.ts'
import type { WriteStatements } from '../tables/statements.ts'

/** How long one transaction of removing may work: commits wait behind it. */
const REMOVAL_STEP_MS = 8
const CHUNKS_A_TURN = 200
const ROWS_A_TURN = 200
/** Of rows that may have 1 MiB each. */
const LINES_A_TURN = 4

/**
 * Removes the rows of jobs that are gone, and of parts of open jobs that were given up, oldest first, a few ms to a transaction. Nobody
 * sees them: jobs have their mark, and items of such a part are beyond their job's total.
 */
export class Removals {
  readonly #sql: WriteStatements
  readonly #erasure: Erasure
  readonly #refs: Set<number>
  /** Open jobs with a part that was given up; the table says whether it still is. */
  readonly #partRefs: Set<number>

  constructor(sql: WriteStatements, erasure: Erasure) {
    this.#sql = sql
    this.#erasure = erasure
    this.#refs = refsOf(sql.listRemovals)
    this.#partRefs = refsOf(sql.listAbandonedPartDrafts)
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

  /** Removes at once what is left of a part that was begun: another one takes its place, or none comes any more. */
  removePart(ref: number): void {
    if (this.#sql.findPart.get(ref) !== undefined) this.#removePart(ref, Infinity)
  }

  /** @param plainly frees pages as they are: overwriting them takes space in the log, which a full disk does not have */
  nextStep(plainly: boolean): Step {
    const gone: number[] = []
    const gonePartRefs: number[] = []
    const removeSome = (): void => {
      const endsAt = performance.now() + REMOVAL_STEP_MS
      for (const ref of this.#partRefs) {
        const abandoned = this.#sql.findAbandonedPart.get(ref) !== undefined
        if (abandoned && !this.#removePart(ref, endsAt)) break
        gonePartRefs.push(ref)
      }
      for (const ref of this.#refs) {
        if (!this.#removeSome(ref, endsAt)) break
        this.#sql.deleteRemoval.run(ref)
        gone.push(ref)
        if (performance.now() >= endsAt) break
      }
    }
    return {
      write: () => {
        if (plainly) removeSome()
        else this.#erasure.run(removeSome)
        FAILPOINT: failpoint('store.removal.written')
      },
      committed: () => {
        FAILPOINT: failpoint('store.removal.durable')
        this.#erasure.walHoldsDeleted = true
        for (const ref of gone) this.#refs.delete(ref)
        for (const ref of gonePartRefs) this.#partRefs.delete(ref)
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

  /** True when nothing is left of a part that was begun. Its dead letters are the job's last ones: only then others follow. */
  #removePart(ref: number, endsAt: number): boolean {
    const state = this.#sql.readJobState.get(ref) as { total: number } | undefined
    const total = state?.total ?? 0
    const last = this.#sql.lastChunk.get(ref) as { chunk: number } | undefined
    for (;;) {
      const letters = this.#sql.lastDeadLetters.all(ref, ROWS_A_TURN) as unknown as {
        seq: number
        item_index: number
      }[]
      const beyond = letters.filter((letter) => letter.item_index >= total)
      for (const { seq } of beyond) this.#sql.deleteDeadLetter.run(seq)
      if (beyond.length < ROWS_A_TURN) break
      if (performance.now() >= endsAt) return false
    }
    if (!this.#removeMaps(ref, (last?.chunk ?? -1) + 1, endsAt)) return false
    this.#sql.deletePart.run(ref)
    return true
  }

  /** Maps and calls from a chunk on that was never written. */
  #removeMaps(ref: number, fromChunk: number, endsAt: number): boolean {
    for (const statement of [this.#sql.deleteMapsFrom, this.#sql.deleteCallsFrom]) {
      while (statement.run(ref, fromChunk, ROWS_A_TURN).changes > 0) if (performance.now() >= endsAt) return false
    }
    return true
  }

  /** Dead letters, what was tried again and what was replaced, once the chunks are gone. */
  #removeRows(ref: number, endsAt: number): boolean {
    if (!this.#removeMaps(ref, 0, endsAt)) return false
    for (const statement of [this.#sql.deleteDeadLetters, this.#sql.deleteRetries]) {
      while (statement.run(ref, ROWS_A_TURN).changes > 0) if (performance.now() >= endsAt) return false
    }
    while (this.#sql.deleteReplacements.run(ref, LINES_A_TURN).changes > 0)
      if (performance.now() >= endsAt) return false
    return true
  }
}

function refsOf(list: StatementSync): Set<number> {
  return new Set((list.all() as { ref: number }[]).map((row) => row.ref))
}
