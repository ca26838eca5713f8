import { describe, expect, test } from 'vitest'
import { Verdict } from '../model/outcome-batch.ts'
import { FakeEngine } from './fake-engine.ts'
import { Ring } from './fair-queue.ts'
import { ItemSlots } from './item-slots.ts'
import { KeyTable } from './key-table.ts'
import { Partitions } from './partitions.ts'
import { TimerHeap } from './timer-heap.ts'

/** Keys 10, 11, 12 ...: all different. */
function unique(count: number, from = 10): number[] {
  return Array.from({ length: count }, (_, n) => from + n)
}

function started(engine: FakeEngine): string[] {
  return engine.unstarted.map(({ ref, index }) => `${ref}/${index}`)
}

/** Ends what runs, `rounds` times over; returns how many calls of other jobs were handed over before the first one of `ref`. */
function callsBefore(engine: FakeEngine, ref: number): number {
  const before = engine.unstarted.length + engine.running.length
  let others = 0
  for (let round = 0; round < 1000; round++) {
    const found = engine.unstarted.findIndex((call) => call.ref === ref)
    if (found >= 0) return others + found - before
    others += engine.unstarted.length
    for (const call of engine.unstarted) engine.start(call)
    for (const call of engine.running) engine.end(call)
    engine.commit()
  }
  return Infinity
}

describe('Scheduler: lots', () => {
  test('takes as many slots, items and attempts into a lot as there is room for', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 6 } }, lotItems: 4 })
    engine.submit(unique(20))
    engine.settle()
    expect(engine.lots.map(({ count, slotsTaken }) => [count, slotsTaken])).toEqual([
      [4, 4],
      [4, 2],
    ])
    expect([...engine.lots[0]!.indexes]).toEqual([0, 1, 2, 3])
    expect([...engine.lots[0]!.attempts]).toEqual([1, 1, 1, 1])
    engine.drain()
  })

  test('takes one slot for the items of one call', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 3, batchSize: 10 } }, lotItems: 25 })
    engine.submit(unique(15))
    engine.submit(unique(4, 100))
    engine.settle()
    expect(engine.lots[0]).toMatchObject({ count: 19, slotsTaken: 3 })
    // Calls are of one job: fairness hands on to the next job between calls, not within them.
    expect([...engine.lots[0]!.jobRefs].join('')).toBe('1111111111222211111')
    engine.drain()
  })

  test('ORD-1: never takes two items of a key into a lot', () => {
    const engine = new FakeEngine({ lotItems: 100 })
    engine.submit([10, 10, 11, 10, 11, 0, 0])
    engine.settle()
    expect(started(engine)).toEqual(['1/0', '1/2', '1/5', '1/6'])
    engine.drain()
  })

  test('hands an item that came back over again first, as the same attempt', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 3 } }, lotItems: 3 })
    engine.submit(unique(6))
    engine.settle()
    engine.handBack(engine.unstarted.slice())
    expect(started(engine)).toEqual(['1/0', '1/1', '1/2'])
    expect([...engine.lots.at(-1)!.attempts]).toEqual([1, 1, 1])
    engine.drain()
  })

  test('gives a retried item its next attempt and what was throttled so far', () => {
    const engine = new FakeEngine()
    engine.submit([10])
    engine.settle()
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
    engine.submit(unique(3))
    engine.submit(unique(3), { channel: 'other' })
    engine.settle()
    expect(engine.lots).toEqual([])
    engine.commitsFailing = false
    engine.commit()
    expect(engine.unstarted).toHaveLength(6)
    engine.drain()
  })

  test('starts no lot after stop, and still takes outcomes', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } }, lotItems: 1 })
    const job = engine.submit(unique(3))
    engine.settle()
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
    engine.settle()
    expect(engine.unstarted).toEqual([])
    expect(engine.scheduler.channel('shop', 'default')).toEqual([{ reason: 'paused', items: 1, untilMs: null }])
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
    engine.settle()
    expect(started(engine)).toEqual([`${early.job.record.ref}/0`])
    engine.drain()
  })

  test('ORD-4: a retry keeps its place, and the other keys go on', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 2 } } })
    engine.submit([10, 10, 11, 11])
    engine.settle()
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

  test('ORD-6: due retries take at most one turn in twenty while fresh items are ready', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 100 } }, lotItems: 100 })
    engine.submit(unique(400))
    engine.settle()
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
    expect(tried).toBeGreaterThanOrEqual(4)
    expect(tried).toBeLessThanOrEqual(5)
    engine.drain()
  })

  test('ORD-3, RTY-3: recovered items go on where they were, their keys wait for their retries', () => {
    const engine = new FakeEngine()
    const retryAtMs = engine.clock.nowMs() + 5000
    const waiting = [{ index: 2, attempt: 3, throttled: 1, retryAtMs }]
    const verdicts = Uint8Array.from([Verdict.succeeded, Verdict.failed, Verdict.retry, 0, 0])
    const job = engine.submit([10, 11, 10, 10, 12], { known: { waiting, verdicts } })
    expect(engine.scheduler.pendingItems).toBe(3)
    engine.settle()
    expect(started(engine)).toEqual(['1/4'])
    expect(job).toMatchObject({ retrying: 1, inFlight: 1, ready: 0 })
    expect(engine.scheduler.item(job.record.ref, 2)).toEqual({
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

describe('Scheduler: fairness', () => {
  test('FAIR-2: a small job starts after a few calls of a large one, of whatever subscription', () => {
    for (const subscription of ['default', 'other']) {
      const engine = new FakeEngine({ channels: { shop: { concurrency: 8 } }, lotItems: 8, checked: false })
      engine.submit(unique(100_000))
      engine.settle()
      engine.submit(unique(3, 500_000), { subscription })
      engine.settle()
      expect(callsBefore(engine, 2)).toBeLessThanOrEqual(2)
    }
  })

  test('FAIR-1: two subscriptions get the same, however many jobs each has', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 10 } }, lotItems: 10, checked: false })
    engine.submit(unique(500), { subscription: 'one' })
    for (let n = 1; n <= 9; n++) engine.submit(unique(500, n * 1000), { subscription: 'many' })
    engine.settle()
    let one = 0
    for (let round = 0; round < 60; round++) {
      one += engine.unstarted.filter(({ ref }) => ref === 1).length
      for (const call of engine.unstarted) engine.start(call)
      for (const call of engine.running) engine.end(call)
      engine.commit()
    }
    expect(Math.abs(one - 300)).toBeLessThanOrEqual(2)
  })

  test('FAIR-3: choosing costs the same beside a thousand or a hundred thousand blocked items', () => {
    const costs = [1_000, 100_000].map((blocked) => {
      const engine = new FakeEngine({ channels: { shop: { concurrency: 4 }, closed: {} }, checked: false })
      engine.channels.get('closed')!.gate.pause()
      // Behind one running item, in a closed channel, and waiting for retries.
      engine.submit(Array.from({ length: blocked }, () => 1))
      engine.submit(unique(blocked), { channel: 'closed' })
      const waiting = Array.from({ length: blocked }, (_, index) => ({
        index,
        attempt: 1,
        throttled: 0,
        retryAtMs: 2e12,
      }))
      engine.submit(unique(blocked, 300_000), { known: { waiting } })
      for (let n = 0; n < 20; n++) engine.submit(unique(10, 600_000 + n * 100))
      engine.settle()
      const steps = countCalls(() => {
        for (let round = 0; round < 60; round++) {
          for (const call of engine.unstarted.filter(({ ref }) => ref > 3)) engine.start(call)
          for (const call of engine.running) engine.end(call)
          engine.commit()
        }
      })
      return { steps, left: engine.jobs.slice(3).filter(({ record }) => record.phase !== 'ended').length }
    })
    expect(costs.map(({ left }) => left)).toEqual([0, 0])
    expect(costs[1]!.steps / costs[0]!.steps).toBeLessThan(1.05) // not quite 1: which hashes meet in the table is random
  })
})

/** Calls of the data structures' methods while `work` runs: what scheduling costs, in steps. */
function countCalls(work: () => void): number {
  let calls = 0
  const spies = [ItemSlots, KeyTable, Partitions, Ring, TimerHeap].flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype)
      .filter(
        (name) =>
          name !== 'constructor' && typeof Object.getOwnPropertyDescriptor(prototype, name)!.value === 'function',
      )
      .map((name) => {
        const original = (prototype as unknown as Record<string, (...given: unknown[]) => unknown>)[name]!
        const counted = function (this: unknown, ...given: unknown[]): unknown {
          calls++
          return original.apply(this, given)
        }
        Object.defineProperty(prototype, name, { value: counted, configurable: true, writable: true })
        return () => Object.defineProperty(prototype, name, { value: original, configurable: true, writable: true })
      }),
  )
  try {
    work()
  } finally {
    for (const restore of spies) restore()
  }
  return calls
}

describe('Scheduler: rate limits', () => {
  const limited = {
    shop: { concurrency: 50, rateLimit: { limit: 50, periodMs: 1000, burst: 5, unit: 'calls' as const } },
  }

  test('RAT-4: hands over no more than the gate lets through soon', () => {
    const engine = new FakeEngine({ channels: limited, lotItems: 50 })
    engine.submit(unique(100))
    engine.settle()
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
    engine.submit(unique(8000))
    engine.settle()
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

  test('RAT-3: goes on when a lot that was to take the token never did', () => {
    const engine = new FakeEngine({ channels: limited, lotItems: 1 })
    engine.submit(unique(100))
    engine.settle()
    expect(engine.unstarted).toHaveLength(5)
    engine.clock.advance(60)
    expect(engine.unstarted.length).toBeGreaterThan(5)
  })

  test('RAT-4: hands over nothing while blocked, and at once when that ends', () => {
    const engine = new FakeEngine({ channels: limited, lotItems: 50 })
    const shop = engine.channels.get('shop')!
    shop.gate.blockUntil(engine.clock.monotonicUs() + 700_000)
    const job = engine.submit(unique(20))
    engine.settle()
    expect(engine.unstarted).toEqual([])
    expect(engine.scheduler.job(job)).toEqual([
      { reason: 'rate_limit', items: 20, untilMs: engine.clock.nowMs() + 700 },
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
    const job = engine.submit(unique(40))
    engine.settle()
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
    engine.submit(unique(40))
    engine.settle()
    expect(engine.lots.map(({ count, slotsTaken }) => [count, slotsTaken])).toEqual([[20, 2]])
  })
})

describe('Scheduler: stopped jobs', () => {
  test('ends a job at once when nothing of it runs', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } } })
    const first = engine.submit(unique(1))
    engine.settle()
    const waiting = engine.submit(unique(5, 50))
    engine.settle()
    engine.cancel(waiting)
    expect(engine.endedByScheduler).toEqual([waiting])
    expect(engine.scheduler.pendingItems).toBe(1)
    engine.drain()
    expect(engine.endedByScheduler).not.toContain(first)
  })

  test('ends a job whose admission has not begun, and one in the midst of it', () => {
    const engine = new FakeEngine({ tickUs: 6000, channels: { shop: { concurrency: 1 } } })
    const half = engine.submit(unique(2000))
    const unbegun = engine.submit(unique(10, 5000))
    engine.deferred.shift()!()
    engine.cancel(unbegun)
    engine.cancel(half)
    expect(engine.endedByScheduler).toEqual([unbegun])
    engine.drain()
    expect(engine.endedByScheduler).toEqual([unbegun, half])
    expect(engine.scheduler.pendingItems).toBe(0)
  })

  test('ends a job once, when its last call is durable', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 2 } }, lotItems: 2 })
    const job = engine.submit(unique(10))
    engine.settle()
    engine.cancel(job)
    const [first, second] = engine.unstarted
    engine.start(first!)
    engine.end(first!)
    engine.commit()
    expect(engine.endedByScheduler).toEqual([])
    engine.handBack([second!])
    expect(engine.endedByScheduler).toEqual([job])
    engine.drain()
  })

  test('ends a job that was stopped before it came here', () => {
    const engine = new FakeEngine()
    const { job, chunks } = engine.announce(1, [10])
    job.record.stop = { reason: 'expired', atMs: 1 }
    engine.model.stopped(job)
    engine.scheduler.admitJob(job, chunks)
    expect(engine.endedByScheduler).toEqual([job])
    expect(engine.deferred).toEqual([])
  })

  test('ends a job of which every item had its outcome already', () => {
    const engine = new FakeEngine()
    const job = engine.submit([10, 11], { known: { verdicts: Uint8Array.from([Verdict.failed, Verdict.failed]) } })
    engine.model.stopped(job) // only for the model: nobody stopped it
    engine.settle()
    expect(engine.endedByScheduler).toEqual([job])
  })

  test('frees the keys it held, in a bounded number of steps each', () => {
    const engine = new FakeEngine({ tickUs: 6000, channels: { shop: { concurrency: 2 } }, lotItems: 1 })
    const large = engine.submit([...unique(1000), ...unique(1000)])
    engine.settle()
    engine.submit([10 + 999, 10])
    engine.settle()
    engine.cancel(large)
    engine.handBack(engine.unstarted.slice())
    let slices = 0
    while (engine.deferred.length > 0) {
      slices++
      engine.deferred.shift()!()
    }
    // One step of 256 items a slice, as the clock makes each slice end at once.
    expect(slices).toBeGreaterThanOrEqual(8)
    expect(started(engine).sort()).toEqual(['2/0', '2/1'])
    engine.drain()
  })

  test('drops a retry and frees its key', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } } })
    const job = engine.submit([10])
    engine.settle()
    engine.start(engine.unstarted[0]!)
    engine.end(engine.running[0]!, Verdict.retry, 60_000)
    engine.commit()
    engine.submit([10])
    engine.settle()
    expect(engine.unstarted).toEqual([])
    engine.cancel(job)
    engine.settle()
    expect(started(engine)).toEqual(['2/0'])
    engine.drain()
    engine.clock.advance(100_000)
    expect(engine.clock.pending).toBe(0)
  })
})
