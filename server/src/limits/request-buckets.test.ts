import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { RequestBuckets } from './request-buckets.ts'

const rate = { perMinute: 60, burst: 3 }

function world(maxBuckets = 10) {
  const clock = new FakeClock()
  return { clock, buckets: new RequestBuckets({ clock, maxBuckets }) }
}

describe('RequestBuckets', () => {
  it('lets a burst through, then as many as the rate allows, and says when the next one may come', () => {
    const { clock, buckets } = world()
    expect([1, 2, 3].map(() => buckets.take('a', rate).left)).toEqual([2, 1, 0])
    expect(buckets.take('a', rate)).toEqual({ admitted: false, left: 0, waitSeconds: 1 })
    clock.advance(400)
    expect(buckets.take('a', rate)).toMatchObject({ admitted: false, waitSeconds: expect.closeTo(0.6) as number })
    clock.advance(601)
    expect(buckets.take('a', rate)).toMatchObject({ admitted: true, left: 0 })
    clock.advance(60_000)
    expect(buckets.take('a', rate)).toEqual({ admitted: true, left: 2, waitSeconds: 0 })
  })

  it('refuses one name and no other', () => {
    const { buckets } = world()
    for (let n = 0; n < 100; n++) buckets.take('flood', rate)
    expect(buckets.take('flood', rate).admitted).toBe(false)
    expect(buckets.take('other', rate)).toEqual({ admitted: true, left: 2, waitSeconds: 0 })
  })

  it('takes over another rate at once', () => {
    const { clock, buckets } = world()
    for (let n = 0; n < 4; n++) buckets.take('a', rate)
    clock.advance(10)
    expect(buckets.take('a', { perMinute: 60_000, burst: 5 })).toMatchObject({ admitted: true, left: 4 })
    expect(buckets.take('a', { perMinute: 1, burst: 1 })).toMatchObject({ admitted: true, left: 0 })
  })

  it('keeps those that were used last', () => {
    const { buckets } = world(2)
    for (let n = 0; n < 3; n++) buckets.take('a', rate)
    buckets.take('b', rate)
    buckets.take('a', rate)
    buckets.take('c', rate)
    expect(buckets.size).toBe(2)
    expect(buckets.take('a', rate).admitted).toBe(false)
  })

  it('admits in every window at most what the rate allows, and the burst', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 200 }),
        (perMinute, burst, waits) => {
          const { clock, buckets } = world()
          const admittedAtMs: number[] = []
          for (const waitMs of waits) {
            clock.advance(waitMs)
            if (buckets.take('a', { perMinute, burst }).admitted) admittedAtMs.push(clock.nowMs())
          }
          for (const [n, fromMs] of admittedAtMs.entries()) {
            const last = admittedAtMs.length - 1
            const windowMs = admittedAtMs[last]! - fromMs
            expect(last - n + 1).toBeLessThanOrEqual(burst + (windowMs * perMinute) / 60_000 + 1e-6)
          }
        },
      ),
      { numRuns: 50 },
    )
  })
})
