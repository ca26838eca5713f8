/**
 * The longest delay a timer takes: above it `setTimeout` fires after 1 ms, which turns a huge `Retry-After` into a hot loop.
 */
export const maxDelayMs = 2 ** 31 - 1

/** The SDK's source of time and randomness; tests control it. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number
  /** 0 <= n < 1. */
  random(): number
  /**
   * Resolves after `delayMs`, clamped to what a timer can take. Rejects with the signal's reason as soon as it is aborted, and
   * leaves no timer behind.
   */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
  /** As `sleep`, for what is hoped never to pass: held time moves on for those who sleep, not for those who fear. */
  deadline(delayMs: number, signal?: AbortSignal): Promise<void>
}

export const systemTiming: Timing = { now: () => Date.now(), random: () => Math.random(), sleep, deadline: sleep }

/** A delay that a timer can take: not a number and below 0 become 0, above the maximum becomes the maximum. */
export function clampDelay(delayMs: number): number {
  return delayMs > 0 ? Math.min(delayMs, maxDelayMs) : 0
}

export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error)
      return
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, clampDelay(delayMs))
    function stop(): void {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    signal?.addEventListener('abort', stop, { once: true })
  })
}
