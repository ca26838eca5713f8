import type { Holder } from '../../limits/fair-share.ts'
import type { Clock } from '../../runtime/clock.ts'

/** The pace at which a body arrives; the holder of its place may be asked to release it. */
export class BodyPace implements Holder {
  readonly #clock: Clock
  #waitsSinceMs: number | null = null
  #behindMs = 0
  #giveUp: (() => void) | null = null
  /** It was asked to release its place. */
  gaveUp = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Returns how long nothing arrived although the reader waits for it, or how far the body is behind the minimum rate. */
  stalledMs(): number {
    if (this.#waitsSinceMs === null) return 0
    const waitsMs = this.#clock.nowMs() - this.#waitsSinceMs
    return Math.max(waitsMs, this.#behindMs + waitsMs)
  }

  giveUp(): void {
    this.gaveUp = true
    this.#giveUp?.()
  }

  /** @param behindMs how far it is behind the minimum rate now */
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
