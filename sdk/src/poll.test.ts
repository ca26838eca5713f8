import { describe, expect, it } from 'vitest'
import { nextPollDelay, pollBackoff } from './poll.ts'
import { maxDelayMs } from './sleep.ts'

const nowMs = Date.parse('2026-01-15T08:00:00Z')

describe('nextPollDelay', () => {
  it('begins with half a second and grows by a quarter up to 30 s', () => {
    const delays = [0, 1, 2, 50].map((attempt) => nextPollDelay({ backoff: pollBackoff, attempt }, null, nowMs, 0.5))
    expect(delays).toEqual([500, 625, 781.25, 30_000])
  })

  it.each([0, 0.5, 0.999])('sees a job of 10 s end within 5 s, whatever chance gives (%d)', (random) => {
    // Azure/azure-sdk-for-python#45432: 33 s for a job of 10 s.
    let atMs = 0
    for (let attempt = 0; atMs < 10_000; attempt++) {
      atMs += nextPollDelay({ backoff: pollBackoff, attempt }, null, nowMs, random)
    }
    expect(atMs).toBeLessThan(15_000)
  })

  it('never undercuts a Retry-After, in seconds or as a date, below or above a minute', () => {
    for (const [retryAfter, expectedMs] of [
      ['7', 7_000],
      ['90', 90_000],
      ['Thu, 15 Jan 2026 08:00:20 GMT', 20_000],
    ] as const) {
      expect(nextPollDelay({ backoff: pollBackoff, attempt: 0 }, retryAfter, nowMs, 0)).toBe(expectedMs)
    }
    expect(nextPollDelay({ backoff: pollBackoff, attempt: 0 }, '0', nowMs, 0.5)).toBe(500)
  })

  it('clamps what a timer cannot take', () => {
    // Azure/azure-sdk-for-js#39793: a huge Retry-After fired after 1 ms.
    expect(nextPollDelay({ backoff: pollBackoff, attempt: 0 }, '99999999999', nowMs, 0.5)).toBe(maxDelayMs)
    const endless = { ...pollBackoff, maxMs: Number.POSITIVE_INFINITY }
    expect(nextPollDelay({ backoff: endless, attempt: 10_000 }, null, nowMs, 0.5)).toBe(maxDelayMs)
  })
})
