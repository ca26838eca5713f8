import { describe, expect, test } from 'vitest'
import { FakeEngine, uniqueKeys } from './testing/fake-engine.ts'

describe('Scheduler: rate limits', () => {
  const limited = {
    shop: { concurrency: 50, rateLimit: { limit: 50, periodMs: 1000, burst: 5, unit: 'calls' as const } },
  }

  test('RAT-4: dispatches no more than the gate lets through soon', () => {
    const engine = new FakeEngine({ channels: limited, lotItems: 50 })
    engine.submit(uniqueKeys(100))
    engine.rest()
    expect(engine.unstarted).toHaveLength(5)
    let calls = 0
    for (let ms = 0; ms < 1000; ms++) {
      for (const call of engine.unstarted) if (engine.start(call)) calls++
      // At most the token that comes up next is on its way.
      expect(engine.unstarted.length).toBeLessThanOrEqual(1)
      for (const call of engine.running) engine.end(call)
      engine.commit()
      engine.clock.advance(1)
    }
    // RAT-3: the whole rate is used: the burst, and one every 20 ms.
    expect(calls).toBeGreaterThanOrEqual(53)
    expect(calls).toBeLessThanOrEqual(55)
  })

  test('RAT-3: uses the whole of a fast rate in few lots', () => {
    const rateLimit = { limit: 5000, periodMs: 1000, burst: 1, unit: 'calls' as const }
    const engine = new FakeEngine({
      channels: { shop: { concurrency: 1000, rateLimit } },
      lotItems: 1000,
      checked: false,
    })
    engine.submit(uniqueKeys(8000))
    engine.rest()
    let calls = 0
    for (let tick = 0; tick < 4000; tick++) {
      for (const call of engine.unstarted.slice(0, 2)) if (engine.start(call)) calls++
      for (const call of engine.running) engine.end(call)
      if (tick % 20 === 0) engine.commit()
      engine.clock.advance(0.25)
      expect(engine.unstarted.length).toBeLessThanOrEqual(5000 * 0.03)
    }
    expect(calls).toBeGreaterThanOrEqual(3900) // a look every 0.25 ms: at most 4,000
    expect(engine.lots.length).toBeLessThan(550)
  })

  test('RAT-1, RAT-3, RAT-4: one call a minute is made every minute, and holds no worker in between', () => {
    const rateLimit = { limit: 1, periodMs: 60_000, burst: 1, unit: 'calls' as const }
    const engine = new FakeEngine({ channels: { shop: { rateLimit } } })
    engine.submit(uniqueKeys(90))
    engine.rest()
    const startsMs: number[] = []
    const beganMs = engine.clock.nowMs()
    let ticksHeld = 0
    for (let tick = 0; tick < 60 * 6000; tick++) {
      for (const call of engine.unstarted) if (engine.start(call)) startsMs.push(engine.clock.nowMs() - beganMs)
      ticksHeld += engine.unstarted.length
      for (const call of engine.running) engine.end(call)
      if (engine.uncommitted.length > 0) engine.commit()
      engine.clock.advance(10)
    }
    expect(startsMs).toHaveLength(60)
    expect(startsMs.every((startMs, n) => Math.abs(startMs - n * 60_000) <= 50)).toBe(true)
    expect(startsMs.slice(1).every((startMs, n) => startMs - startsMs[n]! >= 60_000)).toBe(true)
    // In 10 ms before each call at most.
    expect(ticksHeld).toBeLessThanOrEqual(60)
  })

  test('RAT-3: continues when a lot that was to take the token never did', () => {
    const engine = new FakeEngine({ channels: limited, lotItems: 1 })
    engine.submit(uniqueKeys(100))
    engine.rest()
    expect(engine.unstarted).toHaveLength(5)
    engine.clock.advance(60)
    expect(engine.unstarted.length).toBeGreaterThan(5)
  })

  test('RAT-4: dispatches nothing while blocked, and at once when that ends', () => {
    const engine = new FakeEngine({ channels: limited, lotItems: 50 })
    const shop = engine.channels.get('shop')!
    shop.gate.blockUntil(engine.clock.monotonicUs() + 700_000)
    const job = engine.submit(uniqueKeys(20))
    engine.rest()
    expect(engine.unstarted).toEqual([])
    expect(engine.scheduler.waiting.job(job)).toEqual([
      { reason: 'retry_after', items: 20, untilMs: engine.clock.nowMs() + 700 },
    ])
    expect(engine.clock.pending).toBe(1)
    engine.clock.advance(690)
    expect(engine.unstarted).toEqual([])
    engine.clock.advance(10)
    expect(engine.unstarted).toHaveLength(5)
  })

  test('counts items where the limit counts items', () => {
    const rateLimit = { limit: 100, periodMs: 1000, burst: 10, unit: 'items' as const }
    const engine = new FakeEngine({ channels: { shop: { batchSize: 10, rateLimit } }, lotItems: 50 })
    const job = engine.submit(uniqueKeys(40))
    engine.rest()
    expect(engine.lots.map(({ count }) => count)).toEqual([10])
    const { gate } = engine.channels.get('shop')!
    expect(gate.tryTake(10, engine.clock.monotonicUs())).toBe(0)
    engine.running = engine.unstarted
    engine.unstarted = []
    for (const call of engine.running) engine.end(call)
    engine.commit()
    // Tokens are gathered for fuller calls, but no longer than 50 ms.
    engine.clock.advance(30)
    expect(engine.lots).toHaveLength(1)
    engine.clock.advance(20)
    expect(engine.lots.map(({ count }) => count)).toEqual([10, 3])
    expect(job.ready).toBe(27)
  })

  test('counts calls where the limit counts calls', () => {
    const rateLimit = { limit: 10, periodMs: 1000, burst: 2, unit: 'calls' as const }
    const engine = new FakeEngine({ channels: { shop: { batchSize: 10, rateLimit } }, lotItems: 50 })
    engine.submit(uniqueKeys(40))
    engine.rest()
    expect(engine.lots.map(({ count, permits }) => [count, permits])).toEqual([[20, 2]])
  })
})
