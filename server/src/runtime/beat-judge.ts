/** A look at the beat of another server. Times are of the observer's monotonic clock, ms. */
export interface BeatLook {
  readonly sentMs: number
  readonly receivedMs: number
  readonly beat: number
}

/** A look that takes longer than this share of the lease, or comes so long after the one before, says nothing about the time between. */
const LATE = 1 / 2

/**
 * Judges whether another server has lost its lease: its beat did not change from the receipt of a first look to the sending of the last, for as long as
 * the lease lasts. No clock of the other server counts. A failed or late look begins anew, so that after an outage of the database nobody is presumed
 * dead who could not show a sign of life.
 */
export class BeatJudge {
  readonly #ttlMs: number
  #beat = 0
  /** Receipt of the first look with this beat; null: there was none. */
  #sinceMs: number | null = null
  #lastMs = 0

  /** @param ttlMs the lease of the other server */
  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs
  }

  /** Takes a look that succeeded. @returns whether the lease of the other server is over */
  look({ sentMs, receivedMs, beat }: BeatLook): boolean {
    const lateMs = this.#ttlMs * LATE
    const isLate = receivedMs - sentMs > lateMs || (this.#sinceMs !== null && sentMs - this.#lastMs > lateMs)
    const sinceMs = this.#sinceMs
    this.#lastMs = receivedMs
    if (sinceMs === null || isLate || beat !== this.#beat) {
      this.#beat = beat
      this.#sinceMs = receivedMs
      return false
    }
    return sentMs - sinceMs >= this.#ttlMs
  }

  /** A look failed. */
  failed(): void {
    this.#sinceMs = null
  }
}
