import { InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import {
  collectList,
  collectPairs,
  collectTypes,
  parseCount,
  parseDelimiter,
  parseDuration,
  parseTime,
} from './read-options.ts'

describe('options', () => {
  test.each([
    ['90s', 90_000],
    ['90', 90_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['500ms', 500],
    ['30d', 2_592_000_000],
  ])('%s is %i ms', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs)
  })

  test.each([
    ['2026-01-16T02:00:00Z', '2026-01-16T02:00:00.000Z'],
    ['2026-01-16T02:00+01:00', '2026-01-16T01:00:00.000Z'],
  ])('%s is the time %s', (text, time) => {
    expect(parseTime(text)).toBe(time)
  })

  test('gather what is repeated', () => {
    expect(collectList('failed,cancelled', ['succeeded'])).toEqual(['succeeded', 'failed', 'cancelled'])
    expect(collectPairs('a=b=c', { run: '1' })).toEqual({ run: '1', a: 'b=c' })
    expect(collectPairs('a=')).toEqual({ a: '' })
    expect([...collectTypes('a=number,b=c=json', new Map([['d', 'text']]))]).toEqual([
      ['d', 'text'],
      ['a', 'number'],
      ['b=c', 'json'],
    ])
    expect([parseDelimiter(';'), parseDelimiter('tab'), parseDelimiter('\\t'), parseCount('20')]).toEqual([
      ';',
      '\t',
      '\t',
      20,
    ])
  })

  test.each<[(text: string) => unknown, string[]]>([
    [parseDuration, ['', 'soon', '-1s', '1w', '1 h']],
    [parseTime, ['tomorrow', '2026-01-16', '2026-01-16T02:00:00', '2026-13-16T02:00:00Z']],
    [collectList, ['', 'a,,b']],
    [collectPairs, ['run', '=1']],
    [collectTypes, ['price', 'price=money', '=number']],
    [parseDelimiter, ['', ';;', '"']],
    [parseCount, ['', '-1', '1.5', 'many']],
  ])('refuse what is none: %o', (parse, wrong) => {
    for (const text of wrong) expect(() => parse(text), text).toThrow(InvalidArgumentError)
  })
})
