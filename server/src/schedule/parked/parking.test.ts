import { describe, expect, test } from 'vitest'
import { Verdict } from '../../model/outcome-batch.ts'
import { markPaused } from '../../model/job-phase.ts'
import { FakeEngine, started, uniqueKeys } from '../testing/fake-engine.ts'

/** Calls the dispatched items; those that `parks` names are parked, the rest succeed. */
function callAll(engine: FakeEngine, parks: (ref: number, index: number) => boolean): void {
  for (const call of engine.unstarted) engine.start(call)
  for (const call of engine.running) engine.end(call, parks(call.ref, call.index) ? Verdict.parked : Verdict.succeeded)
  engine.commit()
}

const at = { sinceMs: null, untilMs: null, behind: null }

describe('parked items', () => {
  test('ORD-4: hold their key until somebody decides; others continue', () => {
    const engine = new FakeEngine()
    const job = engine.submit([10, 10, 11, 11])
    engine.rest()
    const sinceMs = engine.clock.nowMs()
    callAll(engine, (_, index) => index === 0)
    expect(started(engine)).toEqual(['1/3'])
    expect(job).toMatchObject({ parked: 1, inFlight: 1 })
    const untilMs = sinceMs + 86_400_000
    expect(engine.scheduler.waiting.item(job.record.ref, 0)).toEqual({ reason: 'parked', ...at, sinceMs, untilMs })
    expect(engine.scheduler.waiting.item(job.record.ref, 1)).toMatchObject({
      reason: 'partition',
      behind: { jobRef: 1, index: 0 },
    })
    expect(engine.scheduler.waiting.job(job)).toEqual([
      { reason: 'parked', items: 1, untilMs },
      { reason: 'partition', items: 1, untilMs: null },
    ])
    expect(engine.parked()).toEqual([{ ref: 1, index: 0 }])
    engine.submit([10, 11, 10])
    engine.submit([10], { subscription: 'other' })
    engine.rest()
    expect(engine.scheduler.parkedItems({ subscription: 'default', limit: 9 })).toMatchObject([{ index: 0, behind: 3 }])
    engine.drain()
  })

  test('retry: continues in its place, with a fresh budget and higher attempts', () => {
    const engine = new FakeEngine()
    engine.submit([10, 10])
    engine.rest()
    callAll(engine, () => true)
    expect(engine.resolve(1, 0, 'retry')).toBe(true)
    expect(engine.unstarted).toEqual([])
    expect(engine.resolve(1, 0, 'retry')).toBe(false)
    engine.commit()
    engine.rest()
    expect(engine.unstarted).toMatchObject([{ index: 0, attempt: 2, throttled: 1 }])
    expect(engine.resolve(1, 0, 'retry')).toBe(false)
    engine.drain()
  })

  test('skip: ends it without a call, and its key continues when that is durable', () => {
    const engine = new FakeEngine()
    const job = engine.submit([10, 10])
    engine.rest()
    callAll(engine, () => true)
    expect(engine.resolve(1, 0, 'skip')).toBe(true)
    expect(engine.uncommitted).toMatchObject([{ ref: 1, index: 0, verdict: Verdict.failed, attempt: 1, throttled: 0 }])
    expect(engine.unstarted).toEqual([])
    expect([job.parked, job.inFlight, engine.scheduler.waiting.isRunning(job.record.ref, 0)]).toEqual([0, 1, false])
    expect(engine.resolve(1, 0, 'skip')).toBe(false)
    engine.commit()
    expect(started(engine)).toEqual(['1/1'])
    engine.drain()
  })

  test('skip_key: cancels all that stand behind it, of whichever job of the subscription, before it ends itself', () => {
    const engine = new FakeEngine()
    const [first, second] = [engine.submit([10, 10, 11]), engine.submit([10, 12])]
    engine.submit([10], { subscription: 'other' }) // equal hashes
    engine.rest()
    callAll(engine, (ref, index) => ref === 1 && index === 0)
    expect(engine.resolve(1, 0, 'skip_key')).toBe(true)
    engine.rest()
    // The decision first, in terms of the order: of what became eligible up to then.
    expect(engine.uncommitted).toMatchObject([{ ref: 1, index: 0, verdict: Verdict.parked }])
    engine.submit([10])
    engine.commit()
    expect(engine.scheduler.parkedItems({ subscription: 'default', limit: 9 })).toEqual([])
    expect(engine.uncommitted.map(({ ref, index, verdict }) => [ref, index, verdict])).toEqual([
      [1, 1, Verdict.cancelled],
      [2, 0, Verdict.cancelled],
      [1, 0, Verdict.failed],
    ])
    engine.submit([10]) // comes after the decision, as the one before
    engine.rest()
    engine.commit()
    expect([first.record.phase, first.cancelled, second.record.phase, second.cancelled]).toEqual([
      'ended',
      1,
      'ended',
      1,
    ])
    expect(started(engine)).toEqual(['3/0'])
    engine.drain()
  })

  test('skip_key: takes a long key in bounded steps, each waiting for the commit of the one before', () => {
    const engine = new FakeEngine({ checked: false })
    const job = engine.submit(Array.from({ length: 5000 }, () => 10))
    engine.rest()
    callAll(engine, () => true)
    engine.resolve(1, 0, 'skip_key')
    let commits = 0
    for (; job.record.phase !== 'ended' && commits < 20; commits++) {
      engine.rest()
      expect(engine.uncommitted.length).toBeLessThanOrEqual(1025)
      engine.commit()
    }
    expect([commits, job.cancelled]).toEqual([6, 4999])
    expect(engine.scheduler.pendingItems).toBe(0)
  })

  test('skip_key: a job that is stopped meanwhile ends once, when the outcomes on their way are durable', () => {
    const engine = new FakeEngine()
    const job = engine.submit([10, 10, 10])
    engine.rest()
    callAll(engine, () => true)
    engine.resolve(1, 0, 'skip_key')
    engine.rest()
    engine.commit()
    engine.cancel(job)
    expect(engine.endedByScheduler).toEqual([])
    engine.rest()
    engine.commit()
    engine.drain()
    expect(job.record.phase).toBe('ended')
  })

  test('are skipped after parkForSeconds, which may change while they wait', () => {
    const engine = new FakeEngine({ channels: { shop: { parkForSeconds: 100 } } })
    engine.submit([10, 10, 11])
    engine.rest()
    callAll(engine, () => true)
    engine.clock.advance(60_000)
    engine.rest()
    expect(engine.uncommitted).toEqual([])
    const shop = engine.channels.get('shop')!
    shop.config = { ...shop.config, parkForSeconds: 70 }
    engine.scheduler.channelChanged(shop)
    engine.clock.advance(9_990)
    expect(engine.uncommitted).toEqual([])
    engine.clock.advance(20)
    engine.rest()
    expect(engine.uncommitted).toMatchObject([{ index: 0 }, { index: 2 }])
    engine.drain()
  })

  test('REC-5: are not parked again after a start if their key is skipped: what was behind them is cancelled, once all of it is in its place', () => {
    const engine = new FakeEngine({ checked: false })
    const waiting = [{ index: 0, attempt: 3, throttled: 1, verdict: Verdict.parked, retryAtMs: 0, skipsKeyTo: 2 }]
    const verdicts = Uint8Array.from([Verdict.parked, Verdict.unjudged, Verdict.unjudged])
    const first = engine.submit([10, 10, 11], { known: { waiting, verdicts } })
    const second = engine.submit([10, 12])
    const later = engine.submit([10])
    engine.rest()
    expect(engine.scheduler.parkedItems({ subscription: 'default', limit: 9 })).toEqual([])
    expect(engine.uncommitted.map(({ ref, index, verdict, attempt }) => [ref, index, verdict, attempt])).toEqual([
      [1, 1, Verdict.cancelled, 0],
      [2, 0, Verdict.cancelled, 0],
      [1, 0, Verdict.failed, 3],
    ])
    expect(started(engine).sort()).toEqual(['1/2', '2/1'])
    engine.commit()
    expect([first.cancelled, second.cancelled, later.cancelled]).toEqual([1, 1, 0])
    engine.rest()
    engine.drain()
  })

  test.each([
    { known: 'when they were', sinceMs: (ms: number) => ({ retryAtMs: ms }) },
    { known: 'their last call', sinceMs: (ms: number) => ({ retryAtMs: 0, endedAtMs: ms }) },
  ])('REC-5: are parked again after a start, since $known', ({ sinceMs }) => {
    const engine = new FakeEngine({ channels: { shop: { parkForSeconds: 100 } } })
    const parkedAtMs = engine.clock.nowMs() - 90_000
    const waiting = [{ index: 0, attempt: 3, throttled: 1, verdict: Verdict.parked, ...sinceMs(parkedAtMs) }]
    const verdicts = Uint8Array.from([Verdict.parked, Verdict.unjudged, Verdict.cancelled])
    const job = engine.submit([10, 10, 11], { known: { waiting, verdicts } })
    engine.rest()
    expect(job).toMatchObject({ parked: 1, ready: 0, inFlight: 0 })
    expect(engine.scheduler.parkedItems({ subscription: 'default', limit: 9 })).toEqual([
      { jobRef: 1, index: 0, sinceMs: parkedAtMs, behind: 1 },
    ])
    expect(engine.scheduler.pendingItems).toBe(2)
    engine.clock.advance(10_001)
    engine.rest()
    expect(engine.uncommitted).toMatchObject([{ index: 0, verdict: Verdict.failed, attempt: 3, throttled: 1 }])
    engine.drain()
  })

  test('SEC-1: are listed by job and index, of one subscription only, page by page', () => {
    const engine = new FakeEngine({ channels: { shop: {}, outlet: {} }, lotItems: 20 })
    const one = engine.submit(uniqueKeys(4), { subscription: 'a' })
    engine.submit(uniqueKeys(1, 50), { subscription: 'b' })
    engine.submit(uniqueKeys(2, 60), { subscription: 'a', channel: 'outlet' })
    engine.rest()
    callAll(engine, (ref, index) => ref !== 1 || index !== 1)
    const list = (query: object): string[] =>
      engine.scheduler
        .parkedItems({ subscription: 'a', limit: 9, ...query })
        .map(({ jobRef, index }) => `${jobRef}/${index}`)
    expect(list({})).toEqual(['1/0', '1/2', '1/3', '3/0', '3/1'])
    expect(list({ limit: 2 })).toEqual(['1/0', '1/2'])
    expect(list({ limit: 2, after: { jobRef: 1, index: 2 } })).toEqual(['1/3', '3/0'])
    expect(list({ channel: 'outlet' })).toEqual(['3/0', '3/1'])
    expect(list({ jobRef: one.record.ref })).toEqual(['1/0', '1/2', '1/3'])
    expect(list({ subscription: 'b' })).toEqual(['2/0'])
    expect(list({ subscription: 'b', jobRef: one.record.ref })).toEqual([])
    engine.cancel(one)
    expect(list({})).toEqual(['3/0', '3/1'])
    engine.drain()
  })
})

describe('paused jobs', () => {
  test('start nothing, keep their places and keys, and continue where they were', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 2 } }, lotItems: 2 })
    const job = engine.submit([10, 11, 12, 13])
    engine.rest()
    const pausedAtMs = engine.clock.nowMs()
    engine.pause(job)
    const other = engine.submit([12, 14])
    engine.rest()
    callAll(engine, () => false)
    expect(started(engine)).toEqual(['2/1'])
    expect(engine.scheduler.waiting.item(job.record.ref, 2)).toEqual({ ...at, reason: 'paused', sinceMs: pausedAtMs })
    expect(engine.scheduler.waiting.job(job)).toEqual([{ reason: 'paused', items: 2, untilMs: null }])
    expect(engine.scheduler.waiting.channel('shop', 'default')).toEqual([
      { reason: 'paused', items: 2, untilMs: null },
      { reason: 'partition', items: 1, untilMs: null },
    ])
    expect(engine.scheduler.waiting.item(other.record.ref, 0)).toMatchObject({ behind: { jobRef: 1, index: 2 } })
    engine.resume(job)
    expect(started(engine)).toEqual(['2/1', '1/2', '1/3'])
    engine.drain()
  })

  test('that were paused before they took their places', () => {
    const engine = new FakeEngine()
    const { job, chunks } = engine.announce(1, [10])
    markPaused(job.record, engine.clock.nowMs())
    engine.scheduler.admitJob(job, chunks)
    engine.scheduler.pauseJob(job)
    engine.rest()
    expect(engine.lots).toEqual([])
    engine.resume(job)
    expect(started(engine)).toEqual(['1/0'])
    engine.drain()
  })
})

describe('circuits', () => {
  const circuit = { failureRatio: 0.5, minCalls: 1, openMs: 30_000 }

  test('let no lot go while open, one call at a time while half-open, all when closed', () => {
    const engine = new FakeEngine({ channels: { shop: { circuit, batchSize: 2 } }, lotItems: 4 })
    const job = engine.submit(uniqueKeys(20))
    engine.rest()
    const sinceMs = engine.clock.nowMs()
    for (const call of engine.unstarted) engine.start(call)
    for (const call of engine.running) engine.end(call, Verdict.retry, 10)
    engine.commit()
    engine.clock.advance(20)
    expect(engine.unstarted).toEqual([])
    expect(engine.scheduler.waiting.item(job.record.ref, 19)).toEqual({
      ...at,
      reason: 'circuit_open',
      sinceMs,
      untilMs: sinceMs + 30_000,
    })
    engine.clock.advance(29_980)
    expect(engine.unstarted).toHaveLength(2)
    engine.returnUncalled(engine.unstarted.slice())
    expect(engine.unstarted).toHaveLength(2) // another probe, as that was none
    for (const call of engine.unstarted) engine.start(call)
    for (const call of engine.running) engine.end(call)
    engine.commit()
    expect(engine.unstarted.length).toBeGreaterThan(2)
    engine.drain()
  })
})
