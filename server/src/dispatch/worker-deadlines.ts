/** A call whose time can run out. */
export interface Timed {
  /** Ended, however. */
  readonly settled: boolean
}

/** Looking at least this often keeps the list of ended calls short. */
const MAX_DELAY_MS = 1000

/** One timer for all running calls of a lane: a timer for each would cost more than many a call does. */
export class Deadlines<T extends Timed> {
  readonly #onDue: (call: T) => void
  #entries: { readonly call: T; readonly atMs: number }[] = []
  #timer: NodeJS.Timeout | null = null
  #timerAtMs = Infinity

  constructor(onDue: (call: T) => void) {
    this.#onDue = onDue
  }

  /** @param atMs `performance.now()` time */
  add(call: T, atMs: number): void {
    this.#entries.push({ call, atMs })
    if (atMs < this.#timerAtMs) this.#lookAt(atMs)
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#timerAtMs = Infinity
    this.#entries = []
  }

  #lookAt(atMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const nowMs = performance.now()
    const delayMs = Math.min(Math.max(1, Math.ceil(atMs - nowMs)), MAX_DELAY_MS)
    this.#timerAtMs = nowMs + delayMs
    this.#timer = setTimeout(() => {
      this.#look()
    }, delayMs)
  }

  #look(): void {
    this.#timer = null
    this.#timerAtMs = Infinity
    const nowMs = performance.now()
    const running = this.#entries.filter(({ call }) => !call.settled)
    this.#entries = running.filter(({ atMs }) => atMs > nowMs)
    const nextMs = this.#entries.reduce((earliest, { atMs }) => Math.min(earliest, atMs), Infinity)
    if (nextMs < Infinity) this.#lookAt(nextMs)
    for (const { call, atMs } of running) if (atMs <= nowMs) this.#onDue(call)
  }
}
