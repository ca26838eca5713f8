import type { Timing } from './sleep.ts'

/** Ends work at a time or when a signal says so, whichever is first. */
export interface Deadline {
  /** Aborted at the deadline, or with the caller's signal. */
  readonly signal: AbortSignal
  /** Whether it was the time. */
  readonly passed: boolean
  /** Milliseconds until then; Infinity without a limit. */
  remainingMs(): number
  /** Stops the timer. */
  clear(): void
}

/** @param timeoutMs from now on; undefined is no limit */
export function startDeadline(
  timing: Timing,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): Deadline {
  const untilMs = timeoutMs === undefined ? Number.POSITIVE_INFINITY : timing.now() + timeoutMs
  const expiry = new AbortController()
  const timer = new AbortController()
  if (timeoutMs !== undefined) {
    timing.deadline(timeoutMs, timer.signal).then(
      () => expiry.abort(),
      () => undefined, // cleared
    )
  }
  return {
    signal: signal === undefined ? expiry.signal : AbortSignal.any([signal, expiry.signal]),
    get passed() {
      return expiry.signal.aborted
    },
    remainingMs: () => untilMs - timing.now(),
    clear: () => timer.abort(),
  }
}
