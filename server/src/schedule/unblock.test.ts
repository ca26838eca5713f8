import { expect, test } from 'vitest'
import { Verdict } from '../model/outcome-batch.ts'
import { FakeEngine, started, uniqueKeys } from './testing/fake-engine.ts'

const HOUR_MS = 3_600_000

/** Answers every dispatched call with a `Retry-After`. */
function throttleAll(engine: FakeEngine, untilMs: number): void {
  for (const call of engine.unstarted) engine.start(call)
  for (const call of engine.running) {
    call.channel.gate.blockUntil(engine.clock.monotonicUs() + untilMs * 1000)
    engine.end(call, Verdict.throttled, untilMs)
  }
  engine.commit()
}

test('an unblocked channel retries at once what waited for the end of a Retry-After, and calls the rest', () => {
  const engine = new FakeEngine({ channels: { shop: { concurrency: 2 } }, lotItems: 2 })
  const job = engine.submit(uniqueKeys(4))
  engine.rest()
  throttleAll(engine, 24 * HOUR_MS)
  engine.rest()
  const untilMs = engine.clock.nowMs() + 24 * HOUR_MS
  expect(started(engine)).toEqual([])
  expect(engine.scheduler.waiting.job(job)).toEqual([
    { reason: 'retry', items: 2, untilMs },
    { reason: 'retry_after', items: 2, untilMs },
  ])
  engine.unblock('shop')
  // What is due now says so, until it is ready.
  for (const { reason, untilMs: dueMs } of engine.scheduler.waiting.job(job))
    if (reason === 'retry') expect(dueMs).toBe(engine.clock.nowMs())
  engine.rest()
  expect(job).toMatchObject({ retrying: 0, ready: 2 })
  expect(started(engine)).toHaveLength(2)
  // What is told to wait from now on says until when by itself.
  throttleAll(engine, 1000)
  engine.rest()
  expect(engine.scheduler.waiting.job(job)[0]).toMatchObject({ reason: 'retry', untilMs: engine.clock.nowMs() + 1000 })
  engine.drain()
})

test('unblocking makes due what takes its place later but had to wait before, and nothing that has to wait after', () => {
  const engine = new FakeEngine({ checked: false })
  const atMs = engine.clock.nowMs()
  engine.channels.get('shop')!.unblockedAtMs = atMs
  const waits = [atMs, atMs + 1].map((endedAtMs, index) => ({
    ...{ index, attempt: 1, throttled: 1, verdict: Verdict.throttled, retryAtMs: atMs + HOUR_MS, endedAtMs },
  }))
  const verdicts = Uint8Array.of(Verdict.throttled, Verdict.throttled)
  engine.submit(uniqueKeys(2), { known: { verdicts, waiting: waits } })
  engine.rest()
  engine.clock.advance(1)
  engine.rest()
  expect(started(engine)).toEqual(['1/0'])
  engine.clock.advance(HOUR_MS)
  engine.rest()
  expect(started(engine)).toEqual(['1/0', '1/1'])
  engine.drain()
})

test('a paused or stopped job does not start by unblocking its channel', () => {
  const engine = new FakeEngine()
  const [paused, stopped] = [engine.submit([10, 10]), engine.submit([11, 11])]
  engine.rest()
  throttleAll(engine, HOUR_MS)
  engine.pause(paused)
  engine.cancel(stopped)
  engine.unblock('shop')
  engine.rest()
  expect(started(engine)).toEqual([])
  engine.resume(paused)
  engine.rest()
  expect(started(engine)).toEqual(['1/0'])
  engine.drain()
})

test('looks at a large job in steps', () => {
  const engine = new FakeEngine({ channels: { shop: { concurrency: 3 } }, checked: false })
  const waiting = uniqueKeys(20_000, 0).map((index) => ({
    ...{ index, attempt: 1, throttled: 1, verdict: Verdict.throttled, retryAtMs: engine.clock.nowMs() + HOUR_MS },
  }))
  const verdicts = new Uint8Array(20_000).fill(Verdict.throttled)
  const job = engine.submit(uniqueKeys(20_000), { known: { verdicts, waiting } })
  engine.rest()
  expect(job.retrying).toBe(20_000)
  engine.unblock('shop')
  engine.rest()
  expect(job.retrying).toBe(0)
  expect(job.ready + job.inFlight).toBe(20_000)
})
