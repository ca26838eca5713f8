import { describe, expect, it } from 'vitest'
import { deliveryRate, toRun, totalRate } from './run.ts'

const work = { items: 1000, keys: 1, maxSeconds: 3 }

describe('toRun', () => {
  it('counts what was delivered: an item that started twice once, one that never started not at all', () => {
    const run = toRun(work, { intakeMs: 10, deliveryMs: 100, starts: Uint32Array.of(0, 1, 2, 2, 3) })
    expect(run).toMatchObject({ items: 1000, delivered: 4, disorders: 0, repeats: 1 })
    expect(deliveryRate(run)).toBe(40)
  })
})

describe('totalRate', () => {
  it('adds the intake of an item to its delivery, whatever part was delivered', () => {
    const half = { items: 1000, intakeMs: 1000, deliveryMs: 500, delivered: 500, disorders: 0, repeats: 0 }
    expect(totalRate(half)).toBe(500)
    expect(totalRate({ ...half, deliveryMs: 1000, delivered: 1000 })).toBe(500)
  })
})
