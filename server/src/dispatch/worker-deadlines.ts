/** Looking at least this often keeps a timer that was set for calls long ended from staying in place of an earlier one. */
const MAX_DELAY_MS = 1000

/**
 * One timer for all running calls of a lane: a timer for each would cost more than many a call does. Holds a call only while it runs: what a
 * call has made is garbage of the youngest kind when it ends.
 */
export class Deadlines<T extends object> {
  readonly #onDue: (call: T) => void
  /** When each call's time is up, `performance.now()` time. */
  readonly #dueAtMs = new Map<T, number>()
  #timer: NodeJS.Timeout | null = null
  #timerAtMs = Infinity

  constructor(onDue: (call: T) => void) {
    this.#onDue = onDue
  }

  /** @param atMs `performance.now()` time */
  add(call: T, atMs: number): void {
    this.#dueAtMs.set(call, atMs)
    if (atMs < this.#timerAtMs) this.#lookAt(atMs)
  }

  /** The call has ended. One that is not there, or no longer, changes nothing. */
  remove(call: T): void {
    this.#dueAtMs.delete(call)
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#timerAtMs = Infinity
    this.#dueAtMs.clear()
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
    const due: T[] = []
    let nextMs = Infinity
    for (const [call, atMs] of this.#dueAtMs) {
      if (atMs > nowMs) nextMs = Math.min(nextMs, atMs)
      else due.push(call)
    }
    for (const call of due) this.#dueAtMs.delete(call)
    if (nextMs < Infinity) this.#lookAt(nextMs)
    for (const call of due) this.#onDue(call)
  }
}
