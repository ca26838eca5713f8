import type { DatabaseSync } from 'node:sqlite'

/** Overwrites what is deleted in pages that are written anyway; measured: it costs nothing. */
export const SECURE_DELETE = 'PRAGMA secure_delete = FAST'

/**
 * Deletes without a trace: nothing that was deleted can be read from the files of the data folder.
 *
 * Pages that become free keep their content until they are used again, unless it is overwritten, which costs a write of each (measured: removing
 * chunks writes as much as writing them did; folding records without texts would write 44 % more). So it is done for channels, for removed
 * jobs and for texts. The write-ahead log has copies until it is emptied: `walHoldsDeleted` asks for that.
 */
export class Erasure {
  readonly #db: DatabaseSync
  /** Something was deleted since the log was emptied. */
  walHoldsDeleted = false

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** Runs deletes and updates whose old content is overwritten wherever it was. */
  run<T>(work: () => T): T {
    this.#db.exec('PRAGMA secure_delete = ON')
    try {
      return work()
    } finally {
      this.#db.exec(SECURE_DELETE)
    }
  }
}
