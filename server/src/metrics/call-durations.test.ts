import { beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { CallDurations } from './call-durations.ts'
import { RowHistogram } from './row-histogram.ts'

const rows = new Map<string, number>([['shop', 0]])
let freed: (row: number) => void = () => {}
let clock: FakeClock
let histogram: RowHistogram
let durations: CallDurations
beforeEach(() => {
  clock = new FakeClock()
  histogram = new RowHistogram(2, [0.01, 0.1, 1])
  const channels = {
    find: (name: string) => rows.get(name) ?? null,
    onFreed: (listener: typeof freed) => (freed = listener),
  }
  durations = new CallDurations(clock, { rows: channels, histogram })
  durations.start()
})

it('says nothing of a channel without calls, or without a row', () => {
  expect([durations.of('shop'), durations.of('other')]).toEqual([null, null])
})

it('takes percentiles of what lies between two bounds in a straight line, and the last bound for what is above all', () => {
  for (let n = 0; n < 90; n++) histogram.observeMs(0, 50)
  for (let n = 0; n < 8; n++) histogram.observeMs(0, 500)
  for (let n = 0; n < 2; n++) histogram.observeMs(0, 5000)
  clock.advance(30_000)
  // 50 of 90 from 10 to 100 ms; exactly those below 100 ms; above all bounds.
  expect(durations.of('shop')).toEqual({ seconds: 30, calls: 100, p50Ms: 60, p90Ms: 100, p99Ms: 1000 })
})

it('forgets calls after five to six minutes', () => {
  histogram.observeMs(0, 50)
  clock.advance(5 * 60_000)
  expect(durations.of('shop')).toMatchObject({ calls: 1, seconds: 300 })
  histogram.observeMs(0, 5)
  clock.advance(60_000)
  expect(durations.of('shop')).toMatchObject({ calls: 1, seconds: 300, p99Ms: 9.9 })
  clock.advance(10 * 60_000)
  expect(durations.of('shop')).toBeNull()
})

it('begins anew with a row that has another channel', () => {
  histogram.observeMs(0, 50)
  clock.advance(60_000)
  histogram.clear(0)
  freed(0)
  expect(durations.of('shop')).toBeNull()
  histogram.observeMs(0, 5)
  expect(durations.of('shop')).toMatchObject({ calls: 1 })
})
