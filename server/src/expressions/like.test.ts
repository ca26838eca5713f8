import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { like, MAX_GLOB_LENGTH } from './like.ts'

describe('like', () => {
  it.each([
    ['sku-1', 'sku-*', true],
    ['sku-1', 'sku-?', true],
    ['sku-10', 'sku-?', false],
    ['', '*', true],
    ['', '', true],
    ['a', '', false],
    ['a*b', 'a\\*b', true],
    ['axb', 'a\\*b', false],
    ['abcabd', '*abd', true],
    ['a\\', 'a\\', true],
  ])('%j %j: %s', (text, glob, result) => {
    expect(like(text, glob)).toBe(result)
  })

  it('matches as a regular expression does', () => {
    const part = fc.constantFrom('a', 'b', '*', '?')
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c')), fc.array(part, { maxLength: 8 }), (text, glob) => {
        const expected = new RegExp(`^${glob.join('').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's')
        expect(like(text.join(''), glob.join(''))).toBe(expected.test(text.join('')))
      }),
    )
  })

  it('refuses a pattern that is too long', () => {
    expect(() => like('a', 'a'.repeat(MAX_GLOB_LENGTH + 1))).toThrow('at most 256 characters')
  })
})
