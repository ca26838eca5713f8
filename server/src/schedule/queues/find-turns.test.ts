import { expect, test } from 'vitest'
import { Verdict } from '../../model/outcome-batch.ts'
import { FakeEngine, uniqueKeys } from '../testing/fake-engine.ts'

test('an item that is ready says how many of its job come before it, and what other jobs have called meanwhile', () => {
  const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } }, lotItems: 1 })
  const first = engine.submit(uniqueKeys(10))
  const second = engine.submit(uniqueKeys(10, 100))
  engine.rest()
  const turn = (job: typeof first, index: number) => engine.scheduler.waiting.turns(job.record.ref, [index]).get(index)
  expect(turn(first, 0)).toBeUndefined() // it runs
  expect(turn(first, 1)).toEqual({ position: 0, ahead: 0 })
  expect(turn(second, 4)).toEqual({ position: 4, ahead: 8 })
  // More are not ready.
  expect(turn(second, 9)).toEqual({ position: 9, ahead: 18 })
  expect(turn(second, 99)).toBeUndefined()
  engine.drain()
})

test('SEC-1: jobs of other subscriptions change no turn', () => {
  const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } }, lotItems: 1 })
  const job = engine.submit([10, 10, 11, 12], { subscription: 'own' })
  engine.rest()
  const turns = () => [...engine.scheduler.waiting.turns(job.record.ref, [0, 1, 2, 3])]
  const alone = turns()
  expect(alone.length).toBe(3)
  engine.submit(uniqueKeys(50, 100), { subscription: 'other' })
  engine.submit(uniqueKeys(50, 200), { subscription: 'another' })
  engine.rest()
  expect(turns()).toEqual(alone)
  engine.drain()
})

test('an item behind others of its key says how many, and that each is a round of all keys', () => {
  const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } }, lotItems: 1 })
  const job = engine.submit([10, 10, 10, 11, 12])
  engine.rest()
  expect(engine.scheduler.waiting.turns(job.record.ref, [2]).get(2)).toEqual({ position: 2, ahead: 4 })
  engine.drain()
})

test('a key takes turns with other jobs, not with each of their keys', () => {
  const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } }, lotItems: 1 })
  engine.submit(uniqueKeys(400))
  const job = engine.submit(Array.from({ length: 400 }, () => 1000))
  engine.rest()
  const turn = (index: number) => engine.scheduler.waiting.turns(job.record.ref, [index]).get(index)
  expect(turn(3)).toEqual({ position: 3, ahead: 6 })
  // The channel has no more items than these.
  expect(turn(399)!.position).toBe(399)
  expect(turn(399)!.ahead).toBeLessThanOrEqual(800)
  expect(turn(399)!.ahead).toBeGreaterThan(700)
  engine.drain()
})

test('all that are asked about are found by one walk: ready ones, and those behind others of several keys', () => {
  const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } }, lotItems: 1 })
  const job = engine.submit([10, 11, 10, 12, 11, 10, 13])
  engine.rest()
  const turns = engine.scheduler.waiting.turns(job.record.ref, [6, 0, 1, 2, 3, 4, 5, 99])
  const positions = [0, 1, 2, 3, 4, 5, 6, 99].map((index) => turns.get(index)?.position)
  expect(positions).toEqual([undefined, 0, 1, 1, 1, 2, 2, undefined])
  engine.drain()
})

test('an item that is tried again says how many are called before it: others have most of the turns', () => {
  const engine = new FakeEngine({ channels: { shop: { concurrency: 1 } }, lotItems: 1 })
  const job = engine.submit(uniqueKeys(100))
  engine.rest()
  const [first] = engine.unstarted
  engine.start(first!)
  engine.pause(job)
  engine.end(first!, Verdict.retry, 1)
  engine.commit()
  engine.clock.advance(5)
  engine.rest()
  const indexes = uniqueKeys(100, 0)
  const turns = engine.scheduler.waiting.turns(job.record.ref, indexes)
  const expected = indexes.toSorted((a, b) => turns.get(a)!.position - turns.get(b)!.position)
  expect(turns.get(0)!.position).toBe(40)
  engine.resume(job)
  const called: number[] = []
  while (called.length < 100) {
    engine.rest()
    const [call] = engine.unstarted
    called.push(call!.index)
    engine.start(call!)
    engine.end(call!)
    engine.commit()
  }
  expect(called).toEqual(expected)
  engine.drain()
})
