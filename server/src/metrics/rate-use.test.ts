import { expect, it } from 'vitest'
import { RateUse } from './rate-use.ts'

it('is the share of the allowed rate over the last 10 to 20 s, however often somebody looks', () => {
  const use = new RateUse()
  const unitUs = 100_000 // 10 a second
  const look = (seconds: number, taken: number) => use.look(3, { unitUs, takenUnits: taken }, 1e6 + seconds * 1e6)
  expect(look(0, 1000)).toBe(null)
  expect(look(2, 1010)).toBeCloseTo(0.5)
  expect(look(10, 1100)).toBeCloseTo(1)
  expect(look(11, 1100)).toBeCloseTo(100 / 110)
  expect(look(20, 1100)).toBe(0) // from second 10 on
  expect(look(30, 1400)).toBe(1) // more than allowed is a burst
  use.clear(3)
  expect(look(31, 1400)).toBe(null)
})

it('is none without a limit, and survives a counter that wraps', () => {
  const use = new RateUse()
  expect(use.look(0, { unitUs: 0, takenUnits: 5 }, 1e6)).toBe(null)
  use.look(0, { unitUs: 1e6, takenUnits: 0x7fffffff }, 1e6)
  expect(use.look(0, { unitUs: 1e6, takenUnits: -0x80000000 }, 3e6)).toBe(0.5)
})
