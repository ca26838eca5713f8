import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { failpoint } from '../../../runtime/failpoint.ts'
import type { StoreError } from '../../store-error.ts'
import type { Checkpoints } from '../open/checkpoint.ts'
import type { DiskSpace } from '../open/disk-space.ts'
import type { Erasure } from '../open/erasure.ts'
import { type Folding, type Step } from '../outcomes/fold.ts'
import type { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import type { Removals } from '../write/removals.ts'
import { storeErrorOf } from '../tables/sqlite-errors.ts'
import type { WriteStatements } from '../tables/statements.ts'
import type { CommitMarks } from '../open/commit-marks.ts'
import type { Transactions } from './transactions.ts'

/** How old an outcome gets before its chunk's map is written. */
const FOLD_EVERY_MS = 1000
/** Segments in memory beyond which a round begins at once: they are kept until folded. */
const MAX_SEGMENT_BYTES = 16 * 1024 * 1024
/** How long nothing is tried after the disk was found full. */
const FULL_DISK_PAUSE_MS = 1000
/** Free pages that stay in the file, as rounds of folding use them again and again. */
const KEPT_FREE_BYTES = 8 * 1024 * 1024
/** Fraction of these while the disk is nearly full: deleted data is returned to it at once. */
const KEPT_WHEN_LOW = 1 / 32
/** Pages count as spare when they were free at this many looks, one per `FOLD_EVERY_MS`. */
const SPARE_LOOKS = 3
const VACUUM_PAGES_A_STEP = 128
/** How often the log is emptied of what was deleted: commits wait for it, some 20 ms. */
const EMPTY_LOG_EVERY_MS = 10_000
/** When it is tried again, as a reader held the log. */
const EMPTY_LOG_AGAIN_MS = 1000
const PURGE_EVERY_MS = 10 * 60_000
const PURGED_KEYS_A_STEP = 500

/** The mark alone, which every transaction adds when it is due. */
const MARK_STEP: Step = { write() {} }

export interface BackgroundDeps {
  readonly db: DatabaseSync
  readonly sql: WriteStatements
  readonly transactions: Transactions
  readonly marks: CommitMarks
  readonly maps: OutcomeMaps
  readonly folding: Folding
  readonly removals: Removals
  readonly erasure: Erasure
  /** Null: in memory. */
  readonly checkpoints: Checkpoints | null
  readonly diskSpace: DiskSpace
  /** Frees space on a full disk; false: there is none to free. */
  freeDiskSpace(): boolean
  onFailure(error: StoreError): void
}

/** The writer's work between calls, a few ms at a time: folding, removals, returning space, purging old keys, checkpoints. */
export class Background {
  readonly #deps: BackgroundDeps
  readonly #checkpoints: Checkpoints | null
  readonly #countFreePages: StatementSync
  readonly #keptPages: number
  #foldAtMs = 0
  /** Free pages are looked for until there are few. */
  #looking = true
  #lookAtMs = 0
  #freePages: number[] = []
  #sparePages = 0
  #purgeAtMs = Infinity
  #expiredBeforeMs = 0
  #pausedUntilMs = 0
  #resting = false
  #emptyLogAtMs = 0

  constructor(deps: BackgroundDeps) {
    this.#deps = deps
    this.#checkpoints = deps.checkpoints
    this.#countFreePages = deps.db.prepare('PRAGMA freelist_count')
    const { page_size: pageBytes } = deps.db.prepare('PRAGMA page_size').get() as { page_size: number }
    this.#keptPages = KEPT_FREE_BYTES / pageBytes
  }

  /** The time before which idempotency keys have expired, as the callers' clock says. */
  setExpiry(expiredBeforeMs: number): void {
    this.#expiredBeforeMs = expiredBeforeMs
    if (this.#purgeAtMs === Infinity) this.#purgeAtMs = 0
  }

  /** Does nothing any more: the database is damaged, and what is not written cannot make it worse. */
  rest(): void {
    this.#resting = true
  }

  /** Does one piece of what is due; true when there is more to do at once. */
  step(): boolean {
    if (this.#resting) return false
    this.#deps.diskSpace.lookIfDue()
    this.#checkpoint()
    const nowMs = performance.now()
    if (nowMs < this.#pausedUntilMs) return false
    const step = this.#dueStep(nowMs)
    if (step !== null) this.run(step)
    else this.#emptyLog(nowMs)
    return step !== null
  }

  /** When `step` is to be called next if nothing else happens, in ms; null: when something happens. */
  get delayMs(): number | null {
    if (this.#resting) return null
    const { maps, removals, diskSpace, marks } = this.#deps
    const nowMs = performance.now()
    let atMs = Math.min(this.#purgeAtMs, nowMs + (diskSpace.delayMs ?? Infinity))
    if (maps.segments.length > 0) atMs = Math.min(atMs, this.#foldAtMs)
    if (removals.active) atMs = Math.min(atMs, nowMs)
    if (this.#looking) atMs = Math.min(atMs, this.#lookAtMs)
    if (this.#logHoldsDeleted) atMs = Math.min(atMs, this.#emptyLogAtMs)
    atMs = Math.min(atMs, nowMs + (marks.delayMs ?? Infinity))
    if (atMs === Infinity) return null
    return Math.max(atMs, this.#pausedUntilMs) - nowMs
  }

  /** Runs one step in a transaction of its own. @returns why it failed, or null */
  run(step: Step): StoreError | null {
    let task: Step | undefined = step
    let failure: StoreError | null = null
    this.#looking = true
    this.#deps.transactions.run(() => {
      const taken = task
      task = undefined
      if (taken === undefined) return undefined
      return {
        run: () => {
          taken.write()
          return { committed: () => taken.committed?.() }
        },
        succeeded() {},
        failed: (error) => {
          failure = error
          this.#failed(error)
        },
      }
    })
    return failure
  }

  /** Folds all there is, for beginning and end. @returns why it failed, or null */
  foldAll(): StoreError | null {
    const { folding, maps } = this.#deps
    let failure: StoreError | null = null
    while (maps.segments.length > 0 && failure === null && !this.#resting) {
      folding.begin()
      failure = this.run(folding.nextStep())
    }
    return failure
  }

  /** Empties the WAL; for the end. */
  finish(): void {
    this.#checkpoints?.finish()
  }

  #dueStep(nowMs: number): Step | null {
    const { folding, maps, removals } = this.#deps
    if (!folding.active && (nowMs >= this.#foldAtMs || maps.segmentBytes > MAX_SEGMENT_BYTES)) {
      if (maps.segments.length > 0) folding.begin()
      this.#foldAtMs = nowMs + FOLD_EVERY_MS
    }
    if (folding.active) return folding.nextStep()
    if (removals.active) return removals.nextStep(this.#deps.diskSpace.isDiskLow)
    if (this.#looking && nowMs >= this.#lookAtMs) this.#lookForSparePages(nowMs)
    if (this.#sparePages > 0) return this.#vacuumStep()
    if (nowMs >= this.#purgeAtMs) return this.#purgeStep(nowMs)
    return this.#deps.marks.delayMs === 0 ? MARK_STEP : null
  }

  /** On a full disk the log is not cut, see `#checkpoint`. */
  get #logHoldsDeleted(): boolean {
    const { erasure, diskSpace } = this.#deps
    return this.#checkpoints !== null && erasure.walHoldsDeleted && !diskSpace.isDiskLow
  }

  /** Carries the log over and cuts it: it holds copies of what was deleted. */
  #emptyLog(nowMs: number): void {
    if (!this.#logHoldsDeleted || nowMs < this.#emptyLogAtMs) return
    try {
      const isEmpty = this.#checkpoints!.cut()
      if (isEmpty) this.#deps.erasure.walHoldsDeleted = false
      this.#emptyLogAtMs = nowMs + (isEmpty ? EMPTY_LOG_EVERY_MS : EMPTY_LOG_AGAIN_MS)
    } catch (error) {
      this.#failed(error)
    }
  }

  #lookForSparePages(nowMs: number): void {
    this.#lookAtMs = nowMs + FOLD_EVERY_MS
    const { freelist_count: free } = this.#countFreePages.get() as { freelist_count: number }
    const isAmple = this.#deps.diskSpace.capacity === 'ample'
    const keptPages = isAmple ? this.#keptPages : this.#keptPages * KEPT_WHEN_LOW
    this.#looking = free > keptPages
    if (!this.#looking) {
      this.#freePages = []
      return
    }
    this.#freePages.push(free)
    if (this.#freePages.length < SPARE_LOOKS && isAmple) return
    this.#sparePages = Math.max(Math.floor(Math.min(...this.#freePages) - keptPages), 0)
    this.#freePages.shift()
  }

  #vacuumStep(): Step {
    const pages = Math.min(this.#sparePages, VACUUM_PAGES_A_STEP)
    return {
      write: () => this.#deps.db.exec(`PRAGMA incremental_vacuum(${pages})`),
      committed: () => {
        this.#sparePages -= pages
        // The file gets shorter only when the WAL is carried over.
        if (this.#sparePages > 0) return
        if (this.#deps.diskSpace.isDiskLow) this.#checkpoints?.carry()
        else this.#checkpoints?.finish()
      },
    }
  }

  #purgeStep(nowMs: number): Step {
    let purged = 0
    return {
      write: () => {
        purged = Number(this.#deps.sql.purgeKeys.run(this.#expiredBeforeMs, PURGED_KEYS_A_STEP).changes)
        FAILPOINT: failpoint('store.purge.written')
      },
      committed: () => {
        FAILPOINT: failpoint('store.purge.durable')
        if (purged < PURGED_KEYS_A_STEP) this.#purgeAtMs = nowMs + PURGE_EVERY_MS
      },
    }
  }

  #checkpoint(): void {
    try {
      // On a full disk the WAL is kept as long as it is, and used again from its beginning: nobody else can take that space.
      if (this.#deps.diskSpace.isDiskLow) this.#checkpoints?.carry()
      else this.#checkpoints?.keepShort()
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    this.#deps.folding.abandon()
    this.#sparePages = 0
    const failure = storeErrorOf(error)
    if (failure.code === 'disk_full' && this.#deps.freeDiskSpace()) return
    this.#pausedUntilMs = performance.now() + FULL_DISK_PAUSE_MS
    this.#deps.onFailure(failure)
  }
}
