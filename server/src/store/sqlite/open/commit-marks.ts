import type { CommitMarkFile } from './commit-mark.ts'
import type { WriteStatements } from '../tables/statements.ts'

/** So much of what was committed may be missing at a start without being noticed, if the log's index is lost too. */
const MARK_EVERY_MS = 1000

export interface CommitMarksOptions {
  readonly sql: WriteStatements
  readonly epoch: number
  /** The last one that was committed. */
  readonly number: number
  /** Without disk space nothing is written that is not needed. */
  mayWrite(): boolean
}

/** Marks a commit about once a second: in the database with the commit, in a file beside it once it is durable. */
export class CommitMarks {
  readonly #options: CommitMarksOptions
  #number: number
  #file: CommitMarkFile | null = null
  #dueAtMs = 0
  /** The last commit has no mark. */
  #isUnmarked = false
  #isMarking = false

  constructor(options: CommitMarksOptions) {
    this.#options = options
    this.#number = options.number
  }

  /** From here on commits are marked. @param file null: they are not */
  begin(file: CommitMarkFile | null): void {
    this.#file = file
  }

  get number(): number {
    return this.#number
  }

  /** When a transaction is due for the mark alone, in ms; null: what is committed is marked, or cannot be. */
  get delayMs(): number | null {
    if (!this.#isUnmarked || this.#file === null || !this.#options.mayWrite()) return null
    return Math.max(this.#dueAtMs - performance.now(), 0)
  }

  /** Adds a mark to a transaction when one is due; call it inside, at its end. */
  save(): void {
    this.#isMarking = this.#file !== null && performance.now() >= this.#dueAtMs && this.#options.mayWrite()
    if (this.#isMarking) this.#options.sql.saveMark.run(this.#number + 1)
  }

  committed(): void {
    this.#isUnmarked = !this.#isMarking
    if (!this.#isMarking) return
    this.#isMarking = false
    this.#dueAtMs = performance.now() + MARK_EVERY_MS
    this.#file?.write({ epoch: this.#options.epoch, number: ++this.#number })
  }

  undone(): void {
    this.#isMarking = false
  }

  /** The database is closed. */
  close(): void {
    this.#file?.close()
    this.#file = null
  }
}
