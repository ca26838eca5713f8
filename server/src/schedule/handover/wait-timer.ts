import type { Clock } from '../../runtime/clock.ts'

/** One timer for everything that waits for a time: set to the earliest, in whole ms so that it does not fire a moment too early. */
export class WaitTimer {
  readonly #clock: Clock
  readonly #fire: () => void
  #cancel: (() => void) | null = null
  #armedForUs = Infinity

  constructor(clock: Clock, fire: () => void) {
    this.#clock = clock
    this.#fire = fire
  }

  /** Makes sure that it fires at `earliestUs` (Infinity: need not fire). The clock clamps what is too far away: it fires early then and is set again. */
  arm(earliestUs: number): void {
    if (earliestUs >= this.#armedForUs) return
    this.#cancel?.()
    this.#armedForUs = earliestUs
    const delayMs = Math.max(0, Math.ceil((earliestUs - this.#clock.monotonicUs()) / 1000))
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#cancel = null
      this.#armedForUs = Infinity
      this.#fire()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#armedForUs = Infinity
  }
}
