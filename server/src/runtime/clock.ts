/** Where every stage gets its time from, so that tests hold it. */
export interface Clock {
  /** Wall time in ms since the Unix epoch; for what people and disks see. May be fractional. */
  nowMs(): number
  /** Monotonic time in microseconds, the same on every thread of the process; for gates and durations. */
  monotonicUs(): number
  /** Calls back once after `delayMs` (clamped to 0 ... 2^31-1: a longer `setTimeout` would fire at once). Returns a cancel function. */
  after(delayMs: number, callback: () => void): () => void
}

/** The longest delay a timer of Node takes; beyond it fires after 1 ms. */
export const MAX_TIMER_MS = 2 ** 31 - 1

/** The real time. Its timers do not keep the process alive: services do. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicUs,
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), MAX_TIMER_MS))
    timer.unref()
    return () => {
      clearTimeout(timer)
    }
  },
}

/** Monotonic microseconds (CLOCK_MONOTONIC): equal on all threads, unlike `performance.now()`, whose origin is per thread. */
export function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n)
}
