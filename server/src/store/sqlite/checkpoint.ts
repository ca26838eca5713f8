import { type DatabaseSync, type StatementSync } from 'node:sqlite'

/**
 * The WAL is carried over to the database when it is this long. Found by writing chunks: at 8 to 64 MB the speed is the same, the
 * stall of a commit behind it grows with the size (17 ms at 8 MB, 97 ms at 64 MB).
 */
const WAL_BYTES = 16 * 1024 * 1024
/** Beyond it readers are waited for, so that the file is cut: they hold it only as long as one chunk takes. */
const WAL_HARD_BYTES = 4 * WAL_BYTES

interface CheckpointRow {
  readonly busy: number
  /** Frames in the WAL, and of these in the database. */
  readonly log: number
  readonly checkpointed: number
}

/** Our own checkpoints, between commits: SQLite's automatic ones would run inside them. */
export class Checkpoints {
  readonly #look: StatementSync
  readonly #carry: StatementSync
  readonly #cut: StatementSync
  readonly #pageBytes: number

  constructor(db: DatabaseSync) {
    // Before SQLite 3.51 NOOP is unknown and carries over as PASSIVE does: right as well, only slower.
    this.#look = db.prepare('PRAGMA wal_checkpoint(NOOP)')
    this.#carry = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
    this.#cut = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)')
    this.#pageBytes = (db.prepare('PRAGMA page_size').get() as { page_size: number }).page_size
  }

  /** Call it after a commit. Does nothing while the WAL is short, or all of it is carried over. */
  keepShort(): void {
    const { log, checkpointed } = this.#look.get() as unknown as CheckpointRow
    const bytes = log * this.#pageBytes
    if (bytes < WAL_BYTES || checkpointed === log) return
    const statement = bytes > WAL_HARD_BYTES ? this.#cut : this.#carry
    statement.get()
  }

  /** Carries all over and empties the WAL. */
  finish(): void {
    this.#cut.get()
  }
}
