/** How far back a rate looks: long enough to be calm, short enough to follow a channel that changes. */
const WINDOW_MS = 10_000

/**
 * Items per second as an exponentially decayed average: decayed items over decayed time, so that it is right from the first second on
 * (as the correction in Adam, Kingma and Ba 2015, section 3). Its window is 10 s, or grows with what it has seen: for an estimate of a
 * long way a long look back is calmer, also where an item takes seconds.
 */
export class RateMeter {
  readonly #shareOfAge: number
  #items = 0
  #spanMs = 0
  #startMs = 0
  #lastMs = 0
  #lastPerSecond = 0
  #lastAddedAtMs = 0

  /** @param options.shareOfAge the window is at least this share of the time measured so far, 0 to 1. @default 0 */
  constructor(options: { readonly shareOfAge?: number } = {}) {
    this.#shareOfAge = options.shareOfAge ?? 0
  }

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
    this.#items += items
    this.#lastAddedAtMs = nowMs
    this.#lastPerSecond = this.#rate()
  }

  /** Leaves out the time since something was counted last: nothing could move in it. */
  skipTo(nowMs: number): void {
    if (this.#startMs !== 0) this.#lastMs = Math.max(this.#lastMs, nowMs)
  }

  /** Items per second now; 0 before anything was counted. */
  perSecond(nowMs: number): number {
    if (this.#startMs === 0) return 0
    this.#decayTo(nowMs)
    return this.#rate()
  }

  /** When something was counted last, wall ms; 0: nothing was. */
  get lastAddedAtMs(): number {
    return this.#lastAddedAtMs
  }

  /** Items per second when something was counted last: the expected rate when a stopped job resumes. */
  get lastPerSecond(): number {
    return this.#lastPerSecond
  }

  #rate(): number {
    return (this.#items / Math.max(this.#spanMs, 1)) * 1000
  }

  #decayTo(nowMs: number): void {
    if (nowMs <= this.#lastMs) return
    const windowMs = Math.max(WINDOW_MS, (nowMs - this.#startMs) * this.#shareOfAge)
    const kept = Math.exp(-(nowMs - this.#lastMs) / windowMs)
    this.#items *= kept
    this.#spanMs = this.#spanMs * kept + windowMs * (1 - kept)
    this.#lastMs = nowMs
  }
}
