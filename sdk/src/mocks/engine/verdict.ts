import type { JobRetry as SpecJobRetry, RetryConfig as SpecRetryConfig } from '@waybill/spec'
import {
  effectiveRetry,
  isRetryable,
  isThrottle,
  type Judgement,
  judgeFailedCall,
  type JobRetry,
  readRules,
} from '@waybill/spec/rules'
import { limits } from './limits.ts'

/** The response to a call. */
export interface CallAnswer {
  /** HTTP status; null when there was none. */
  readonly status: number | null
  /** Null: it succeeded. */
  readonly code: string | null
  readonly detail: string | null
  /** The connector's own statement; null: none. */
  readonly retryable: boolean | null
  readonly retryAfterSeconds: number
  readonly result: unknown
  readonly durationMs: number
}

/** The settings that apply to an item, as its channel and its job have them. */
export interface MockPolicy {
  readonly retry: SpecRetryConfig
  readonly maxRetryAfterMs: number
  readonly jobRetry: SpecJobRetry | null
  readonly onExhausted: 'fail' | 'park'
}

/** The calls of an item so far, the one that failed included. */
export interface CalledSoFar {
  readonly attempts: number
  readonly uncountedAttempts: number
  readonly uncountedByDecision: number
}

/** Judges a failed call by the rules of the contract; a mock has no circuit. */
export function judge(
  policy: MockPolicy,
  { answer, item }: { readonly answer: CallAnswer; readonly item: CalledSoFar },
  time: { readonly nowMs: number; readonly random: number },
): Judgement {
  const retry = effectiveRetry(complete(policy.retry), policy.jobRetry === null ? null : jobRetry(policy.jobRetry))
  const waitMs = Math.min(answer.retryAfterSeconds * 1000, policy.maxRetryAfterMs)
  const call = {
    ...factsOf(answer),
    attempt: item.attempts,
    throttledBefore: item.uncountedAttempts,
    outageAttemptsBefore: item.uncountedByDecision,
    retryAfterMs: waitMs === 0 ? 0 : time.nowMs + waitMs,
    outage: null,
    unresolved: null,
  }
  return judgeFailedCall({ retry, onExhausted: policy.onExhausted }, call, time)
}

/** Whether the answer makes the whole channel wait. */
export function holdsChannel(answer: CallAnswer): boolean {
  return isThrottle({ ...factsOf(answer), retryAfterMs: answer.retryAfterSeconds })
}

/** Whether a later call may succeed where this one failed. */
export function mayBeRetried(answer: CallAnswer): boolean {
  return isRetryable(factsOf(answer))
}

function factsOf({ code, status, retryable }: CallAnswer) {
  return { code: code ?? '', httpStatus: status ?? 0, retryable, retryLater: false }
}

function complete({ maxAttempts, backoff, rules = [] }: SpecRetryConfig) {
  const defaults = limits.channelDefaults.retry
  return {
    maxAttempts: maxAttempts ?? defaults.maxAttempts!,
    backoff: { ...(defaults.backoff as Required<NonNullable<SpecRetryConfig['backoff']>>), ...backoff },
    rules: readRules(rules),
  }
}

function jobRetry({ rules, ...retry }: SpecJobRetry): JobRetry {
  return rules === undefined ? retry : { ...(retry as JobRetry), rules: readRules(rules) }
}
