import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { StoreCapacity } from '../../store-condition.ts'
import type { Reserve } from './reserve.ts'

/** How old a measurement may get while there is enough space, and while there is not. */
const LOOK_EVERY_MS = 250
const LOOK_WHEN_LOW_MS = 100
/** While new work comes the reserve grows only so often: its bytes would be written with each commit. */
const GROW_WHEN_BUSY_MS = 1000
/** Others fill the disk, too. */
const LOOK_WHEN_IDLE_MS = 1000
/** New work written after a look that makes another one due. */
const LOOK_EVERY_BYTES = 4 * 1024 * 1024
/** Of `maxDataBytes`, this share is kept for what is accepted, at most so much. */
const LIMIT_SHARE = 1 / 8
const MAX_LIMIT_RESERVE_BYTES = 64 * 1024 * 1024
/** Bytes that new work needs beside the reserve. */
const MIN_FREE_BYTES = 1024 * 1024
/** Overhead of a chunk: rows, indexes, rest of a page. */
const ROW_OVERHEAD = 1.05
const CALL_OVERHEAD_BYTES = 16 * 1024

export interface DiskSpaceOptions {
  readonly db: DatabaseSync
  /** Null: nothing of it is on a disk. */
  readonly reserve: Reserve | null
  readonly maxDataBytes: number | null
  /** Bytes of the WAL that the database does not have yet. */
  readonly walBytes: () => number
  readonly onChange: (capacity: StoreCapacity) => void
}

/**
 * Measures the capacity for new work, by `maxDataBytes` and by the file system, and keeps a reserve of both for accepted work: outcomes of calls
 * that run, cancels, deletions. `low`: new work is refused; `none`: half of the reserve is used, no further call should start.
 */
export class DiskSpace {
  readonly #options: DiskSpaceOptions
  readonly #countPages: StatementSync
  readonly #countFree: StatementSync
  readonly #pageBytes: number
  readonly #limitReserve: number
  #capacity: StoreCapacity = 'ample'
  #lookAtMs = 0
  #growAtMs: number
  #usedBytes = 0
  /** Of the file system, without what the WAL will take of it. */
  #freeBytes = Infinity
  #walBytes = 0
  /** New work since the last look. */
  #takenBytes = 0
  /** Bytes left when new work was refused last: there is capacity again when more are left, or other work fits. */
  #refusedAtBytes = -Infinity

  constructor(options: DiskSpaceOptions) {
    this.#options = options
    this.#growAtMs = performance.now() + GROW_WHEN_BUSY_MS
    this.#countPages = options.db.prepare('PRAGMA page_count')
    this.#countFree = options.db.prepare('PRAGMA freelist_count')
    this.#pageBytes = (options.db.prepare('PRAGMA page_size').get() as { page_size: number }).page_size
    this.#limitReserve = Math.min(MAX_LIMIT_RESERVE_BYTES, (options.maxDataBytes ?? 0) * LIMIT_SHARE)
  }

  get capacity(): StoreCapacity {
    return this.#capacity
  }

  /** When the next look is due if nothing else happens, in ms; null: when something is written. */
  get delayMs(): number | null {
    const isStable = this.#capacity === 'ample' && !this.#reserveIsShort
    if (!isStable) return Math.max(this.#lookAtMs - performance.now(), 0)
    return this.#options.reserve === null ? null : LOOK_WHEN_IDLE_MS
  }

  /** Reserves space for new work; false when it must be refused. @param bytes of its items */
  take(bytes: number): boolean {
    const wanted = bytes * ROW_OVERHEAD + CALL_OVERHEAD_BYTES
    if (this.#capacity !== 'ample' || !this.#fits(wanted)) this.look()
    const fits = this.#fits(wanted)
    if (fits) {
      this.#takenBytes += wanted
      if (this.#takenBytes > LOOK_EVERY_BYTES) this.#lookAtMs = 0
    }
    if (fits && this.#refusedAtBytes === -Infinity) return true
    this.#refusedAtBytes = fits ? -Infinity : Math.max(this.#refusedAtBytes, this.#leftBytes)
    this.#judge()
    return fits
  }

  /** Looks if it is time to. */
  lookIfDue(): void {
    if (performance.now() >= this.#lookAtMs) this.look()
  }

  /** Measures now, releases the reserve when nothing else is left, and fills it again, step by step, when there is space. */
  look(): void {
    const { db, reserve, walBytes, maxDataBytes } = this.#options
    if (maxDataBytes !== null) {
      const { page_count: pages } = this.#countPages.get() as { page_count: number }
      const { freelist_count: free } = this.#countFree.get() as { freelist_count: number }
      this.#usedBytes = (pages - free) * this.#pageBytes
    }
    if (reserve !== null) {
      // Inside a transaction SQLite does not answer it.
      if (!db.isTransaction) this.#walBytes = walBytes()
      this.#freeBytes = reserve.freeBytes - this.#walBytes
      const spare = this.#freeBytes - this.#diskMargin
      if (this.#reserveIsShort && spare > reserve.targetBytes - reserve.bytes) this.#growReserve(reserve)
      else if (spare < -this.#diskMargin / 2) this.giveReserve()
    }
    this.#takenBytes = 0
    this.#judge()
    this.#lookAtMs = performance.now() + (this.#capacity === 'ample' ? LOOK_EVERY_MS : LOOK_WHEN_LOW_MS)
  }

  /** The disk is full: gives the reserve to what is accepted. @returns whether there was any */
  giveReserve(): boolean {
    const { reserve } = this.#options
    if (reserve === null) return false
    const given = reserve.bytes
    if (!reserve.release()) return false
    this.#freeBytes += given
    this.#judge()
    return true
  }

  /** Adds a step, at once while no new work comes. */
  #growReserve(reserve: Reserve): void {
    const nowMs = performance.now()
    if (this.#takenBytes > 0 && nowMs < this.#growAtMs) return
    reserve.grow()
    this.#growAtMs = nowMs + GROW_WHEN_BUSY_MS
  }

  get #reserveIsShort(): boolean {
    const { reserve } = this.#options
    return reserve !== null && reserve.bytes < reserve.targetBytes
  }

  get #diskMargin(): number {
    return Math.max((this.#options.reserve?.targetBytes ?? 0) / 2, MIN_FREE_BYTES / 2)
  }

  #fits(bytes: number): boolean {
    return this.#leftBytes - this.#takenBytes - bytes > 0
  }

  /** Bytes left for new work, by the tighter of the two limits; below 0: accepted work uses its reserve. */
  get #leftBytes(): number {
    return Math.min(this.#leftOfLimit, this.#leftOfDisk)
  }

  get #leftOfLimit(): number {
    return (this.#options.maxDataBytes ?? Infinity) - this.#limitReserve - this.#usedBytes
  }

  /** New work is written twice before a checkpoint: into the WAL, then into the database. */
  get #leftOfDisk(): number {
    const { reserve } = this.#options
    if (reserve === null) return Infinity
    return (this.#freeBytes - this.#diskMargin - (reserve.targetBytes - reserve.bytes)) / 2
  }

  /** True when it is the file system that has little space. */
  get isDiskLow(): boolean {
    return this.#leftOfDisk < this.#leastBytes
  }

  /** With less than this no chunk fits. */
  get #leastBytes(): number {
    const { reserve, maxDataBytes } = this.#options
    const ofLimit = maxDataBytes === null ? Infinity : this.#limitReserve / 4
    const ofDisk = reserve === null ? Infinity : reserve.targetBytes / 8
    return Math.min(MIN_FREE_BYTES, ofLimit, ofDisk)
  }

  #judge(): void {
    const { reserve, onChange } = this.#options
    const left = this.#leftBytes
    const isRefused = left < this.#refusedAtBytes + this.#leastBytes
    if (!isRefused) this.#refusedAtBytes = -Infinity
    const diskIsUsedUp = reserve !== null && reserve.bytes === 0 && this.#freeBytes < reserve.targetBytes / 2
    const limitIsUsedUp = this.#leftOfLimit < -this.#limitReserve / 2
    const isLow = left < this.#leastBytes || isRefused
    const judged = diskIsUsedUp || limitIsUsedUp ? 'none' : isLow ? 'low' : 'ample'
    if (judged === this.#capacity) return
    this.#capacity = judged
    onChange(judged)
  }
}
