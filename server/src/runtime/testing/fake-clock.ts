import type { Clock } from '../clock.ts'

/** A clock that stands still until a test moves it; for tests and simulations. */
export class FakeClock implements Clock {
  #nowMs: number
  #timers: { atMs: number; order: number; callback: () => void }[] = []
  #order = 0

  constructor(startMs = 1_800_000_000_000) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  monotonicUs(): number {
    return Math.round(this.#nowMs * 1000)
  }

  /** Timers that have not fired. */
  get pending(): number {
    return this.#timers.length
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(delayMs, 0), order: this.#order++, callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Moves time on and fires what is due, in order of time, then of registration. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    for (;;) {
      const due = this.#timers
        .filter((timer) => timer.atMs <= endMs)
        .sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0]
      if (due === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== due)
      this.#nowMs = Math.max(this.#nowMs, due.atMs)
      due.callback()
    }
    this.#nowMs = endMs
  }
}
