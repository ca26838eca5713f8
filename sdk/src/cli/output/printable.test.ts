import { describe, expect, test } from 'vitest'
import { countOf, formatSeconds, shorten, toPrintable } from './printable.ts'
import { formatFields, formatTable } from './table.ts'

describe('text for people', () => {
  test('never holds what a terminal obeys', () => {
    const text = toPrintable('a\u001b]0;title\u0007\r\n\tb\u009b31m\u202ec č🚚')
    expect(text).toBe('a\\u001b]0;title\\u0007\\u000d\\n\\tb\\u009b31m\\u202ec č🚚')
  })

  test.each([
    [0, '0 s'],
    [0.2, '1 s'],
    [59, '59 s'],
    [330, '6 min'],
    [3_600, '1 h'],
    [7_800, '2 h 10 min'],
    [90_000, '1 d 1 h'],
    [-5, '0 s'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text)
  })

  test('counts and shortens', () => {
    expect([countOf(1, 'item'), countOf(0, 'item'), countOf(20_000, 'item')]).toEqual([
      '1 item',
      '0 items',
      '20,000 items',
    ])
    expect([shorten('abcdef', 6), shorten('abcdefg', 6)]).toEqual(['abcdef', 'abcde…'])
  })

  test('stands in columns', () => {
    expect(
      formatTable(
        ['ID', 'STATUS'],
        [
          ['sku-1', 'ended\n'],
          ['s', ''],
        ],
      ),
    ).toEqual(['ID     STATUS', 'sku-1  ended\\n', 's'])
    expect(
      formatFields([
        ['job', 'a'],
        ['source', null],
        ['progress', '5 %'],
      ]),
    ).toEqual(['job       a', 'progress  5 %'])
  })
})
