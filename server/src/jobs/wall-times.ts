import type { Clock } from '../runtime/clock.ts'
import { TimerHeap } from '../schedule/queues/timer-heap.ts'

/** A timer sleeps at most this long: wall time may be set while it sleeps, and no delay may exceed the limit of a timer. */
const LONGEST_SLEEP_MS = 60_000
/** Callbacks between two turns of the event loop. */
const CALLBACKS_PER_TURN = 1000

/** Callbacks at wall-clock times, such as the start of a job on Monday at 02:00: any number of them behind one timer. */
export class WallTimes {
  readonly #clock: Clock
  readonly #places = new Map<number, number>()
  readonly #heap = new TimerHeap({
    place: (id) => this.#places.get(id)!,
    setPlace: (id, place) => this.#places.set(id, place),
  })
  readonly #callbacks = new Map<number, () => void>()
  #lastId = 0
  #cancelTimer: (() => void) | null = null
  #armedForMs = Infinity
  #stopped = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Times that have not come. */
  get size(): number {
    return this.#heap.size
  }

  /** Calls back once when this time has come, never at once. Returns the function that cancels it; a second call does nothing. */
  at(wallMs: number, callback: () => void): () => void {
    const id = this.#newId()
    this.#heap.add(id, wallMs)
    this.#callbacks.set(id, callback)
    this.#arm()
    return () => {
      if (this.#callbacks.get(id) !== callback) return
      this.#heap.remove(id)
      this.#forget(id)
    }
  }

  /** Cancels all callbacks. */
  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }

  /** The heap keeps ids in 32 bits; one that is still in use is skipped. */
  #newId(): number {
    do this.#lastId = (this.#lastId + 1) >>> 0
    while (this.#callbacks.has(this.#lastId))
    return this.#lastId
  }

  #forget(id: number): void {
    this.#callbacks.delete(id)
    this.#places.delete(id)
  }

  #arm(): void {
    const { earliest } = this.#heap
    if (this.#stopped || earliest >= this.#armedForMs) return
    this.#cancelTimer?.()
    this.#armedForMs = earliest
    const delayMs = Math.ceil(Math.min(earliest - this.#clock.nowMs(), LONGEST_SLEEP_MS))
    this.#cancelTimer = this.#clock.after(Math.max(0, delayMs), () => {
      this.#cancelTimer = null
      this.#armedForMs = Infinity
      this.#fire()
    })
  }

  #fire(): void {
    const nowMs = this.#clock.nowMs()
    for (let left = CALLBACKS_PER_TURN; left > 0 && this.#heap.earliest <= nowMs; left--) {
      const id = this.#heap.takeEarliest()
      const callback = this.#callbacks.get(id)!
      this.#forget(id)
      callback()
    }
    this.#arm()
  }
}
