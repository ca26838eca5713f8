import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { SLICE_MS } from '../../runtime/loop-turns.ts'
import { TurnBudget } from './turn-budget.ts'

function world() {
  const clock = new FakeClock()
  const deferred: (() => void)[] = []
  const budget = new TurnBudget({ clock, defer: (callback) => deferred.push(callback) })
  /** @returns how much it might have used, ms; null: nothing was left */
  const work = (ms: number): number | null =>
    budget.spend((endUs) => {
      const leftMs = (endUs - clock.monotonicUs()) / 1000
      clock.advance(ms)
      return leftMs
    })
  return { budget, deferred, work }
}

describe('TurnBudget', () => {
  it('has one slice for all work of a turn', () => {
    const { deferred, work } = world()
    expect([work(SLICE_MS - 1), work(2), work(1)]).toEqual([SLICE_MS, 1, null])
    expect(deferred).toHaveLength(1)
    deferred.shift()!()
    expect(work(1)).toBe(SLICE_MS)
    expect(deferred).toHaveLength(1)
  })

  it('begins anew on request', () => {
    const { budget, work } = world()
    work(SLICE_MS)
    expect(work(1)).toBeNull()
    budget.renew()
    expect(work(1)).toBe(SLICE_MS)
  })
})
