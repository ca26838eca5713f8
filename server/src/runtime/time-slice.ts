import { type LoopTurns, loopTurns } from './loop-turns.ts'

/** Work that a byte received over the wire pays for, in ms: a hundred times the cost of ordinary items, packed tenfold. */
const MS_PER_BYTE = 0.001
/** Work that every request may cost beside: a small one is never held back by its caller's other requests. */
const MS_PER_REQUEST = 2

/**
 * Splits long work into slices: ask `over` between steps, and `await next()` when it is. The loop is shared by caller (loop-turns.ts);
 * work on a body goes through `run` and is charged to its caller, as far as the bytes it sent (`earn`) do not pay for it.
 */
export class TimeSlice {
  readonly #caller: string
  readonly #turns: LoopTurns
  #earnedMs = MS_PER_REQUEST
  #turnsTaken = 0
  #charged = false

  /** @param caller whose work it is */
  constructor(caller: string, turns: LoopTurns = loopTurns) {
    this.#caller = caller
    this.#turns = turns
  }

  /** True when the loop has to look at its events; then `await next()`. Cheap enough for every item. */
  get over(): boolean {
    return this.#turns.over || (this.#charged && this.#turns.owes(this.#caller))
  }

  /** Carries out a step of work on a body, and charges what it took. */
  run<T>(step: () => T): T {
    const startedMs = this.#turns.nowMs()
    try {
      return step()
    } finally {
      this.#charge(this.#turns.nowMs() - startedMs)
    }
  }

  /** Counts bytes that the caller has sent. */
  earn(bytes: number): void {
    this.#earnedMs += bytes * MS_PER_BYTE
  }

  /** Lets timers, I/O and others go first; resolves when it is this one's turn again. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      const sinceMs = this.#turns.nowMs()
      this.#turns.wait(this.#caller, { turns: this.#turnsTaken++, charged: this.#charged, sinceMs, resolve })
    })
  }

  #charge(ms: number): void {
    this.#earnedMs -= ms
    this.#charged = this.#earnedMs < 0
    if (!this.#charged) return
    this.#turns.charge(this.#caller, -this.#earnedMs)
    this.#earnedMs = 0
  }
}
