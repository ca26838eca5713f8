/** How far back a rate looks: long enough to be calm, short enough to follow a channel that changes. */
const WINDOW_MS = 10_000

/**
 * Items per second as an exponentially decayed average with a window of 10 s, corrected for the time before the first item
 * (as in Adam, Kingma and Ba 2015, section 3), so that it is right from the first second on.
 */
export class RateMeter {
  #weight = 0
  #startMs = 0
  #lastMs = 0

  /** Says from when on items are counted; only the first call counts. */
  start(atMs: number): void {
    if (this.#startMs !== 0) return
    this.#startMs = atMs
    this.#lastMs = atMs
  }

  /** Counts items that ended at `nowMs`. */
  add(items: number, nowMs: number): void {
    this.start(nowMs)
    this.#decayTo(nowMs)
    this.#weight += items
  }

  /** Items per second now; 0 before anything was counted. */
  perSecond(nowMs: number): number {
    if (this.#startMs === 0) return 0
    this.#decayTo(nowMs)
    const spanMs = WINDOW_MS * (1 - Math.exp(-Math.max(nowMs - this.#startMs, 1) / WINDOW_MS))
    return (this.#weight / spanMs) * 1000
  }

  #decayTo(nowMs: number): void {
    if (nowMs <= this.#lastMs) return
    this.#weight *= Math.exp(-(nowMs - this.#lastMs) / WINDOW_MS)
    this.#lastMs = nowMs
  }
}
