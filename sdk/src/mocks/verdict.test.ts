import { describe, expect, it } from 'vitest'
import { limits } from './limits.ts'
import { type CallAnswer, judge } from './verdict.ts'

const policy = {
  retry: limits.channelDefaults.retry,
  maxRetryAfterMs: 3_600_000,
  jobRetry: null,
  onExhausted: 'fail',
} as const
const time = { nowMs: 1000, random: 0.5 }

function answer(status: number | null, more: Partial<CallAnswer> = {}): CallAnswer {
  const code = `http_${status}`
  return { status, code, detail: null, retryable: null, retryAfterSeconds: 0, result: null, durationMs: 0, ...more }
}

describe('judge', () => {
  it.each([
    [400, 'failed'],
    [408, 'retry'],
    [422, 'failed'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('takes %s for %s', (status, verdict) => {
    const item = { attempts: 1, excused: 0, excusedByDecision: 0 }
    expect(judge(policy, { answer: answer(status), item }, time)).toMatchObject({ verdict })
  })

  it('goes by what the connector said, and by rules before that', () => {
    const item = { attempts: 1, excused: 0, excusedByDecision: 0 }
    const refused = answer(422, { retryable: true })
    expect(judge(policy, { answer: refused, item }, time).verdict).toBe('retry')
    const jobRetry = { rules: [{ status: ['420-429'], then: 'park' as const }] }
    expect(judge({ ...policy, jobRetry }, { answer: refused, item }, time).verdict).toBe('parked')
    const byClass = { rules: [{ status: ['5xx', '4xx'], then: 'park' as const }] }
    expect(judge({ ...policy, jobRetry: byClass }, { answer: refused, item }, time).verdict).toBe('parked')
    expect(judge({ ...policy, jobRetry: byClass }, { answer: answer(302), item }, time).verdict).toBe('failed')
    expect(judge({ ...policy, jobRetry: byClass }, { answer: answer(null), item }, time).verdict).toBe('failed')
    const byCode = { rules: [{ code: ['http_422'], then: 'fail' as const }] }
    expect(judge({ ...policy, jobRetry: byCode }, { answer: refused, item }, time).verdict).toBe('failed')
  })

  it('waits longer each time, with full jitter, and never less than Retry-After', () => {
    const at = (attempts: number, more = {}) =>
      judge(policy, { answer: answer(500, more), item: { attempts, excused: 0, excusedByDecision: 0 } }, time).retryAtMs
    expect([at(1), at(2), at(3)]).toEqual([1500, 2000, 3000])
    expect(at(1, { retryAfterSeconds: 60 })).toBe(61_000)
  })

  it('gives up after maxAttempts, or parks', () => {
    const call = { answer: answer(500), item: { attempts: 8, excused: 0, excusedByDecision: 0 } }
    expect(judge(policy, call, time).verdict).toBe('failed')
    expect(judge({ ...policy, onExhausted: 'park' }, call, time).verdict).toBe('parked')
    expect(judge({ ...policy, jobRetry: { maxAttempts: 9 } }, call, time).verdict).toBe('retry')
    expect(judge(policy, { ...call, item: { attempts: 8, excused: 1, excusedByDecision: 0 } }, time).verdict).toBe('retry')
  })

  it('does not count a call that was told to come later, up to 20 of them', () => {
    const told = answer(429, { retryAfterSeconds: 2 })
    const throttled = judge(policy, { answer: told, item: { attempts: 5, excused: 4, excusedByDecision: 0 } }, time)
    expect(throttled).toEqual({ verdict: 'throttled', retryAtMs: 3000 })
    expect(judge(policy, { answer: told, item: { attempts: 21, excused: 20, excusedByDecision: 0 } }, time).verdict).toBe('retry')
  })
})
