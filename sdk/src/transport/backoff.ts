import { clampDelay } from './sleep.ts'

/** How delays grow. */
export interface Backoff {
  /** The first delay, in milliseconds. */
  initialMs: number
  /** By how much each delay exceeds the one before. */
  factor: number
  /** Delays grow no further than this, in milliseconds. */
  maxMs: number
  /** How far a delay is moved at random to either side, as a part of it: 0.2 is up to 20 %. */
  jitter: number
}

/**
 * The nth delay.
 * @param attempt counts from 0
 * @param random 0 <= random < 1
 * @param atLeastMs a floor that jitter does not go below, such as a `Retry-After`
 * @returns milliseconds, never more than a timer can take
 */
export function backoffDelay(backoff: Backoff, attempt: number, random: number, atLeastMs = 0): number {
  const plainMs = Math.min(backoff.initialMs * backoff.factor ** attempt, backoff.maxMs)
  const movedMs = plainMs * (1 + backoff.jitter * (2 * random - 1))
  return clampDelay(Math.max(movedMs, atLeastMs))
}
