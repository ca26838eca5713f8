import type { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import type { StoreError } from '../../store-error.ts'
import type { Plan } from './plan.ts'
import type { Folding } from './fold.ts'
import type { Removals } from './removals.ts'

/** How old an outcome gets before its chunk's map is written. */
const FOLD_EVERY_MS = 1000
/** Segments in memory beyond which a round begins at once: they are kept until folded. */
const MAX_SEGMENT_BYTES = 16 * 1024 * 1024
/** How long nothing is tried after it failed. */
const FAILED_PAUSE_MS = 1000
const PURGE_EVERY_MS = 10 * 60_000
const PURGED_KEYS_A_STEP = 500

export interface BackgroundDeps {
  readonly maps: OutcomeMaps
  readonly folding: Folding
  readonly removals: Removals
  run(plan: Plan<null>): Promise<StoreError | null>
  /** Called when channels that are folded have another owner. @default that ends the store */
  readonly onStale?: (channels: readonly string[]) => Promise<void>
}

/** The writer's work between calls, a transaction at a time: folding, removals, purging old keys. */
export class Background {
  readonly #deps: BackgroundDeps
  #foldAtMs = 0
  #purgeAtMs = Infinity
  #expiredBeforeMs = 0
  #pausedUntilMs = 0
  #resting = false

  constructor(deps: BackgroundDeps) {
    this.#deps = deps
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

  /** When `step` is to be called next if nothing else happens, in ms; null: when something happens. */
  get delayMs(): number | null {
    if (this.#resting) return null
    const { maps, folding, removals } = this.#deps
    const nowMs = performance.now()
    let atMs = this.#purgeAtMs
    if (maps.segments.length > 0) atMs = Math.min(atMs, maps.segmentBytes > MAX_SEGMENT_BYTES ? nowMs : this.#foldAtMs)
    if (folding.active || removals.active) atMs = nowMs
    return atMs === Infinity ? null : Math.max(atMs, this.#pausedUntilMs) - nowMs
  }

  /** Does one piece of what is due. */
  async step(): Promise<void> {
    const { folding, removals } = this.#deps
    const nowMs = performance.now()
    if (this.#resting || nowMs < this.#pausedUntilMs) return
    if (!folding.active && nowMs >= this.#foldAtMs) {
      folding.begin()
      this.#foldAtMs = nowMs + FOLD_EVERY_MS
    } else if (!folding.active && this.#deps.maps.segmentBytes > MAX_SEGMENT_BYTES) folding.begin()
    if (folding.active) await this.#run(folding.nextStep())
    else if (removals.active) await this.#run(removals.nextStep())
    else if (nowMs >= this.#purgeAtMs) await this.#run(this.#purgeStep(nowMs))
  }

  /** Folds all there is, for beginning and end. @returns why it failed, or null */
  async foldAll(): Promise<StoreError | null> {
    const { folding, maps, run } = this.#deps
    // A round that is open knows nothing of what was added since: it would drop segments whose maps it does not write.
    folding.abandon()
    while (maps.segments.length > 0 && !this.#resting) {
      folding.begin()
      const failure = await run(folding.nextStep())
      if (failure !== null && !(await this.#wasStale(failure))) return failure
    }
    return null
  }

  async #run(plan: Plan<null>): Promise<void> {
    const failure = await this.#deps.run(plan)
    if (failure === null || (await this.#wasStale(failure))) return
    this.#deps.folding.abandon()
    this.#pausedUntilMs = performance.now() + FAILED_PAUSE_MS
  }

  /** Forgets channels of other servers, so that the rest is folded. @returns false: it failed for another reason */
  async #wasStale({ code, channels }: StoreError): Promise<boolean> {
    const { folding, onStale } = this.#deps
    if (code !== 'stale_term' || onStale === undefined) return false
    folding.abandon()
    try {
      await onStale(channels)
      return true
    } catch {
      return false // asked of a database that is away: they stay fenced
    }
  }

  #purgeStep(nowMs: number): Plan<null> {
    return (transaction) => {
      const purged = transaction.run(PURGE_KEYS, this.#expiredBeforeMs, PURGED_KEYS_A_STEP)
      return {
        result: () => null,
        committed: (found) => {
          if ((found?.[purged]?.count ?? 0) < PURGED_KEYS_A_STEP) this.#purgeAtMs = nowMs + PURGE_EVERY_MS
        },
      }
    }
  }
}

const PURGE_KEYS = `DELETE FROM waybill.idempotency WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM waybill.idempotency WHERE created_at_ms <= $1 ORDER BY created_at_ms LIMIT $2))`
