/** How far back calls count. */
export const WINDOW_US = 10_000_000
/** On a slow channel the window reaches back until it holds enough calls to conclude from, but never further than this. */
export const MAX_WINDOW_US = 300_000_000
/** Calls of the same second share a bucket. */
const BUCKET_US = 1_000_000

interface Bucket {
  readonly second: number
  calls: number
  failed: number
}

/**
 * How many of a channel's recent calls failed: those of the last 10 s, and of longer (5 min at most) as long as there are fewer than
 * `minCalls`. A channel of one call a second would never be found broken otherwise. Its cost does not grow with the calls.
 */
export class CallWindow {
  #buckets: Bucket[] = []
  #calls = 0
  #failed = 0

  get calls(): number {
    return this.#calls
  }

  get failed(): number {
    return this.#failed
  }

  add(calls: { readonly calls: number; readonly failed: number }, at: { nowUs: number; minCalls: number }): void {
    const second = Math.floor(at.nowUs / BUCKET_US)
    const last = this.#buckets.at(-1)
    if (last?.second === second) {
      last.calls += calls.calls
      last.failed += calls.failed
    } else {
      this.#buckets.push({ second, ...calls })
    }
    this.#calls += calls.calls
    this.#failed += calls.failed
    this.#forget(second, at.minCalls)
  }

  clear(): void {
    this.#buckets = []
    this.#calls = 0
    this.#failed = 0
  }

  #forget(second: number, minCalls: number): void {
    const oldest = second - MAX_WINDOW_US / BUCKET_US
    const old = second - WINDOW_US / BUCKET_US
    let gone = 0
    for (const bucket of this.#buckets) {
      const spare = bucket.second <= old && this.#calls - bucket.calls >= minCalls
      if (bucket.second > oldest && !spare) break
      this.#calls -= bucket.calls
      this.#failed -= bucket.failed
      gone++
    }
    if (gone > 0) this.#buckets.splice(0, gone)
  }
}
