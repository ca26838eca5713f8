import type { RateLimitConfig } from '../model/channel.ts'

/** From here on an empty bucket at the start costs more than a moment; below, nothing is written for the gate's sake. */
const SLOW_REFILL_MS = 10_000

/** How long an empty bucket takes to fill, ms: what a start costs at most that begins with an empty one. */
export function refillMs({ limit, periodMs, burst }: RateLimitConfig): number {
  return (burst * periodMs) / limit
}

/** Worth a write ahead of the calls, so that a start need not begin with an empty bucket. */
export function isSlow(rateLimit: RateLimitConfig): boolean {
  return refillMs(rateLimit) > SLOW_REFILL_MS
}
