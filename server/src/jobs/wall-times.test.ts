import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { stressService } from '../runtime/testing/stress-service.ts'
import { WallTimes } from './wall-times.ts'

test('calls back once when the time has come, whatever was added and cancelled, with one timer', () => {
  const call = fc.record({ inMs: fc.integer({ min: 0, max: 300_000 }), takenBack: fc.boolean() })
  fc.assert(
    fc.property(fc.array(call, { maxLength: 50 }), (calls) => {
      const clock = new FakeClock(1000)
      const times = new WallTimes(clock)
      const called: number[] = []
      const cancels = calls.map(({ inMs }, n) =>
        times.at(1000 + inMs, () => {
          expect(clock.nowMs()).toBe(1000 + inMs)
          called.push(n)
        }),
      )
      for (const [n, { takenBack }] of calls.entries()) {
        if (!takenBack) continue
        cancels[n]!()
        cancels[n]!()
      }
      expect(clock.pending).toBeLessThanOrEqual(1)
      clock.advance(300_000)
      for (const cancel of cancels) cancel()
      expect(called.sort((a, b) => a - b)).toEqual(calls.flatMap(({ takenBack }, n) => (takenBack ? [] : [n])))
      expect(times.size).toBe(0)
    }),
  )
})

test('calls nothing back once it is stopped', () => {
  const clock = new FakeClock(0)
  const times = new WallTimes(clock)
  times.at(10, () => expect.unreachable())
  times.stop()
  clock.advance(100)
  expect(clock.pending).toBe(0)
})

test('leaves nothing behind, however it is stopped', async () => {
  await stressService(() => {
    const clock = new FakeClock(0)
    const times = new WallTimes(clock)
    const start = (): void => void times.at(clock.nowMs() + 60_000, () => {})
    return { service: { start, stop: () => times.stop() }, clock }
  })
})
