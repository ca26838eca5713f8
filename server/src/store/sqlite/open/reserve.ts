import { randomFillSync } from 'node:crypto'
import { closeSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const RESERVE_FILE = 'reserve'
/** Holds the outcomes of what runs, cancels and deletions, of a server that is busy for minutes while its disk is full. */
const MAX_RESERVE_BYTES = 16 * 1024 * 1024
/** Of a small file system the reserve takes this share at most. */
const RESERVE_SHARE = 1 / 16
const STEP_BYTES = 1024 * 1024

/** Random, so that a file system that compresses keeps all of it. */
const filling = Buffer.allocUnsafe(STEP_BYTES)

/** Space of the data folder's file system that is held by a file, to be given up when the disk is full. */
export class Reserve {
  readonly #file: string
  readonly #dataDir: string
  /** Target size of the file. */
  readonly targetBytes: number
  #bytes: number

  /** Takes over what an earlier start left. */
  constructor(dataDir: string) {
    this.#dataDir = dataDir
    this.#file = join(dataDir, RESERVE_FILE)
    const { blocks, bsize } = statfsSync(dataDir)
    this.targetBytes = Math.min(MAX_RESERVE_BYTES, Math.floor(blocks * bsize * RESERVE_SHARE))
    this.#bytes = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0
  }

  /** Size of the file. */
  get bytes(): number {
    return this.#bytes
  }

  /** Bytes that this user may still write to the file system. */
  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#dataDir)
    return bavail * bsize
  }

  /** Adds a step to the file, as far as it is not whole. A full disk leaves it as it was. */
  grow(): void {
    const missing = Math.min(STEP_BYTES, this.targetBytes - this.#bytes)
    if (missing <= 0) return
    randomFillSync(filling)
    let file: number | null = null
    try {
      file = openSync(this.#file, 'a', 0o600)
      this.#bytes += writeSync(file, filling, 0, missing)
    } catch {
      // Without space for the reserve there is none for new work: callers see it by the free bytes.
    } finally {
      if (file !== null) closeSync(file)
    }
  }

  /** Gives the space back to the file system. @returns whether there was any */
  release(): boolean {
    const held = this.#bytes > 0
    rmSync(this.#file, { force: true })
    this.#bytes = 0
    return held
  }
}
