import { describe, expect, test } from 'vitest'
import { Verdict } from '../model/outcome-batch.ts'
import { markStopped } from '../model/job-phase.ts'
import { FakeEngine, started, uniqueKeys } from './testing/fake-engine.ts'

describe('Scheduler: stopped jobs', () => {
  test('ends a job at once when nothing of it runs', () => {
    const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } } })
    const first = engine.submit(uniqueKeys(1))
    engine.rest()
    const waiting = engine.submit(uniqueKeys(5, 50))
    engine.rest()
    engine.cancel(waiting)
    expect(engine.endedByScheduler).toEqual([waiting])
    expect(engine.scheduler.pendingItems).toBe(1)
    engine.drain()
    expect(engine.endedByScheduler).not.toContain(first)
  })

  test('ends a job whose admission has not begun, and one in the midst of it', () => {
    const engine = new FakeEngine({ tickUs: 6000, channels: { shop: { concurrency: 1 } } })
    const half = engine.submit(uniqueKeys(2000))
    const unbegun = engine.submit(uniqueKeys(10, 5000))
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
    const job = engine.submit(uniqueKeys(10))
    engine.rest()
    engine.cancel(job)
    const [first, second] = engine.unstarted
    engine.start(first!)
    engine.end(first!)
    engine.commit()
    expect(engine.endedByScheduler).toEqual([])
    engine.returnUncalled([second!])
    expect(engine.endedByScheduler).toEqual([job])
    engine.drain()
  })

  test('ends a job that was stopped before it came here', () => {
    const engine = new FakeEngine()
    const { job, chunks } = engine.announce(1, [10])
    markStopped(job.record, { reason: 'expired', atMs: 1 })
    engine.model.stopped(job)
    engine.scheduler.admitJob(job, chunks)
    expect(engine.endedByScheduler).toEqual([job])
    expect(engine.deferred).toEqual([])
  })

  test('ends a job of which every item had its outcome already', () => {
    const engine = new FakeEngine()
    const job = engine.submit([10, 11], { known: { verdicts: Uint8Array.from([Verdict.failed, Verdict.failed]) } })
    engine.model.stopped(job) // only for the model: nobody stopped it
    engine.rest()
    expect(engine.endedByScheduler).toEqual([job])
  })

  test('frees the keys it held, in a bounded number of steps each', () => {
    const engine = new FakeEngine({ tickUs: 6000, channels: { shop: { concurrency: 2 } }, lotItems: 1 })
    const large = engine.submit([...uniqueKeys(1000), ...uniqueKeys(1000)])
    engine.rest()
    engine.submit([10 + 999, 10])
    engine.rest()
    engine.cancel(large)
    engine.returnUncalled(engine.unstarted.slice())
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
    engine.rest()
    engine.start(engine.unstarted[0]!)
    engine.end(engine.running[0]!, Verdict.retry, 60_000)
    engine.commit()
    engine.submit([10])
    engine.rest()
    expect(engine.unstarted).toEqual([])
    engine.cancel(job)
    engine.rest()
    expect(started(engine)).toEqual(['2/0'])
    engine.drain()
    engine.clock.advance(100_000)
    expect(engine.clock.pending).toBe(0)
  })
})
