import type { RetryRule, StatusMatch } from './retry-rules.ts'

/** A channel's retry settings, complete. */
export interface RetryConfig {
  /** 1 and up. */
  readonly maxAttempts: number
  readonly backoff: BackoffConfig
  /** Waits after the first, second ... used attempt, in place of `backoff`; the last one counts for all that follow. @default `backoff` decides */
  readonly delaysMs?: readonly number[]
  /** The first rule that matches decides; none: the defaults. */
  readonly rules: readonly RetryRule[]
}

export interface BackoffConfig {
  readonly initialMs: number
  readonly factor: number
  readonly maxMs: number
}

/** How often, and when, the payload of an item is tried to be resolved again. */
export type PayloadRetry = Pick<RetryConfig, 'maxAttempts' | 'backoff'>

/** A job's own retry settings; the channel's apply to what it leaves out. Its rules come before the channel's. */
export interface JobRetry {
  readonly maxAttempts?: number
  readonly backoff?: Partial<BackoffConfig>
  readonly rules?: readonly RetryRule[]
}

/** The facts of a call that did not succeed. */
export interface FailedCall {
  /** The error's code: `http_503`, `timeout`, `connection_failed`, a connector's own. */
  readonly code: string
  /** HTTP status of the answer; 0: there was none. */
  readonly httpStatus: number
  /** Number of this call in the life of the item, 1 and up. */
  readonly attempt: number
  /** Calls before this one that do not count as attempts. */
  readonly throttledBefore: number
  /** Those of them that no `Retry-After` was the reason of. */
  readonly outageAttemptsBefore: number
  /** End of the answer's `Retry-After`, wall ms; 0: none. */
  readonly retryAfterMs: number
  /** A module asked to be called later (`RetryLater`); `retryAfterMs` says when. */
  readonly retryLater: boolean
  /** The connector's own statement; null: none. */
  readonly retryable: boolean | null
  /** The outage that the channel's circuit reports; null: the circuit is closed, the call is judged by itself. */
  readonly outage: Outage | null
  /** In place of the call its payload could not be resolved; null: the call was made. */
  readonly unresolved: UnresolvedPayload | null
}

/** A payload that could not be resolved: no call was made, and no attempt is used up. */
export interface UnresolvedPayload {
  /** How often the same happened to the item before, without those that a `Retry-After` was the reason of. */
  readonly failuresBefore: number
  readonly retry: PayloadRetry
}

/** The channel is taken for broken: what fails with it is not the item's fault. */
export interface Outage {
  /** When the next probe may start, wall ms. */
  readonly probeAtMs: number
  /** Start of the first call of the item that an outage made fail, wall ms: this one's or an earlier one's. */
  readonly firstCallAtMs: number
}

/** The retry settings of a channel and a job together. */
export interface RetryPolicy {
  readonly retry: RetryConfig
  /** The action after the last attempt. */
  readonly onExhausted: 'fail' | 'park'
}

/** The decision on a call. */
export interface Judgement {
  readonly verdict: 'failed' | 'retry' | 'throttled' | 'parked'
  /** Earliest next call, wall ms; since when it is parked; 0 when failed. */
  readonly retryAtMs: number
  /** Calls so far that do not count as attempts, this one included. */
  readonly throttled: number
}

/** How often an item may be deferred without its calls counting as attempts: beyond it the channel is not busy but closed to it. */
export const MAX_THROTTLED = 20
/** How long calls that fail because of an outage do not count as attempts. */
export const MAX_OUTAGE_MS = 24 * 3600 * 1000

const RETRYABLE_CODES = new Set([
  'payload_unavailable',
  'timeout',
  'connection_failed',
  'token_request_failed',
  'invalid_answer',
  'thrown',
  'retry_later',
])
const RETRYABLE_STATUS = new Set([408, 425, 429])
/** Errors of an item that no later call can mend. */
const PERMANENT_CODES = new Set([
  'worker_crashed',
  'invalid_item',
  'item_schema_mismatch',
  'request_not_made',
  'payload_not_found',
  'payload_invalid',
])
const OUTAGE_CODES = new Set(['timeout', 'connection_failed', 'token_request_failed'])

/** Whether a failed call says that the channel is out of order, rather than that it refuses the item. */
export function isOutage(code: string, httpStatus: number): boolean {
  return OUTAGE_CODES.has(code) || httpStatus >= 500
}

/** Whether no later call can mend an error with this code. */
export function isPermanent(code: string): boolean {
  return PERMANENT_CODES.has(code)
}

/**
 * Decides what follows a call that did not succeed (RTY-1: pure, the same facts give the same verdict).
 *
 * In this order: 429 or 503 with `Retry-After`, and `RetryLater` of a module, is a wait that does not count as an attempt, up to 20 times; an error that no call can mend fails
 * (a rule may park it); the first matching rule, the job's before the channel's; what the connector said; the defaults (network errors,
 * time-outs, 408, 425, 429 and 5xx retry, other 4xx fail). A retry of a call that failed with its channel, while the circuit
 * is not closed, does not count as an attempt for 24 h. A retry beyond `maxAttempts` fails, or parks if the job says so. A retry is never
 * earlier than `Retry-After` (RTY-3). A payload that could not be resolved is judged alike, but does not count as one: its own `maxAttempts` and
 * backoff bound it, and the circuit is not asked.
 * @param random uniform in [0, 1): full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015)
 */
export function judgeFailedCall(
  policy: RetryPolicy,
  call: FailedCall,
  time: { nowMs: number; random: number },
): Judgement {
  const throttled = call.throttledBefore
  if (isThrottle(call) && throttled - call.outageAttemptsBefore < MAX_THROTTLED) {
    return { verdict: 'throttled', retryAtMs: Math.max(call.retryAfterMs, time.nowMs), throttled: throttled + 1 }
  }
  const then = decide(policy.retry, call)
  if (then === 'fail') return { verdict: 'failed', retryAtMs: 0, throttled }
  if (then === 'park') return { verdict: 'parked', retryAtMs: time.nowMs, throttled }
  if (call.unresolved !== null) return judgeUnresolved(policy, { call, ...call.unresolved }, time)
  if (isWithinOutage(call, time.nowMs)) {
    const retryAtMs = Math.max(call.outage!.probeAtMs, call.retryAfterMs, time.nowMs)
    return { verdict: 'throttled', retryAtMs, throttled: throttled + 1 }
  }
  const used = call.attempt - throttled
  if (used >= policy.retry.maxAttempts) {
    if (policy.onExhausted === 'park') return { verdict: 'parked', retryAtMs: time.nowMs, throttled }
    return { verdict: 'failed', retryAtMs: 0, throttled }
  }
  const delayMs = delayAfter(policy.retry, { used, random: time.random })
  return { verdict: 'retry', retryAtMs: Math.max(time.nowMs + delayMs, call.retryAfterMs), throttled }
}

/** The wait after the n-th used attempt: one of a fixed table and up to 10 % more, or a backoff with full jitter. */
function delayAfter(
  { delaysMs, backoff }: RetryConfig,
  { used, random }: { readonly used: number; readonly random: number },
): number {
  if (delaysMs === undefined) return backoffLimitMs(backoff, used) * random
  return (delaysMs[used - 1] ?? delaysMs.at(-1) ?? 0) * (1 + random / 10)
}

function judgeUnresolved(
  { onExhausted }: RetryPolicy,
  { call, failuresBefore, retry }: UnresolvedPayload & { readonly call: FailedCall },
  { nowMs, random }: { nowMs: number; random: number },
): Judgement {
  const throttled = call.throttledBefore
  const failures = failuresBefore + 1
  if (failures >= retry.maxAttempts) {
    if (onExhausted === 'park') return { verdict: 'parked', retryAtMs: nowMs, throttled }
    return { verdict: 'failed', retryAtMs: 0, throttled }
  }
  const backoffMs = backoffLimitMs(retry.backoff, failures) * random
  return { verdict: 'throttled', retryAtMs: Math.max(nowMs + backoffMs, call.retryAfterMs), throttled: throttled + 1 }
}

/** The settings of a job over those of its channel, its rules before the channel's. */
export function effectiveRetry(channel: RetryConfig, job: JobRetry | null): RetryConfig {
  if (job === null) return channel
  return {
    maxAttempts: job.maxAttempts ?? channel.maxAttempts,
    backoff: { ...channel.backoff, ...job.backoff },
    ...(channel.delaysMs !== undefined && job.backoff === undefined && { delaysMs: channel.delaysMs }),
    rules: job.rules === undefined ? channel.rules : [...job.rules, ...channel.rules],
  }
}

/** The upper end of the wait after the n-th used attempt: `initialMs * factor^(n - 1)`, at most `maxMs`. */
export function backoffLimitMs(backoff: BackoffConfig, attemptsUsed: number): number {
  return Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** (attemptsUsed - 1))
}

/** Whether the answer asks to be called later: it is no failure of the item. */
export function isThrottle(call: Pick<FailedCall, 'retryLater' | 'retryAfterMs' | 'httpStatus'>): boolean {
  return call.retryLater || (call.retryAfterMs > 0 && (call.httpStatus === 429 || call.httpStatus === 503))
}

/** The call failed with its channel, and not for too long. */
function isWithinOutage(call: FailedCall, nowMs: number): boolean {
  if (call.outage === null || !isOutage(call.code, call.httpStatus)) return false
  return nowMs - call.outage.firstCallAtMs < MAX_OUTAGE_MS
}

function decide(retry: RetryConfig, call: FailedCall): RetryRule['then'] {
  const rule = retry.rules.find((one) => matches(one, call))
  if (isPermanent(call.code)) return rule?.then === 'park' ? 'park' : 'fail'
  if (rule !== undefined) return rule.then
  return isRetryable(call) ? 'retry' : 'fail'
}

function matches(rule: RetryRule, call: FailedCall): boolean {
  if (rule.code?.includes(call.code) === true) return true
  return rule.status?.some((status) => isStatus(status, call.httpStatus)) === true
}

function isStatus(wanted: StatusMatch, status: number): boolean {
  if (typeof wanted === 'number') return wanted === status
  if (typeof wanted === 'string') return Math.floor(status / 100) === Number(wanted[0])
  return wanted[0] <= status && status <= wanted[1]
}

/** Whether a later call may succeed, without a rule that says otherwise. */
export function isRetryable(call: Pick<FailedCall, 'retryable' | 'httpStatus' | 'code'>): boolean {
  if (isPermanent(call.code)) return false
  if (call.retryable !== null) return call.retryable
  if (call.httpStatus >= 200)
    return call.httpStatus >= 500 || RETRYABLE_STATUS.has(call.httpStatus) || RETRYABLE_CODES.has(call.code)
  return RETRYABLE_CODES.has(call.code)
}
