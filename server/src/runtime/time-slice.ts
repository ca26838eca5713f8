import { setImmediate } from 'node:timers/promises'

/** How long our own code may hold the event loop: status reads stay quick beside a million items. */
export const SLICE_MS = 5

/** Splits long work into slices of at most 5 ms: call `pause()` between steps, it yields to the event loop when the slice is used up. */
export class TimeSlice {
  #endsAt = performance.now() + SLICE_MS

  /** True when the slice is used up; then `await nextSlice()`. Cheap enough for every few dozen items. */
  get over(): boolean {
    return performance.now() >= this.#endsAt
  }

  /** Lets timers and I/O run, then starts a new slice. */
  async next(): Promise<void> {
    await setImmediate()
    this.#endsAt = performance.now() + SLICE_MS
  }
}
