import { describe, expect, test } from 'vitest'
import { hearEvents } from '../runtime/testing/heard-events.ts'
import { Verdict } from '../model/outcome-batch.ts'
import { FakeEngine, started, uniqueKeys } from './testing/fake-engine.ts'

describe('Scheduler: lots', () => {
  test('takes as many permits, items and attempts into a lot as there is capacity for', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 6 } }, lotItems: 4 })
    engine.submit(uniqueKeys(20))
    engine.rest()
    expect(engine.lots.map(({ count, permits }) => [count, permits])).toEqual([
      [4, 4],
      [4, 2],
    ])
    expect([...engine.lots[0]!.indexes]).toEqual([0, 1, 2, 3])
    expect([...engine.lots[0]!.attempts]).toEqual([1, 1, 1, 1])
    engine.drain()
  })

  test('takes one permit for the items of one call', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 3, batchSize: 10 } }, lotItems: 25 })
    engine.submit(uniqueKeys(15))
    engine.submit(uniqueKeys(4, 100))
    engine.rest()
    expect(engine.lots[0]).toMatchObject({ count: 19, permits: 3 })
    // Calls are of one job: fairness hands on to the next job between calls, not within them.
    expect([...engine.lots[0]!.jobRefs].join('')).toBe('1111111111222211111')
    engine.drain()
  })

  test('hands lots over for one slice, then lets the event loop look at its events', () => {
    const engine = new FakeEngine({ tickUs: 1000, channels: { shop: { concurrency: 64 } }, lotItems: 1 })
    engine.submit(uniqueKeys(40))
    const lotsOfTurns: number[] = []
    while (engine.deferred.length > 0) {
      const before = engine.lots.length
      for (const run of engine.deferred.splice(0)) run()
      lotsOfTurns.push(engine.lots.length - before)
    }
    expect(Math.max(...lotsOfTurns)).toBeLessThanOrEqual(5)
    expect(engine.lots).toHaveLength(40)
    engine.drain()
  })

  test('ORD-1: never takes two items of a key into a lot', () => {
    const engine = new FakeEngine({ lotItems: 100 })
    engine.submit([10, 10, 11, 10, 11, 0, 0])
    engine.rest()
    expect(started(engine)).toEqual(['1/0', '1/2', '1/5', '1/6'])
    engine.drain()
  })

  test('dispatches a returned item again first, as the same attempt', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 3 } }, lotItems: 3 })
    engine.submit(uniqueKeys(6))
    engine.rest()
    engine.returnUncalled(engine.unstarted.slice())
    expect(started(engine)).toEqual(['1/0', '1/1', '1/2'])
    expect([...engine.lots.at(-1)!.attempts]).toEqual([1, 1, 1])
    engine.drain()
  })

  test('gives a retried item its next attempt and what was throttled so far', () => {
    const engine = new FakeEngine()
    engine.submit([10])
    engine.rest()
    for (const verdict of [Verdict.throttled, Verdict.retry]) {
      engine.start(engine.unstarted[0]!)
      engine.end(engine.running[0]!, verdict, 50)
      engine.commit()
      expect(engine.unstarted).toEqual([])
      engine.clock.advance(60)
    }
    expect(engine.unstarted[0]).toMatchObject({ attempt: 3, throttled: 1 })
    engine.drain()
  })

  test('starts no lot while commits fail, and all when they work again', () => {
    const engine = new FakeEngine({ channels: { shop: {}, other: {} } })
    engine.commitsFailing = true
    engine.submit(uniqueKeys(3))
    engine.submit(uniqueKeys(3), { channel: 'other' })
    engine.rest()
    expect(engine.lots).toEqual([])
    engine.commitsFailing = false
    engine.commit()
    expect(engine.unstarted).toHaveLength(6)
    engine.drain()
  })

  test('starts no lot after stop, and still takes outcomes', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } }, lotItems: 1 })
    const job = engine.submit(uniqueKeys(3))
    engine.rest()
    engine.scheduler.stop()
    engine.start(engine.unstarted[0]!)
    engine.end(engine.running[0]!)
    engine.commit()
    expect(engine.unstarted).toEqual([])
    expect(job).toMatchObject({ inFlight: 0, ready: 2 })
    expect(engine.clock.pending).toBe(0)
  })

  test('keeps the items of a channel that is not there until it is', () => {
    const engine = new FakeEngine()
    const shop = engine.channels.get('shop')!
    engine.channels.delete('shop')
    engine.submit([10])
    engine.rest()
    expect(engine.unstarted).toEqual([])
    expect(engine.scheduler.waiting.channel('shop', 'default')).toEqual([{ reason: 'paused', items: 1, untilMs: null }])
    engine.channels.set('shop', shop)
    engine.scheduler.channelChanged(shop)
    expect(engine.unstarted).toHaveLength(1)
    engine.drain()
  })
})

describe('Scheduler: order', () => {
  test('ORD-5: admits jobs by eligibleSeq when they are announced in another order', () => {
    const engine = new FakeEngine()
    const late = engine.announce(2, [10])
    const early = engine.announce(1, [10])
    engine.scheduler.admitJob(late.job, late.chunks)
    engine.scheduler.admitJob(early.job, early.chunks)
    engine.rest()
    expect(started(engine)).toEqual([`${early.job.record.ref}/0`])
    engine.drain()
  })

  test('ORD-4: a retry keeps its place, and the other keys continue', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 2 } } })
    engine.submit([10, 10, 11, 11])
    engine.rest()
    const [first, second] = engine.unstarted
    engine.start(first!)
    engine.start(second!)
    engine.end(first!, Verdict.retry, 1000)
    engine.end(second!)
    engine.commit()
    expect(started(engine)).toEqual(['1/3'])
    engine.clock.advance(999)
    expect(started(engine)).toEqual(['1/3'])
    engine.clock.advance(1)
    expect(started(engine)).toEqual(['1/3', '1/0'])
    engine.drain()
  })

  test('ORD-6: due retries take at most one turn in forty while fresh items are ready', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 100 } }, lotItems: 100 })
    engine.submit(uniqueKeys(400))
    engine.rest()
    for (const call of engine.unstarted) engine.start(call)
    for (const call of engine.running) engine.end(call, Verdict.retry, 10)
    engine.clock.advance(0)
    const fresh = engine.lots.at(-1)!
    engine.commit()
    engine.clock.advance(20) // all hundred are due
    for (const call of engine.unstarted) engine.start(call)
    for (const call of engine.running) engine.end(call)
    engine.commit()
    const lot = engine.lots.at(-1)!
    expect(lot).not.toBe(fresh)
    const tried = [...lot.attempts].filter((attempt) => attempt > 1).length
    expect(lot.count).toBe(100)
    expect(tried).toBeGreaterThanOrEqual(2)
    expect(tried).toBeLessThanOrEqual(3)
    engine.drain()
  })

  test('ORD-3, RTY-3: recovered items continue where they were, their keys wait for their retries', () => {
    const engine = new FakeEngine()
    const retryAtMs = engine.clock.nowMs() + 5000
    const waiting = [{ index: 2, attempt: 3, throttled: 1, verdict: Verdict.retry, retryAtMs }]
    const verdicts = Uint8Array.from([Verdict.succeeded, Verdict.failed, Verdict.retry, 0, 0])
    const job = engine.submit([10, 11, 10, 10, 12], { known: { waiting, verdicts } })
    expect(engine.scheduler.pendingItems).toBe(3)
    engine.rest()
    expect(started(engine)).toEqual(['1/4'])
    expect(job).toMatchObject({ retrying: 1, inFlight: 1, ready: 0 })
    expect(engine.scheduler.waiting.item(job.record.ref, 2)).toEqual({
      reason: 'retry',
      sinceMs: null,
      untilMs: retryAtMs,
      behind: null,
    })
    engine.clock.advance(5000)
    expect(engine.unstarted.at(-1)).toMatchObject({ index: 2, attempt: 4, throttled: 1 })
    engine.drain()
  })
})

test('Scheduler reports the probe of an open circuit', () => {
  const circuit = { failureRatio: 0.5, minCalls: 1, openMs: 1000 }
  const engine = new FakeEngine({ channels: { shop: { circuit } }, checked: false })
  const heard = hearEvents(engine.telemetry, 'circuit.half_opened')
  engine.channels.get('shop')!.circuit.record({ calls: 1, failed: 1 }, engine.clock.monotonicUs())
  engine.submit(uniqueKeys(3))
  engine.rest()
  expect([engine.unstarted.length, heard]).toEqual([0, []])
  engine.clock.advance(1100)
  engine.rest()
  expect(engine.unstarted).toHaveLength(1)
  expect(heard).toEqual([['circuit.half_opened', { channel: 'shop' }]])
})
