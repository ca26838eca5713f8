import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  backoffLimitMs,
  effectiveRetry,
  type FailedCall,
  judgeFailedCall,
  MAX_OUTAGE_MS,
  MAX_THROTTLED,
  type RetryConfig,
} from './retry-verdict.ts'

const defaultRetry: RetryConfig = { maxAttempts: 8, backoff: { initialMs: 1000, factor: 2, maxMs: 300_000 }, rules: [] }

const NOW = 1_800_000_000_000

function call(over: Partial<FailedCall> = {}): FailedCall {
  return {
    code: 'http_503',
    httpStatus: 503,
    attempt: 1,
    throttledBefore: 0,
    outageAttemptsBefore: 0,
    retryAfterMs: 0,
    retryLater: false,
    retryable: null,
    outage: null,
    unresolved: null,
    ...over,
  }
}

function judge(over: Partial<FailedCall> = {}, retry = defaultRetry, random = 0.5) {
  return judgeFailedCall({ retry, onExhausted: 'fail' }, call(over), { nowMs: NOW, random })
}

describe('judgeFailedCall', () => {
  test.each([
    ['http_408', 408, 'retry'],
    ['http_425', 425, 'retry'],
    ['http_429', 429, 'retry'],
    ['http_500', 500, 'retry'],
    ['http_503', 503, 'retry'],
    ['http_599', 599, 'retry'],
    ['http_400', 400, 'failed'],
    ['http_404', 404, 'failed'],
    ['http_409', 409, 'failed'],
    ['http_422', 422, 'failed'],
    ['http_301', 301, 'failed'],
    ['timeout', 0, 'retry'],
    ['connection_failed', 0, 'retry'],
    ['thrown', 0, 'retry'],
    ['invalid_answer', 200, 'retry'],
    ['worker_crashed', 0, 'failed'],
    ['invalid_item', 0, 'failed'],
    ['request_not_made', 0, 'failed'],
    ['item_schema_mismatch', 0, 'failed'],
    ['payload_not_found', 404, 'failed'],
    ['payload_invalid', 200, 'failed'],
    ['no_such_code', 0, 'failed'],
  ] as const)('judges %s with status %d as %s by default', (code, httpStatus, verdict) => {
    expect(judge({ code, httpStatus }).verdict).toBe(verdict)
  })

  test('follows the first rule that matches, before what the connector said', () => {
    const retry = {
      ...defaultRetry,
      rules: [
        { status: [409], then: 'retry' as const },
        { status: [409, 503], then: 'fail' as const },
        { code: ['stock_locked'], then: 'retry' as const },
      ],
    }
    expect(judge({ code: 'http_409', httpStatus: 409, retryable: false }, retry).verdict).toBe('retry')
    expect(judge({ code: 'http_503', httpStatus: 503, retryable: true }, retry).verdict).toBe('failed')
    expect(judge({ code: 'stock_locked', httpStatus: 200 }, retry).verdict).toBe('retry')
  })

  test('follows what the connector said before the defaults', () => {
    expect(judge({ retryable: false }).verdict).toBe('failed')
    expect(judge({ code: 'price_missing', httpStatus: 200, retryable: true }).verdict).toBe('retry')
  })

  test('RTY-2 fails when maxAttempts are used up, throttled calls not counted', () => {
    expect(judge({ attempt: 7 }).verdict).toBe('retry')
    expect(judge({ attempt: 8 }).verdict).toBe('failed')
    expect(judge({ attempt: 10, throttledBefore: 3 }).verdict).toBe('retry')
    expect(judge({ attempt: 11, throttledBefore: 3 }).verdict).toBe('failed')
  })

  test('does not count an attempt for 429 and 503 with Retry-After, up to the bound', () => {
    const retryAfterMs = NOW + 30_000
    expect(judge({ httpStatus: 429, code: 'http_429', retryAfterMs, attempt: 8 })).toEqual({
      verdict: 'throttled',
      retryAtMs: retryAfterMs,
      throttled: 1,
    })
    expect(judge({ retryAfterMs, throttledBefore: MAX_THROTTLED, attempt: 21 }).verdict).toBe('retry')
    expect(judge({ httpStatus: 500, code: 'http_500', retryAfterMs }).verdict).toBe('retry')
  })

  test('takes RetryLater of a module as a Retry-After, before any rule, up to the bound', () => {
    const later = { code: 'retry_later', httpStatus: 0, retryAfterMs: NOW + 5000, retryLater: true, retryable: true }
    const rules = { ...defaultRetry, rules: [{ code: ['retry_later', 'busy'], then: 'fail' as const }] }
    const expected = { verdict: 'throttled', retryAtMs: NOW + 5000, throttled: 1 }
    expect(judge({ ...later, attempt: 8 }, rules)).toEqual(expected)
    expect(judge({ ...later, code: 'busy' }, rules)).toEqual(expected)
    const often = { ...later, throttledBefore: MAX_THROTTLED, attempt: 21 }
    expect(judge(often).verdict).toBe('retry')
    expect(judge(often, rules).verdict).toBe('failed')
  })

  describe('of an item whose payload could not be resolved', () => {
    const payloadRetry = { maxAttempts: 3, backoff: { initialMs: 100, factor: 10, maxMs: 500 } }
    const unresolved = (failuresBefore: number) => ({
      ...{ code: 'payload_unavailable', httpStatus: 500 },
      unresolved: { failuresBefore, retry: payloadRetry },
    })

    test('does not count as an attempt, and ends by the bound of the payload', () => {
      const again = { verdict: 'throttled', throttled: 6 }
      expect(judge({ ...unresolved(0), attempt: 8, throttledBefore: 5 })).toEqual({ ...again, retryAtMs: NOW + 50 })
      expect(judge({ ...unresolved(1), attempt: 8, throttledBefore: 5 })).toEqual({ ...again, retryAtMs: NOW + 250 })
      const last = { ...unresolved(2), attempt: 8, throttledBefore: 5 }
      expect(judge(last)).toEqual({ verdict: 'failed', retryAtMs: 0, throttled: 5 })
      const park = { retry: defaultRetry, onExhausted: 'park' } as const
      const parked = judgeFailedCall(park, call(last), { nowMs: NOW, random: 0.5 })
      expect(parked).toEqual({ verdict: 'parked', retryAtMs: NOW, throttled: 5 })
    })

    test('follows the rules of the channel, and what no later request can mend', () => {
      const retry = { ...defaultRetry, rules: [{ status: [500], then: 'park' as const }] }
      expect(judge(unresolved(0), retry).verdict).toBe('parked')
      expect(judge({ ...unresolved(0), httpStatus: 403, retryable: false }).verdict).toBe('failed')
      expect(judge({ ...unresolved(0), httpStatus: 404, code: 'payload_not_found' }).verdict).toBe('failed')
    })

    test('waits for a Retry-After beside that bound, and asks no circuit', () => {
      const retryAfterMs = NOW + 30_000
      const wait = judge({
        ...unresolved(2),
        httpStatus: 429,
        retryAfterMs,
        throttledBefore: 2,
        outageAttemptsBefore: 2,
      })
      expect(wait).toEqual({ verdict: 'throttled', retryAtMs: retryAfterMs, throttled: 3 })
      const outage = { probeAtMs: NOW + 20_000, firstCallAtMs: NOW }
      expect(judge({ ...unresolved(2), outage }).verdict).toBe('failed')
    })
  })

  test('matches classes of statuses', () => {
    const retry = {
      ...defaultRetry,
      rules: [
        { status: ['5xx'] as const, then: 'park' as const },
        { status: ['4xx', 302] as const, then: 'retry' as const },
      ],
    }
    const verdicts = [302, 399, 400, 422, 499, 500, 599, 0].map(
      (status) => judge({ code: '', httpStatus: status }, retry).verdict,
    )
    const [parked, failed, again] = ['parked', 'failed', 'retry'] as const
    expect(verdicts).toEqual([again, failed, again, again, again, parked, parked, failed])
  })

  test('matches ranges, both ends included, and parks by rule', () => {
    const retry = {
      ...defaultRetry,
      rules: [
        { status: [401, [500, 502] as const], then: 'park' as const },
        { code: ['worker_crashed', 'price_missing'], then: 'park' as const },
        { code: ['invalid_item'], then: 'retry' as const },
      ],
    }
    const verdicts = [401, 499, 500, 502, 503].map((status) => judge({ code: '', httpStatus: status }, retry).verdict)
    const [parked, failed, again] = ['parked', 'failed', 'retry'] as const
    expect(verdicts).toEqual([parked, failed, parked, parked, again])
    expect(judge({ code: 'price_missing', httpStatus: 200 }, retry).verdict).toBe(parked)
    expect(judge({ code: 'worker_crashed', httpStatus: 0 }, retry).verdict).toBe(parked)
    expect(judge({ code: 'invalid_item', httpStatus: 0 }, retry).verdict).toBe(failed)
  })

  test('parks after the last attempt when the job says so, but not what no attempt can mend', () => {
    const park = (over: Partial<FailedCall>) =>
      judgeFailedCall({ retry: defaultRetry, onExhausted: 'park' }, call(over), { nowMs: NOW, random: 0.5 })
    expect(park({ attempt: 7 }).verdict).toBe('retry')
    expect(park({ attempt: 8 })).toEqual({ verdict: 'parked', retryAtMs: NOW, throttled: 0 })
    expect(park({ code: 'http_422', httpStatus: 422, attempt: 8 }).verdict).toBe('failed')
  })

  test('does not count an attempt while the circuit is not closed, for 24 h, and only for what failed with the channel', () => {
    const outage = { probeAtMs: NOW + 20_000, firstCallAtMs: NOW - 1000 }
    const throttled = { verdict: 'throttled', retryAtMs: NOW + 20_000, throttled: 4 }
    expect(judge({ attempt: 30, throttledBefore: 3, outage })).toEqual(throttled)
    expect(judge({ code: 'timeout', httpStatus: 0, throttledBefore: 3, outage })).toEqual(throttled)
    expect(judge({ code: 'thrown', httpStatus: 0, outage }).verdict).toBe('retry')
    expect(judge({ code: 'http_422', httpStatus: 422, outage }).verdict).toBe('failed')
    expect(judge({ outage: { ...outage, firstCallAtMs: NOW - MAX_OUTAGE_MS } }).verdict).toBe('retry')
    expect(judge({ attempt: 8, outage: { ...outage, firstCallAtMs: NOW - MAX_OUTAGE_MS } }).verdict).toBe('failed')
  })

  test('calls that an outage made fail do not count against the bound of Retry-After', () => {
    const retryAfterMs = NOW + 30_000
    const manyUncounted = { retryAfterMs, attempt: 30, outageAttemptsBefore: 5 }
    expect(judge({ ...manyUncounted, throttledBefore: MAX_THROTTLED + 4 }).verdict).toBe('throttled')
    expect(judge({ ...manyUncounted, throttledBefore: MAX_THROTTLED + 5 }).verdict).not.toBe('throttled')
  })

  test('RTY-1 gives the same judgement for the same facts; RTY-3 never earlier than Retry-After', () => {
    const facts = fc.record({
      code: fc.constantFrom('http_429', 'http_503', 'http_500', 'timeout', 'thrown', 'own'),
      httpStatus: fc.constantFrom(0, 200, 400, 429, 500, 503),
      attempt: fc.integer({ min: 1, max: 60 }),
      throttledBefore: fc.integer({ min: 0, max: 25 }),
      outageAttemptsBefore: fc.constantFrom(0, 2),
      retryAfterMs: fc.constantFrom(0, NOW - 1000, NOW + 1, NOW + 90_000_000),
      retryLater: fc.boolean(),
      retryable: fc.constantFrom(null, true, false),
      outage: fc.constantFrom(null, { probeAtMs: NOW + 20_000, firstCallAtMs: NOW - 50_000 }),
      unresolved: fc.constantFrom(null, { failuresBefore: 3, retry: defaultRetry }),
    })
    const random = fc.double({ min: 0, max: 0.999, noNaN: true })
    fc.assert(
      fc.property(facts, random, fc.constantFrom('fail' as const, 'park' as const), (failed, random, onExhausted) => {
        const first = judgeFailedCall({ retry: defaultRetry, onExhausted }, failed, { nowMs: NOW, random })
        expect(judgeFailedCall({ retry: defaultRetry, onExhausted }, { ...failed }, { nowMs: NOW, random })).toEqual(
          first,
        )
        if (first.verdict === 'failed' || first.verdict === 'parked') return
        expect(first.retryAtMs).toBeGreaterThanOrEqual(Math.max(NOW, failed.retryAfterMs))
        if (failed.retryAfterMs <= NOW) expect(first.retryAtMs).toBeLessThanOrEqual(NOW + defaultRetry.backoff.maxMs)
      }),
    )
  })
})

test('backoffLimitMs grows by the factor and stops at maxMs', () => {
  expect([1, 2, 3, 9, 10, 50].map((n) => backoffLimitMs(defaultRetry.backoff, n))).toEqual([
    1000, 2000, 4000, 256_000, 300_000, 300_000,
  ])
})

test("effectiveRetry takes the job's word over the channel's, and its rules before the channel's", () => {
  const channel = { ...defaultRetry, rules: [{ status: [409], then: 'retry' as const }] }
  expect(effectiveRetry(channel, null)).toBe(channel)
  expect(
    effectiveRetry(channel, { maxAttempts: 2, backoff: { maxMs: 10 }, rules: [{ code: ['x'], then: 'park' }] }),
  ).toEqual({
    maxAttempts: 2,
    backoff: { ...defaultRetry.backoff, maxMs: 10 },
    rules: [
      { code: ['x'], then: 'park' },
      { status: [409], then: 'retry' },
    ],
  })
  expect(effectiveRetry(channel, { maxAttempts: 1 }).rules).toBe(channel.rules)
})

describe('a fixed schedule', () => {
  const retry: RetryConfig = { ...defaultRetry, maxAttempts: 4, delaysMs: [5000, 300_000] }

  test('waits as its table says, at most 10 % longer, and its last wait counts for all that follow', () => {
    const waits = [1, 2, 3].map((attempt) => judge({ attempt }, retry, 0).retryAtMs - NOW)
    expect(waits).toEqual([5000, 300_000, 300_000])
    expect(judge({ attempt: 1 }, retry, 0.999).retryAtMs - NOW).toBeCloseTo(5499.5)
    expect(judge({ attempt: 4 }, retry)).toMatchObject({ verdict: 'failed' })
  })

  test('is never before Retry-After, and a job with a backoff of its own replaces it', () => {
    expect(judge({ retryAfterMs: NOW + 60_000, httpStatus: 500 }, retry).retryAtMs).toBe(NOW + 60_000)
    expect(effectiveRetry(retry, { maxAttempts: 2 }).delaysMs).toEqual(retry.delaysMs)
    expect(effectiveRetry(retry, { backoff: { initialMs: 1 } }).delaysMs).toBeUndefined()
  })
})
