import { checkNumber } from '../transport/check-number.ts'
import { maxDelayMs, type Timing } from '../transport/sleep.ts'

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

/**
 * @param timeoutMs from now on; undefined and Infinity are no limit
 * @throws {TypeError} it is no number >= 0
 */
export function startDeadline(
  timing: Timing,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): Deadline {
  checkNumber('wait', 'timeoutMs', timeoutMs, { least: 0 })
  const untilMs = timing.now() + (timeoutMs ?? Number.POSITIVE_INFINITY)
  const expiry = new AbortController()
  const timer = new AbortController()

  async function expire(): Promise<void> {
    // Days and months are more than a timer takes.
    for (let leftMs = untilMs - timing.now(); leftMs > 0; leftMs = untilMs - timing.now()) {
      await timing.deadline(Math.min(leftMs, maxDelayMs), timer.signal)
    }
    expiry.abort()
  }

  // What rejects is the timer that was cleared.
  if (untilMs < Number.POSITIVE_INFINITY) expire().catch(() => undefined)
  return {
    signal: signal === undefined ? expiry.signal : AbortSignal.any([signal, expiry.signal]),
    get passed() {
      return expiry.signal.aborted
    },
    remainingMs: () => untilMs - timing.now(),
    clear: () => timer.abort(),
  }
}
