import type { DatabaseSync } from 'node:sqlite'
import type { StoreError } from '../../store-error.ts'
import type { Counters } from '../tables/counters.ts'
import type { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import { storeErrorOf } from '../tables/sqlite-errors.ts'
import type { WriteStatements } from '../tables/statements.ts'
import { staleEpoch } from '../outcomes/write-outcomes.ts'
import type { CommitMarks } from '../open/commit-marks.ts'
import type { CommitFacts } from '../../thread/messages.ts'

/** One thing to be done in a transaction with others; it fails alone, but without disk space or by I/O all fail. */
export interface Task {
  run(): { readonly committed?: (() => void) | undefined }
  /** Called after the commit, in the order of the tasks. */
  succeeded(): void
  failed(error: StoreError): void
}

export interface TransactionDeps {
  readonly db: DatabaseSync
  readonly sql: WriteStatements
  readonly counters: Counters
  readonly maps: OutcomeMaps
  readonly marks: CommitMarks
}

/**
 * Runs tasks in one transaction with one commit (one fsync) and reports to each how it went only after that.
 *
 * Every transaction first looks whether the epoch is still ours (REC-2). Memory changes after the commit alone, so that what was
 * undone on disk was never done in memory.
 */
export class Transactions {
  readonly #deps: TransactionDeps
  #commit: CommitFacts | null = null

  constructor(deps: TransactionDeps) {
    this.#deps = deps
  }

  /** Returns the last commit; null: it was taken before. */
  takeCommit(): CommitFacts | null {
    const commit = this.#commit
    this.#commit = null
    return commit
  }

  /** Takes tasks from `next` until it has none. Never throws for SQLite's errors: they are reported to the tasks. */
  run(next: () => Task | undefined): void {
    const { sql, counters, maps, marks } = this.#deps
    const startedMs = performance.now()
    const begun: { task: Task; error: StoreError | null; committed: (() => void) | undefined }[] = []
    try {
      sql.begin.run()
      this.#checkEpoch()
      for (let task = next(); task !== undefined; task = next()) {
        const entry: (typeof begun)[number] = { task, error: null, committed: undefined }
        begun.push(entry)
        const loaded = maps.loadedCount
        sql.beginCall.run()
        try {
          entry.committed = task.run().committed
        } catch (error) {
          entry.error = storeErrorOf(error)
          if (endsTransaction(entry.error)) throw entry.error
          sql.undoCall.run()
          maps.forgetLoaded(loaded)
        }
        sql.endCall.run()
      }
      counters.save()
      if (begun.some(({ error }) => error === null)) marks.save()
      sql.commit.run()
    } catch (error) {
      this.#undo()
      const why = storeErrorOf(error)
      for (const { task } of begun) task.failed(why)
      // Without a beginning nothing can be done: waiting tasks fail, too.
      if (begun.length === 0) for (let task = next(); task !== undefined; task = next()) task.failed(why)
      return
    }
    maps.keepLoaded()
    const writes = begun.filter(({ error }) => error === null).length
    if (writes > 0) {
      marks.committed()
      this.#commit = { durationMs: performance.now() - startedMs, writes }
    }
    for (const { committed } of begun) committed?.()
    for (const { task, error } of begun) {
      if (error === null) task.succeeded()
      else task.failed(error)
    }
  }

  #checkEpoch(): void {
    const { sql, counters } = this.#deps
    const { epoch } = sql.readEpoch.get() as { epoch: number }
    if (epoch !== counters.epoch) throw staleEpoch(counters.epoch, epoch)
  }

  #undo(): void {
    const { db, sql, counters, maps, marks } = this.#deps
    if (db.isTransaction) sql.rollback.run()
    maps.forgetLoaded(0)
    counters.undone()
    marks.undone()
  }
}

/** After these SQLite may have given up the whole transaction by itself. */
function endsTransaction(error: StoreError): boolean {
  return error.code === 'disk_full' || error.code === 'io' || error.code === 'locked' || error.code === 'damaged'
}
