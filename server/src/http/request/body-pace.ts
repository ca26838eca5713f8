import type { Holder } from '../../limits/fair-share.ts'
import type { Clock } from '../../runtime/clock.ts'

/** How a body comes in: what holds a place for it may be asked to give it up. */
export class BodyPace implements Holder {
  readonly #clock: Clock
  #waitsSinceMs: number | null = null
  #behindMs = 0
  #giveUp: (() => void) | null = null
  /** It was asked to give up. */
  gaveUp = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** For how long nothing came, though it is wanted, or how far the body is behind the least speed. */
  stalledMs(): number {
    if (this.#waitsSinceMs === null) return 0
    const waitsMs = this.#clock.nowMs() - this.#waitsSinceMs
    return Math.max(waitsMs, this.#behindMs + waitsMs)
  }

  giveUp(): void {
    this.gaveUp = true
    this.#giveUp?.()
  }

  /** @param behindMs how far it is behind the least speed now */
  waits(behindMs: number, giveUp: () => void): void {
    this.#waitsSinceMs = this.#clock.nowMs()
    this.#behindMs = behindMs
    this.#giveUp = giveUp
  }

  moves(): void {
    this.#waitsSinceMs = null
    this.#giveUp = null
  }
}
