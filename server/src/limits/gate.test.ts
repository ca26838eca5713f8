import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RateLimitConfig } from '../model/channel.ts'
import { Gate } from './gate.ts'
import { firstExcess } from './testing/fake-rate-log.ts'

function limit(unitUs: number, burst: number): RateLimitConfig {
  // Whole microseconds per unit: the reference then counts exactly.
  return { limit: 1000, periodMs: unitUs, burst, unit: 'calls' }
}

function gate(unitUs: number, burst: number): Gate {
  const made = new Gate()
  made.configure(limit(unitUs, burst), 0)
  return made
}

/** Admits by looking at every unit admitted so far: each window that ends now must stay within its rate. */
class NaiveGate {
  readonly log: number[] = []
  readonly #unitUs: number
  readonly #burst: number

  constructor(unitUs: number, burst: number) {
    this.#unitUs = unitUs
    this.#burst = burst
  }

  tryTake(cost: number, nowUs: number): boolean {
    const { log } = this
    const fits = log.every((at, n) => log.length - n + cost <= (nowUs - at) / this.#unitUs + this.#burst)
    if (!fits || cost > this.#burst) return false
    for (let n = 0; n < cost; n++) log.push(nowUs)
    return true
  }
}

const steps = fc.array(
  fc.record({
    passUs: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 3000 }) },
      { weight: 1, arbitrary: fc.constant(1e12) },
    ),
    cost: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 120 },
)

describe('Gate', () => {
  test('RAT-1: admits what a log of all starts admits, and never refuses it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 6 }), steps, (unitUs, burst, plan) => {
        const subject = gate(unitUs, burst)
        const naive = new NaiveGate(unitUs, burst)
        let nowUs = 5_000_000
        for (const { passUs, cost } of plan) {
          nowUs += passUs
          expect(subject.tryTake(cost, nowUs) === 0).toBe(naive.tryTake(cost, nowUs))
        }
        expect(subject.takenUnits).toBe(naive.log.length)
        expect(firstExcess(naive.log, { unitUs, burst })).toBeNull()
      }),
    )
  })

  test('RAT-1: no window holds more when the clock jumps to and fro', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5000, max: 5000 }), { maxLength: 200 }), (jumps) => {
        const subject = gate(100, 3)
        const log: number[] = []
        let nowUs = 1_000_000
        for (const jumpUs of jumps) {
          nowUs += jumpUs
          if (subject.tryTake(1, nowUs) === 0) log.push(nowUs)
        }
        expect(
          firstExcess(
            log.sort((a, b) => a - b),
            { unitUs: 100, burst: 3 },
          ),
        ).toBeNull()
      }),
    )
  })

  test('RAT-1: several threads at one gate take together what one may', async () => {
    const unitUs = 500
    const subject = gate(unitUs, 7)
    const logs = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise<Float64Array>((resolve, reject) => {
            const worker = new Worker(new URL('./testing/gate-hammer.fixture.ts', import.meta.url), {
              workerData: { shared: subject.shared, forMs: 60 },
            })
            worker.once('message', resolve)
            worker.once('error', reject)
          }),
      ),
    )
    const log = logs.flatMap((times) => [...times]).sort((a, b) => a - b)
    expect(log.length).toBeGreaterThanOrEqual(7)
    expect(subject.takenUnits).toBe(log.length)
    expect(firstExcess(log, { unitUs, burst: 7 })).toBeNull()
  })

  test('says how long to wait, and admits then and not before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 4 }), steps, (unitUs, burst, plan) => {
        const subject = gate(unitUs, burst)
        let nowUs = 0
        for (const { passUs, cost } of plan) {
          nowUs += passUs
          const waitUs = subject.tryTake(cost, nowUs)
          if (waitUs === 0) continue
          if (cost > burst) {
            expect(waitUs).toBe(Infinity)
            continue
          }
          expect(subject.tryTake(cost, nowUs + waitUs - 1)).toBeGreaterThan(0)
          expect(subject.tryTake(cost, nowUs + waitUs)).toBe(0)
          nowUs += waitUs
        }
      }),
    )
  })

  test('foretells what may start until a horizon, and when', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 4 }),
        steps,
        fc.integer({ min: 0, max: 9000 }),
        (unitUs, burst, plan, horizonUs) => {
          const subject = gate(unitUs, burst)
          let nowUs = 0
          for (const { passUs } of plan) subject.tryTake(1, (nowUs += Math.min(passUs, 5000)))
          const { units, untilUs } = subject.available(nowUs, horizonUs)
          expect(subject.opensAtUs(1, nowUs)).toBe(untilUs)
          const opensAtUs = Array.from({ length: units + 1 }, (_, n) => subject.opensAtUs(n + 1, nowUs))
          // Taking each unit at the first moment it is to be had gives exactly as many until the horizon.
          let taken = 0
          let atUs = nowUs
          for (; ; taken++) {
            const waitUs = subject.tryTake(1, atUs)
            if (waitUs > 0) {
              atUs += waitUs
              if (atUs > nowUs + horizonUs) break
              expect(subject.tryTake(1, atUs)).toBe(0)
            }
            expect(atUs).toBe(opensAtUs[taken])
          }
          expect(taken).toBe(units)
        },
      ),
    )
  })

  test('has no end of units without a limit', () => {
    const subject = new Gate()
    subject.configure(null, 0)
    expect(subject.tryTake(1000, 5)).toBe(0)
    expect(subject.available(5)).toEqual({ units: Infinity, untilUs: 5 })
  })

  test('RAT-2: lets nothing start before the time it is blocked until, which only moves later', () => {
    const subject = gate(10, 1)
    subject.blockUntil(1000)
    subject.blockUntil(400)
    expect(subject.blockedUntilUs).toBe(1000)
    expect(subject.tryTake(1, 999)).toBe(1)
    expect(subject.available(400, 500)).toEqual({ units: 0, untilUs: 1000 })
    expect(subject.available(400, 640)).toEqual({ units: 5, untilUs: 1000 })
    expect(subject.tryTake(1, 1000)).toBe(0)
  })

  test('lets nothing start while paused', () => {
    const subject = gate(10, 1)
    subject.pause()
    expect(subject.paused).toBe(true)
    expect(subject.tryTake(1, 50)).toBe(Infinity)
    expect(subject.available(50, 1e9)).toEqual({ units: 0, untilUs: Infinity })
    expect(subject.takenUnits).toBe(0)
    subject.resume()
    expect(subject.tryTake(1, 50)).toBe(0)
  })

  test('RAT-1: starts empty when an earlier process may have used it up', () => {
    const subject = gate(10, 5)
    subject.startEmpty(1000)
    expect(subject.tryTake(1, 1000)).toBe(10)
    expect(subject.tryTake(1, 1010)).toBe(0)
    expect(subject.tryTake(1, 1010)).toBe(10)
  })

  test('RAT-1: keeps what was taken when its rate changes', () => {
    const subject = gate(1000, 1)
    expect(subject.tryTake(1, 0)).toBe(0)
    subject.configure(limit(1000, 3), 500)
    // Half a unit is owed, whatever it is worth: 2.5 of the new three are there.
    expect([1, 2, 3].map(() => subject.tryTake(1, 500))).toEqual([0, 0, 500])
    subject.configure(limit(10, 1), 500)
    // 2.5 are owed, of one: the bucket is empty, not more.
    expect(subject.tryTake(1, 500)).toBe(10)
    expect(subject.tryTake(1, 510)).toBe(0)
    expect(subject.tryTake(1, 510)).toBe(10)
  })

  test('lets everything through at once when its limit is taken away, and knows what was taken when it is set again', () => {
    const subject = gate(1_000_000, 1)
    expect(subject.tryTake(1, 0)).toBe(0)
    subject.configure(null, 100)
    expect(subject.available(100)).toEqual({ units: Infinity, untilUs: 100 })
    expect(subject.opensAtUs(1000, 100)).toBe(100)
    expect(subject.tryTake(1000, 100)).toBe(0)
    subject.configure(limit(100, 1), 500_000)
    expect(subject.tryTake(1, 500_000)).toBe(50)
  })

  test('RAT-1: a rate that changes while threads take from it lets no more through than either allows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.constantFrom(null, 5, 20)), { maxLength: 200 }), (steps) => {
        const subject = gate(20, 2)
        const starts: number[] = []
        let nowUs = 0
        let unitUs = 20
        for (const [wait, change] of steps) {
          nowUs += wait
          if (change !== null && change !== unitUs) subject.configure(limit((unitUs = change), 2), nowUs)
          while (subject.tryTake(1, nowUs) === 0) starts.push(nowUs)
        }
        expect(firstExcess(starts, { unitUs: 5, burst: 2 })).toBeNull()
      }),
    )
  })

  test('RAT-1: lets nothing start while guarded whose TAT is not durable, on whatever thread', () => {
    const subject = gate(100, 5)
    const other = Gate.attach(subject.shared)
    expect([subject.guarded, subject.durableUnits(0)]).toEqual([false, Infinity])
    subject.guard()
    expect([other.tryTake(1, 0), subject.takenUnits, subject.tatUs]).toEqual([Infinity, 0, 0])
    subject.raiseDurable(250)
    expect(subject.durableUnits(0)).toBe(2)
    expect([1, 2, 3].map(() => other.tryTake(1, 0))).toEqual([0, 0, Infinity])
    subject.raiseDurable(100) // never back
    expect([subject.durableTatUs, subject.durableUnits(0)]).toEqual([250, 0])
    subject.unguard()
    expect(other.tryTake(1, 0)).toBe(0)
  })

  test('RAT-1: continues where an earlier process may have come to, in the limit of today, and never emptier than empty', () => {
    const restored = (unitUs: number, tatUs = 1400): Gate => {
      const subject = new Gate()
      subject.restore({ tatUs, unitUs, isDurable: true })
      subject.configure(limit(100, 2), 1000)
      return subject
    }
    expect([restored(100, 1050).tatUs, restored(100, 1050).durableTatUs]).toEqual([1050, 1050])
    expect(restored(100).tatUs).toBe(1200)
    expect(restored(100, -5).tryTake(1, 1000)).toBe(Infinity)
    // Half a unit of then is half a unit of now; what is durable counts in the other currency.
    expect([restored(800).tatUs, restored(800).durableTatUs]).toEqual([1050, -Infinity])
  })

  test('is the same gate wherever it is attached', () => {
    const subject = gate(10, 1)
    const other = Gate.attach(subject.shared)
    expect(other.tryTake(1, 0)).toBe(0)
    expect(subject.tryTake(1, 0)).toBe(10)
    subject.pause()
    expect(other.paused).toBe(true)
  })
})

describe('the check of a log of starts', () => {
  test('finds the first start above the rate', () => {
    expect(firstExcess([0, 0, 10, 20], { unitUs: 10, burst: 2 })).toBeNull()
    expect(firstExcess([0, 0, 10, 19], { unitUs: 10, burst: 2 })).toBe(3)
    expect(firstExcess([0, 0, 0], { unitUs: 10, burst: 2 })).toBe(2)
  })

  test('finds a gate that looks at the time since the last start only (seeded bug)', () => {
    const log: number[] = []
    for (let nowUs = 0; nowUs < 1000; nowUs += 7) if (log.length === 0 || nowUs - log.at(-1)! >= 10 / 2) log.push(nowUs)
    expect(firstExcess(log, { unitUs: 10, burst: 2 })).not.toBeNull()
  })
})
