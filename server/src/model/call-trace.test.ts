import { expect, test } from 'vitest'
import { CallTraceIds } from './call-trace.ts'

const tracing = (ratio: number, seed = 1) => ({ seed: Uint32Array.of(seed, 2, 3, 4), ratio })

function places(count: number) {
  return Array.from({ length: count }, (_, n) => ({ jobRef: 1 + (n % 7), index: n, attempt: 1 + (n % 3) }))
}

test('the ids of a call are the same on every thread, and of another process others', () => {
  const place = { jobRef: 5, index: 9, attempt: 1 }
  const ids = new CallTraceIds(tracing(0.5))
  expect(ids.idsOf(place)).toEqual(new CallTraceIds(tracing(0.5)).idsOf(place))
  expect(ids.idsOf(place)).not.toEqual(new CallTraceIds(tracing(0.5, 7)).idsOf(place))
  expect(ids.traceparent(place)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/)
})

test('no two calls share a trace or a span', () => {
  const ids = new CallTraceIds(tracing(0.01))
  const made = [...places(5000), ...places(5000).map((place) => ({ ...place, attempt: place.attempt + 3 }))].map(
    (place) => ids.idsOf(place),
  )
  expect(new Set(made.map(({ traceId }) => traceId)).size).toBe(10_000)
  expect(new Set(made.map(({ spanId }) => spanId)).size).toBe(10_000)
})

test.each([
  [0, 0, 0],
  [1, 1, 1],
  [0.01, 0.007, 0.013],
  [0.25, 0.23, 0.27],
])('a ratio of %d chooses that share of calls', (ratio, least, most) => {
  const ids = new CallTraceIds(tracing(ratio))
  const share = places(20_000).filter((place) => ids.isChosen(place)).length / 20_000
  expect(share).toBeGreaterThanOrEqual(least)
  expect(share).toBeLessThanOrEqual(most)
})

test('the flag says whether the call is chosen', () => {
  const ids = new CallTraceIds(tracing(0.5))
  for (const place of places(50)) expect(ids.traceparent(place).slice(-2)).toBe(ids.isChosen(place) ? '01' : '00')
})

test('a call is chosen by the last word of its trace id', () => {
  const ids = new CallTraceIds(tracing(0.25))
  for (const place of places(500)) {
    const word = Number.parseInt(ids.idsOf(place).traceId.slice(-8), 16)
    expect(ids.isChosen(place)).toBe(word < 2 ** 30)
  }
})
