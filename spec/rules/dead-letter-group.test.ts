import { describe, expect, it } from 'vitest'
import { deadLetterGroupId, deadLetterGroupNumber, errorLine, errorNumber } from './dead-letter-group.ts'

const numberOf = (code: string, detail: string | null) => errorNumber(code, errorLine(detail))

describe('errorLine', () => {
  it('is the first line that has text, at most 200 characters of it', () => {
    expect(errorLine('\n  price: 7 \r\nsecond')).toBe('price: 7')
    expect(errorLine('ä'.repeat(300))).toHaveLength(200)
    expect(errorLine('😀'.repeat(300))).toBe('😀'.repeat(200))
    expect(errorLine(' \n ')).toBeNull()
    expect(errorLine(null)).toBeNull()
  })
})

describe('errorNumber', () => {
  it('is frozen', () => {
    expect(numberOf('http_422', 'price: must not be negative')).toBe(1_036_359_908_836_358)
  })

  it('is the same for lines that differ in their digits alone', () => {
    const number = numberOf('http_404', 'product 4711 not found\nrequest a')
    expect(numberOf('http_404', 'product 12 not found\nrequest b')).toBe(number)
    expect(numberOf('http_404', 'product x not found')).not.toBe(number)
    expect(numberOf('http_410', 'product 12 not found')).not.toBe(number)
  })

  it('tells no detail from one that nobody looked at', () => {
    expect(errorNumber('timeout', null)).not.toBe(errorNumber('timeout', undefined))
  })

  it('rarely is the same for others', () => {
    const numbers = new Set(Array.from({ length: 20_000 }, (_, n) => numberOf('a', String.fromCodePoint(0x4e00 + n))))
    expect(numbers.size).toBe(20_000)
    for (const number of numbers) expect(Number.isSafeInteger(number) && number >= 0 && number < 2 ** 52).toBe(true)
  })

  it('is that of the id of the group', () => {
    for (const number of [0, 1, 2 ** 52 - 1, numberOf('timeout', null)]) {
      expect(deadLetterGroupId(number)).toMatch(/^dlg_[0-9a-f]{13}$/)
      expect(deadLetterGroupNumber(deadLetterGroupId(number))).toBe(number)
    }
  })
})
