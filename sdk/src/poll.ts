// When to ask again. Pure: what it needs to know of time and chance is handed in.

import { type Backoff, backoffDelay } from './backoff.ts'
import { parseRetryAfter } from './retry-after.ts'

/** From lively to patient: a job of 10 s is seen to end within 3 s, one of an hour costs two requests a minute. */
export const pollBackoff: Backoff = { initialMs: 500, factor: 1.25, maxMs: 30_000, jitter: 0.2 }

/** What has happened so far. */
export interface PollState {
  readonly backoff: Backoff
  /** How many answers, or failures in a row, came before: delays grow with it. What the answers say of the status plays no part. */
  readonly attempt: number
}

/**
 * The delay until the next request.
 * @param retryAfter the `Retry-After` of the last answer; null when it had none
 * @param nowMs milliseconds since 1970
 * @param random 0 <= random < 1
 * @returns milliseconds, not below the `Retry-After`, never more than a timer can take
 */
export function nextPollDelay(state: PollState, retryAfter: string | null, nowMs: number, random: number): number {
  return backoffDelay(state.backoff, state.attempt, random, parseRetryAfter(retryAfter, nowMs) ?? 0)
}
