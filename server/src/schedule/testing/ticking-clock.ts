import type { Clock } from '../../runtime/clock.ts'

/** A clock that moves by a little whenever it is read, so that slices of work end; timers fire only in `advance`. */
export class TickingClock implements Clock {
  readonly #tickUs: number
  #nowUs = 1_800_000_000_000_000
  #timers: { atUs: number; callback: () => void }[] = []

  constructor(tickUs: number) {
    this.#tickUs = tickUs
  }

  get pending(): number {
    return this.#timers.length
  }

  nowMs(): number {
    return this.#nowUs / 1000
  }

  monotonicUs(): number {
    this.#nowUs += this.#tickUs
    return this.#nowUs
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atUs: this.#nowUs + delayMs * 1000, callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  advance(ms: number): void {
    const endUs = this.#nowUs + ms * 1000
    for (;;) {
      const due = this.#timers.filter(({ atUs }) => atUs <= endUs).sort((a, b) => a.atUs - b.atUs)[0]
      if (due === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== due)
      this.#nowUs = Math.max(this.#nowUs, due.atUs)
      due.callback()
    }
    this.#nowUs = Math.max(this.#nowUs, endUs)
  }
}
