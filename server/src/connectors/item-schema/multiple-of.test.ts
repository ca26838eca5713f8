import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isMultipleOf } from './multiple-of.ts'

it.each([
  [19.99, 0.01, true],
  [0.3, 0.1, true],
  [-1.1, 0.1, true],
  [19.995, 0.01, false],
  [7, 0.5, true],
  [0, 0.3, true],
  [1e308, 1e-300, true],
  [1e-7, 1e-8, true],
  [1.5e-7, 1e-7, false],
  [123_456_789_012_345_680, 10, true],
  [4.1, 4, false],
  [Infinity, 2, false],
])('%d is, or is not, a multiple of %d', (value, divisor, expected) => {
  expect(isMultipleOf(value, divisor)).toBe(expected)
})

it('a decimal number times a whole one is a multiple of it', () => {
  const digits = fc.integer({ min: 1, max: 99_999 })
  fc.assert(
    fc.property(
      digits,
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: -9999, max: 9999 }),
      (digit, places, times) => {
        const divisor = Number(`${digit}e-${places}`)
        const value = Number(`${digit * times}e-${places}`)
        expect(isMultipleOf(value, divisor)).toBe(true)
        if (digit > 1) expect(isMultipleOf(Number(`${digit * times + 1}e-${places}`), divisor)).toBe(false)
      },
    ),
  )
})
