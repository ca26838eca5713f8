import type { BackoffConfig, RetryConfig } from '../model/channel.ts'
import { Verdict } from '../model/outcome-batch.ts'

/** What is known of a call that did not succeed. */
export interface FailedCall {
  /** The error's code: `http_503`, `timeout`, `connection_failed`, a connector's own. */
  readonly code: string
  /** HTTP status of the answer; 0: there was none. */
  readonly httpStatus: number
  /** Number of this call in the life of the item, 1 and up. */
  readonly attempt: number
  /** Calls before this one that used up no attempt. */
  readonly throttledBefore: number
  /** End of the answer's `Retry-After`, wall ms; 0: none. */
  readonly retryAfterMs: number
  /** What the connector itself said; null: nothing. */
  readonly retryable: boolean | null
}

/** What a call decided. */
export interface Judgement {
  readonly verdict: typeof Verdict.failed | typeof Verdict.retry | typeof Verdict.throttled
  /** Earliest next call, wall ms; 0 when failed. */
  readonly retryAtMs: number
  /** Calls so far that used up no attempt, this one included. */
  readonly throttled: number
}

/** How often an item may be told to come later without using up an attempt: beyond it the channel is not busy but closed to it. */
export const MAX_THROTTLED = 20

const RETRYABLE_CODES = new Set(['timeout', 'connection_failed', 'invalid_answer', 'thrown'])
const RETRYABLE_STATUS = new Set([408, 425, 429])
const PERMANENT_CODES = new Set(['worker_crashed', 'invalid_item'])

/**
 * Decides what follows a call that did not succeed (RTY-1: pure, the same facts give the same verdict).
 *
 * In this order: 429 or 503 with `Retry-After` is a wait that uses up no attempt, up to 20 times; an error that no call can mend fails; the channel's
 * first matching rule; what the connector said; the defaults (network errors, time-outs, 408, 425, 429 and 5xx retry, other
 * 4xx fail). A retry beyond `maxAttempts` fails. A retry is never earlier than `Retry-After` (RTY-3).
 * @param random uniform in [0, 1): full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015)
 */
export function judgeFailedCall(
  retry: RetryConfig,
  call: FailedCall,
  time: { nowMs: number; random: number },
): Judgement {
  const throttled = call.throttledBefore
  if (isThrottle(call) && throttled < MAX_THROTTLED) {
    return { verdict: Verdict.throttled, retryAtMs: Math.max(call.retryAfterMs, time.nowMs), throttled: throttled + 1 }
  }
  const used = call.attempt - throttled
  if (!shouldRetry(retry, call) || used >= retry.maxAttempts)
    return { verdict: Verdict.failed, retryAtMs: 0, throttled }
  const backoffMs = backoffLimitMs(retry.backoff, used) * time.random
  return { verdict: Verdict.retry, retryAtMs: Math.max(time.nowMs + backoffMs, call.retryAfterMs), throttled }
}

/** The upper end of the wait after the n-th used attempt: `initialMs * factor^(n - 1)`, at most `maxMs`. */
export function backoffLimitMs(backoff: BackoffConfig, attemptsUsed: number): number {
  return Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** (attemptsUsed - 1))
}

function isThrottle(call: FailedCall): boolean {
  return call.retryAfterMs > 0 && (call.httpStatus === 429 || call.httpStatus === 503)
}

function shouldRetry(retry: RetryConfig, call: FailedCall): boolean {
  if (PERMANENT_CODES.has(call.code)) return false
  for (const rule of retry.rules) {
    if (rule.status?.includes(call.httpStatus) || rule.code?.includes(call.code)) return rule.then === 'retry'
  }
  if (call.retryable !== null) return call.retryable
  if (call.httpStatus >= 200)
    return call.httpStatus >= 500 || RETRYABLE_STATUS.has(call.httpStatus) || RETRYABLE_CODES.has(call.code)
  return RETRYABLE_CODES.has(call.code)
}
