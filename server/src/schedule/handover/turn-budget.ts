import type { Clock } from '../../runtime/clock.ts'
import { SLICE_MS } from '../../runtime/loop-turns.ts'

/** Less time than this is kept for the next turn of the loop: a callback for every message would cost more than most of them. */
const FORGET_US = 500

/**
 * The slice that all messages of one turn of the event loop have together: many come at once when the thread had to wait for its processor, and
 * a slice for each of them would make it wait again.
 */
export class TurnBudget {
  readonly #clock: Clock
  readonly #defer: (callback: () => void) => void
  #spentUs = 0
  #renewDue = false

  /** @param options.defer runs a callback when the loop has looked at its events */
  constructor(options: { readonly clock: Clock; readonly defer: (callback: () => void) => void }) {
    this.#clock = options.clock
    this.#defer = options.defer
  }

  /**
   * Does some work and counts how long it took.
   * @param work gets the time when it has to stop, monotonic µs
   * @returns null: nothing is left, it was not begun
   */
  spend<T>(work: (endUs: number) => T): T | null {
    const leftUs = SLICE_MS * 1000 - this.#spentUs
    if (leftUs <= 0) return null
    const startUs = this.#clock.monotonicUs()
    const result = work(startUs + leftUs)
    this.#spentUs += this.#clock.monotonicUs() - startUs
    if (!this.#renewDue && this.#spentUs >= FORGET_US) {
      this.#renewDue = true
      this.#defer(() => {
        this.#renewDue = false
        this.renew()
      })
    }
    return result
  }

  renew(): void {
    this.#spentUs = 0
  }
}
