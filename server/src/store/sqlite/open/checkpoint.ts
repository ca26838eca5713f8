import { type DatabaseSync, type StatementSync } from 'node:sqlite'
import { BUSY_TIMEOUT_MS } from './database.ts'

/**
 * The WAL is carried over to the database when it is this long. Found by writing chunks: at 8 to 64 MB the speed is the same, the
 * stall of a commit behind it grows with the size (17 ms at 8 MB, 97 ms at 64 MB).
 */
const WAL_BYTES = 16 * 1024 * 1024
/** Beyond this multiple of it, readers are waited for, so that the file is cut: they hold it only as long as one chunk takes. */
const WAL_HARD_TIMES = 4
/** A backup reads for as long as it takes: commits must not wait for it. */
const CUT_WAIT_MS = 100
const CUT_AGAIN_MS = 5000

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
  readonly #db: DatabaseSync
  /** The WAL is carried over to the database when it is this long. */
  readonly maxWalBytes: number
  #cutAtMs = 0

  /** @param options.maxBytes what the WAL may hold on a small disk: a checkpoint must fit into the reserve */
  constructor(db: DatabaseSync, { maxBytes }: { maxBytes: number }) {
    this.#db = db
    this.maxWalBytes = Math.min(WAL_BYTES, maxBytes)
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
    if (bytes < this.maxWalBytes || checkpointed === log) return
    if (bytes > this.maxWalBytes * WAL_HARD_TIMES && performance.now() >= this.#cutAtMs) this.cut()
    else this.#carry.get()
  }

  /** Bytes that the database has to grow by at most before the WAL is carried over. */
  get pendingBytes(): number {
    const { log, checkpointed } = this.#look.get() as unknown as CheckpointRow
    return Math.max(log - checkpointed, 0) * this.#pageBytes
  }

  /** Carries over what it can without waiting for anybody. */
  carry(): void {
    this.#carry.get()
  }

  /** Carries all over and cuts the file; waits for readers only so long that a commit behind it does not notice. @returns false when one held it */
  cut(): boolean {
    this.#db.exec(`PRAGMA busy_timeout = ${CUT_WAIT_MS}`)
    try {
      const { busy } = this.#cut.get() as unknown as CheckpointRow
      if (busy !== 0) this.#cutAtMs = performance.now() + CUT_AGAIN_MS
      return busy === 0
    } finally {
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
    }
  }

  /** Carries all over and empties the WAL. */
  finish(): void {
    this.#cut.get()
  }
}
