import { describe, expect, it } from 'vitest'
import { MAX_LOT_BYTES, Pace } from './lot-size.ts'

/** Some time of work at a steady speed. */
function paceOf(itemsPerSecond: number, options: { seconds?: number; active?: number; callMs?: number } = {}): Pace {
  const pace = new Pace()
  const { seconds = 2, active = 0, callMs = 1 } = options
  for (let n = 0; n < seconds * 100; n++)
    pace.add({ items: itemsPerSecond / 100, busyUs: 10_000, activeUs: 10_000 * active, callMs })
  return pace
}

describe('Pace', () => {
  it('begins with a few calls', () => {
    expect(new Pace().lotItems(1)).toBe(16)
    expect(new Pace().lotItems(100)).toBe(1600)
  })

  it.each([
    [50, 1],
    [1000, 20],
    [20_000, 400],
    [200_000, 4000],
    [1_000_000, 5000],
  ])('makes lots of 20 ms at %d items a second', (speed, items) => {
    expect(paceOf(speed).lotItems(1)).toBe(items)
  })

  it('follows a change within half a second', () => {
    const pace = paceOf(100_000)
    for (let n = 0; n < 50; n++) pace.add({ items: 10, busyUs: 10_000, activeUs: 0, callMs: 1 })
    expect(pace.lotItems(1)).toBeLessThan(200)
  })

  it('keeps a lot in memory small when items are large', () => {
    const pace = paceOf(1_000_000)
    pace.addSizes(10, 10 * 1024 * 1024)
    expect(pace.lotItems(1)).toBe(MAX_LOT_BYTES / (1024 * 1024))
    for (let n = 0; n < 20; n++) pace.addSizes(1000, 170_000)
    expect(pace.lotItems(1)).toBe(5000)
  })

  it('recognizes slow channels and busy threads', () => {
    expect(paceOf(10, { callMs: 400 }).slow).toBe(true)
    expect(paceOf(10, { callMs: 40 }).slow).toBe(false)
    expect(paceOf(10, { active: 0.9 }).needsThread).toBe(true)
    expect(paceOf(10, { active: 0.1 }).needsThread).toBe(false)
  })
})
