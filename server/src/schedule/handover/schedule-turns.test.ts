import { expect, test } from 'vitest'
import { SLICE_MS } from '../../runtime/loop-turns.ts'
import { ScheduleTurns, type TurnTaker } from './schedule-turns.ts'

const STEP_US = 100

/** Schedulers that always have something to do, on a clock that moves with their steps. */
function world(takers: number) {
  let nowUs = 0
  const deferred: (() => void)[] = []
  const clock = { nowMs: () => nowUs / 1000, monotonicUs: () => nowUs, after: () => () => {} }
  const turns = new ScheduleTurns({ clock, defer: (callback) => deferred.push(callback) })
  const steps = Array.from({ length: takers }, () => 0)
  const lots = Array.from({ length: takers }, () => 0)
  const work = (counts: number[], n: number, endUs: number): void => {
    do {
      counts[n]!++
      nowUs += STEP_US
    } while (nowUs < endUs)
  }
  const all = steps.map((_, n): TurnTaker => ({
    slice(endUs) {
      work(steps, n, endUs)
      return true
    },
    pump() {
      turns.lots.spend((endUs) => work(lots, n, endUs))
    },
  }))
  /** Runs what was deferred, as one turn of the event loop. @returns how long that took, µs */
  const turn = (): number => {
    const startUs = nowUs
    for (const callback of deferred.splice(0)) callback()
    return nowUs - startUs
  }
  return { turns, all, steps, lots, turn }
}

test.each([1, 100])('%i busy schedulers hold one turn of the event loop for one slice and one of lots', (takers) => {
  const { turns, all, turn } = world(takers)
  for (const taker of all) turns.soon(taker)
  const tookUs = Array.from({ length: 300 }, turn)
  expect(Math.max(...tookUs)).toBeLessThanOrEqual(2 * (SLICE_MS * 1000 + STEP_US))
  expect(Math.min(...tookUs)).toBeGreaterThan(0)
})

test('a scheduler that is due in the middle of a turn has no slice of its own', () => {
  const { turns, all, turn } = world(100)
  for (const taker of all) turns.soon(taker)
  turn()
  let tookUs = 0
  for (const taker of all) {
    turns.now(taker)
    tookUs += turn()
  }
  // As many turns, and each is one slice and one of lots, whoever asks.
  expect(tookUs).toBeLessThanOrEqual(100 * 2 * (SLICE_MS * 1000 + STEP_US))
})

test('busy schedulers come in turn: none has two slices before each of the others had one', () => {
  const { turns, all, steps, turn } = world(100)
  for (const taker of all) turns.soon(taker)
  for (let n = 0; n < 1000; n++) {
    turn()
    const slices = steps.map((count) => Math.ceil((count * STEP_US) / (SLICE_MS * 1000)))
    expect(Math.max(...slices) - Math.min(...slices)).toBeLessThanOrEqual(1)
  }
  expect(Math.min(...steps)).toBeGreaterThan(0)
})

test('one that leaves has no turn any more, and holds up no other', () => {
  const { turns, all, steps, turn } = world(3)
  for (const taker of all) turns.soon(taker)
  turns.leave(all[1]!)
  for (let n = 0; n < 10; n++) turn()
  expect(steps[1]).toBe(0)
  expect(Math.min(steps[0]!, steps[2]!)).toBeGreaterThan(0)
})
