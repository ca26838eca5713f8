import { expect, it } from 'vitest'
import { RowHistogram } from './row-histogram.ts'

const bounds = [0.0005, 0.001, 0.005, 1, 60]

function bucketsOf(histogram: RowHistogram): number[] {
  return Array.from(histogram.samples(1, {}))
    .filter(({ suffix }) => suffix === '_bucket')
    .map(({ value }) => value)
}

it('counts a value in the first bucket that is not below it, in ms as in seconds', () => {
  for (const ms of [0, 0.4, 0.5, 0.6, 1, 1.01, 5, 999.5, 1000, 1001, 4095, 4096, 60_000, 60_001, 1e9]) {
    const [one, other] = [new RowHistogram(2, bounds), new RowHistogram(2, bounds)]
    one.observe(1, Math.ceil(ms) / 1000)
    other.observeMs(1, ms)
    expect([ms, bucketsOf(other)]).toEqual([ms, bucketsOf(one)])
  }
})

it('shows each bucket with all below it, the sum and the count of one row', () => {
  const histogram = new RowHistogram(2, bounds)
  for (const value of [0.001, 0.002, 100]) histogram.observe(1, value)
  histogram.observe(0, 7)
  expect(bucketsOf(histogram)).toEqual([0, 1, 2, 2, 2, 3])
  const rest = Array.from(histogram.samples(1, { a: 'b' })).slice(-2)
  expect(rest).toEqual([
    { labels: { a: 'b' }, value: 100.003, suffix: '_sum' },
    { labels: { a: 'b' }, value: 3, suffix: '_count' },
  ])
  histogram.clear(1)
  expect([histogram.count(0), histogram.count(1)]).toEqual([1, 0])
})
