/** A call whose time can run out. */
export interface Timed {
  /** Ended, however. */
  readonly settled: boolean
}

interface Entry<T> {
  readonly call: T
  readonly atMs: number
}

/**
 * One timer for all running calls of a lane. Times come in ascending order almost always (one time-out, calls start one after
 * another), so the first entry is the next due; a time-out that was made shorter is at most as late as the one before it.
 */
export class Deadlines<T extends Timed> {
  readonly #onDue: (call: T) => void
  #queue: Entry<T>[] = []
  #head = 0
  #timer: NodeJS.Timeout | null = null

  constructor(onDue: (call: T) => void) {
    this.#onDue = onDue
  }

  /** @param atMs `performance.now()` time */
  add(call: T, atMs: number): void {
    this.#queue.push({ call, atMs })
    this.#timer ??= setTimeout(() => {
      this.#sweep()
    }, this.#delay(atMs))
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#queue = []
    this.#head = 0
  }

  #sweep(): void {
    this.#timer = null
    const nowMs = performance.now()
    for (let entry = this.#queue[this.#head]; entry !== undefined; entry = this.#queue[++this.#head]) {
      if (entry.call.settled) continue
      if (entry.atMs > nowMs) {
        this.#timer = setTimeout(() => {
          this.#sweep()
        }, this.#delay(entry.atMs))
        break
      }
      this.#onDue(entry.call)
    }
    if (this.#head > 0) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
  }

  #delay(atMs: number): number {
    return Math.min(Math.max(1, Math.ceil(atMs - performance.now())), MAX_DELAY_MS)
  }
}

/** Sweeping at least this often keeps the list of ended calls short. */
const MAX_DELAY_MS = 1000
