import { describe, expect, test } from 'vitest'
import type { JobRef } from '../model/ids.ts'
import { Verdict } from '../model/outcome-batch.ts'
import { FakeEngine } from './testing/fake-engine.ts'

const at = { sinceMs: null, untilMs: null, behind: null }

describe('why something does not move', () => {
  test('backlog: a job that waits to be admitted, and ready items whose turn has not come', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 4 } }, lotItems: 2 })
    const job = engine.submit([10, 11, 12])
    const ref = job.record.ref
    expect(engine.scheduler.waiting.job(job)).toEqual([{ reason: 'backlog', items: 3, untilMs: null }])
    expect(engine.scheduler.waiting.item(ref, 2)).toEqual({ reason: 'backlog', ...at })
    engine.rest()
    expect(engine.scheduler.waiting.job(job)).toEqual([])
    expect(engine.scheduler.waiting.item(ref, 2)).toBeNull()
    expect(engine.scheduler.waiting.isRunning(ref, 2)).toBe(true)
    engine.drain()
    expect(engine.scheduler.waiting.item(ref, 2)).toBeNull()
    expect(engine.scheduler.waiting.isRunning(ref, 2)).toBe(false)
  })

  test('backlog: items of a job that is half admitted', () => {
    const engine = new FakeEngine({ tickUs: 6000, channels: { shop: { concurrency: 1 } }, lotItems: 1 })
    const job = engine.submit(Array.from({ length: 1000 }, (_, n) => n + 10))
    engine.deferred.shift()!()
    expect(engine.scheduler.waiting.item(job.record.ref, 999)).toEqual({ reason: 'backlog', ...at })
    expect(engine.scheduler.waiting.item(job.record.ref, 3)).toEqual({ reason: 'concurrency', ...at })
    const counts = engine.scheduler.waiting.job(job)
    expect(counts.map(({ reason }) => reason)).toEqual(['concurrency', 'backlog'])
    expect(counts.reduce((sum, { items }) => sum + items, 0)).toBe(999)
  })

  test('concurrency: as many calls run as may', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } }, lotItems: 1 })
    const job = engine.submit([10, 11])
    engine.rest()
    expect(engine.scheduler.waiting.job(job)).toEqual([{ reason: 'concurrency', items: 1, untilMs: null }])
    expect(engine.scheduler.waiting.item(job.record.ref, 1)).toEqual({ reason: 'concurrency', ...at })
  })

  test('partition: it stands behind the first of its key, maybe of another job', () => {
    const engine = new FakeEngine()
    const first = engine.submit([10, 10])
    const second = engine.submit([10])
    engine.rest()
    const behind = { jobRef: first.record.ref, index: 0 }
    expect(engine.scheduler.waiting.item(second.record.ref, 0)).toEqual({ reason: 'partition', ...at, behind })
    expect(engine.scheduler.waiting.item(first.record.ref, 1)).toEqual({ reason: 'partition', ...at, behind })
    expect(engine.scheduler.waiting.job(second)).toEqual([{ reason: 'partition', items: 1, untilMs: null }])
    expect(engine.scheduler.waiting.channel('shop', 'default')).toEqual([
      { reason: 'partition', items: 2, untilMs: null },
    ])
  })

  test('followers: those behind an item in its key, of whatever job of its subscription, the next one by name', () => {
    const engine = new FakeEngine()
    const [first, second, alone] = [engine.submit([10, 10]), engine.submit([10]), engine.submit([11])]
    const place = (job: typeof first, index: number) => ({ jobRef: job.record.ref, index })
    engine.rest()
    const { waiting } = engine.scheduler
    expect(waiting.followers(first.record.ref, 0)).toEqual({ items: 2, next: place(first, 1) })
    expect(waiting.followers(first.record.ref, 1)).toEqual({ items: 1, next: place(second, 0) })
    expect(waiting.followers(second.record.ref, 0)).toEqual({ items: 0, next: null })
    expect(waiting.followers(alone.record.ref, 0)).toEqual({ items: 0, next: null })
    expect([waiting.followers(first.record.ref, 9), waiting.followers(99 as JobRef, 0)]).toEqual([null, null])
  })

  test('retry: until it is due; of several until the last one is', () => {
    const engine = new FakeEngine()
    const job = engine.submit([10, 11])
    engine.rest()
    for (const call of engine.unstarted) engine.start(call)
    const [first, second] = engine.running
    const nowMs = engine.clock.nowMs()
    engine.end(first!, Verdict.retry, 9000)
    engine.end(second!, Verdict.throttled, 4000)
    engine.commit()
    expect(engine.scheduler.waiting.item(job.record.ref, 1)).toEqual({ reason: 'retry', ...at, untilMs: nowMs + 4000 })
    expect(engine.scheduler.waiting.job(job)).toEqual([{ reason: 'retry', items: 2, untilMs: nowMs + 9000 }])
    expect(engine.scheduler.waiting.channel('shop', 'default')).toEqual([
      { reason: 'retry', items: 2, untilMs: nowMs + 9000 },
    ])
    engine.drain()
  })

  test('rate_limit: until the next token', () => {
    const rateLimit = { limit: 1, periodMs: 60_000, burst: 1, unit: 'calls' as const }
    const engine = new FakeEngine({ channels: { shop: { rateLimit } } })
    const job = engine.submit([10, 11])
    engine.rest()
    engine.start(engine.unstarted[0]!)
    const untilMs = engine.clock.nowMs() + 60_000
    expect(engine.scheduler.waiting.job(job)).toEqual([{ reason: 'rate_limit', items: 1, untilMs }])
    expect(engine.scheduler.waiting.item(job.record.ref, 1)).toEqual({ reason: 'rate_limit', ...at, untilMs })
  })

  test('paused: until somebody resumes the channel', () => {
    const engine = new FakeEngine()
    engine.channels.get('shop')!.gate.pause()
    const job = engine.submit([10, 10])
    engine.rest()
    expect(engine.scheduler.waiting.job(job)).toEqual([
      { reason: 'paused', items: 1, untilMs: null },
      { reason: 'partition', items: 1, untilMs: null },
    ])
  })

  test('disk_full: until outcomes find space', () => {
    const engine = new FakeEngine({
      channels: { shop: { rateLimit: { limit: 1, periodMs: 1000, burst: 1, unit: 'calls' } } },
    })
    engine.commitsFailing = true
    const job = engine.submit([10, 11])
    engine.rest()
    expect(engine.scheduler.waiting.job(job)).toEqual([{ reason: 'disk_full', items: 2, untilMs: null }])
    expect(engine.scheduler.waiting.item(job.record.ref, 1)).toEqual({ reason: 'disk_full', ...at })
    engine.drain()
  })

  test('SEC-1: counts of a channel are those of one subscription', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } }, lotItems: 1 })
    engine.submit([10, 11], { subscription: 'a' })
    engine.submit([12, 13, 14], { subscription: 'b' })
    engine.rest()
    expect(engine.scheduler.waiting.channel('shop', 'a')).toEqual([{ reason: 'concurrency', items: 1, untilMs: null }])
    expect(engine.scheduler.waiting.channel('shop', 'b')).toEqual([{ reason: 'concurrency', items: 3, untilMs: null }])
    expect(engine.scheduler.waiting.channel('shop', 'c')).toEqual([])
    expect(engine.scheduler.waiting.channel('nowhere', 'a')).toEqual([])
  })

  test('says nothing of the items of a stopped job', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } }, lotItems: 1 })
    const job = engine.submit([10, 11, 11])
    engine.rest()
    engine.cancel(job)
    expect(engine.scheduler.waiting.job(job)).toEqual([])
    expect(engine.scheduler.waiting.item(job.record.ref, 1)).toBeNull()
    expect(engine.scheduler.waiting.channel('shop', 'default')).toEqual([])
    expect(engine.scheduler.waiting.isRunning(job.record.ref, 0)).toBe(true)
    engine.drain()
  })
})
