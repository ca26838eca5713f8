import fc from 'fast-check'
import { expect, it } from 'vitest'
import { backoffDelay } from './backoff.ts'
import { maxDelayMs } from './sleep.ts'

const backoff = { initialMs: 500, factor: 1.25, maxMs: 30_000, jitter: 0.2 }

it('backoffDelay grows by the factor up to the maximum', () => {
  const delays = [0, 1, 2, 30].map((attempt) => backoffDelay(backoff, attempt, 0.5))
  expect(delays).toEqual([500, 625, 781.25, 30_000])
})

it('backoffDelay moves by no more than the jitter, never below its floor, never past what a timer can take', () => {
  fc.assert(
    fc.property(
      fc.nat(100_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.double({ min: 0, max: 1e15, noNaN: true }),
      (attempt, random, floorMs) => {
        const plainMs = Math.min(500 * 1.25 ** attempt, 30_000)
        const delayMs = backoffDelay(backoff, attempt, random, floorMs)
        expect(delayMs).toBeGreaterThanOrEqual(Math.min(Math.max(plainMs * 0.8, floorMs), maxDelayMs))
        expect(delayMs).toBeLessThanOrEqual(Math.min(Math.max(plainMs * 1.2, floorMs), maxDelayMs))
      },
    ),
  )
})
