import type { JobRetry, RetryConfig, RetryRule } from '@waybill/spec'
import { limits } from './limits.ts'

/** What a call was answered with. */
export interface CallAnswer {
  /** HTTP status; null when there was none. */
  readonly status: number | null
  /** Null: it succeeded. */
  readonly code: string | null
  readonly detail: string | null
  /** What the connector itself said; null: nothing. */
  readonly retryable: boolean | null
  readonly retryAfterSeconds: number
  readonly result: unknown
  readonly durationMs: number
}

export interface Judgement {
  readonly verdict: 'failed' | 'retry' | 'throttled' | 'parked'
  readonly retryAtMs: number
}

interface FailedItem {
  readonly attempts: number
  readonly excused: number
  readonly excusedByDecision: number
}

/** How often "come later" uses up no attempt. */
const MAX_THROTTLED = 20
/** What no later call can mend. */
const PERMANENT_CODES = new Set(['worker_crashed', 'invalid_item'])
const PASSING_CODES = new Set(['timeout', 'connection_failed', 'token_request_failed', 'invalid_answer', 'thrown'])

/** What follows a call that did not succeed: the rules of the reference server, without its circuit. */
export function judge(
  policy: {
    readonly retry: RetryConfig
    readonly maxRetryAfterMs: number
    readonly jobRetry: JobRetry | null
    readonly onExhausted: 'fail' | 'park'
  },
  call: { readonly answer: CallAnswer; readonly item: FailedItem },
  time: { readonly nowMs: number; readonly random: number },
): Judgement {
  const { answer, item } = call
  const retryAfterMs =
    answer.retryAfterSeconds === 0 ? 0 : time.nowMs + Math.min(answer.retryAfterSeconds * 1000, policy.maxRetryAfterMs)
  if (isThrottle(answer) && item.excused - item.excusedByDecision < MAX_THROTTLED) return { verdict: 'throttled', retryAtMs: retryAfterMs }
  const then = decide([...(policy.jobRetry?.rules ?? []), ...(policy.retry.rules ?? [])], answer)
  if (then === 'fail') return { verdict: 'failed', retryAtMs: 0 }
  if (then === 'park') return { verdict: 'parked', retryAtMs: 0 }
  const used = item.attempts - item.excused
  const defaults = limits.channelDefaults.retry
  if (used >= (policy.jobRetry?.maxAttempts ?? policy.retry.maxAttempts ?? defaults.maxAttempts!))
    return { verdict: policy.onExhausted === 'park' ? 'parked' : 'failed', retryAtMs: 0 }
  const backoff = { ...(defaults.backoff as Backoff), ...policy.retry.backoff, ...policy.jobRetry?.backoff }
  const limitMs = Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** (used - 1))
  return { verdict: 'retry', retryAtMs: Math.max(time.nowMs + limitMs * time.random, retryAfterMs) }
}

interface Backoff {
  readonly initialMs: number
  readonly factor: number
  readonly maxMs: number
}

/** Whether the answer tells the whole channel to wait. */
export function isThrottle({ status, retryAfterSeconds }: CallAnswer): boolean {
  return retryAfterSeconds > 0 && (status === 429 || status === 503)
}

/** Whether a later call may succeed where this one failed. */
export function isPassing({ status, code, retryable }: CallAnswer): boolean {
  if (PERMANENT_CODES.has(code ?? '')) return false
  if (retryable !== null) return retryable
  return PASSING_CODES.has(code ?? '') || (status !== null && (status >= 500 || [408, 425, 429].includes(status)))
}

function decide(rules: readonly RetryRule[], answer: CallAnswer): RetryRule['then'] {
  const rule = rules.find((one) => matches(one, answer))
  if (PERMANENT_CODES.has(answer.code ?? '')) return rule?.then === 'park' ? 'park' : 'fail'
  return rule?.then ?? (isPassing(answer) ? 'retry' : 'fail')
}

function matches({ status, code }: RetryRule, answer: CallAnswer): boolean {
  if (code?.includes(answer.code ?? '') === true) return true
  return status?.some((wanted) => isInRange(wanted, answer.status)) === true
}

function isInRange(wanted: number | string, status: number | null): boolean {
  if (status === null) return false
  if (typeof wanted === 'string' && wanted.endsWith('xx')) return wanted[0] === String(status)[0]
  const [from = 0, to = from] = String(wanted).split('-').map(Number)
  return from <= status && status <= to
}
