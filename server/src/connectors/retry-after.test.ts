import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from './retry-after.ts'

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0)
const LIMITS = { nowMs: NOW, maxMs: MAX_RETRY_AFTER_MS }

describe('parseRetryAfter', () => {
  it.each<[string, number | null]>([
    ['120', 120_000],
    [' 7 ', 7000],
    ['86400', MAX_RETRY_AFTER_MS],
    ['86401', MAX_RETRY_AFTER_MS],
    ['99999999999999999999999', MAX_RETRY_AFTER_MS],
    ['0', null],
    ['-5', null],
    ['1.5', 1500],
    ['2.0', 2000],
    ['.5', null],
    ['2.', null],
    ['1e3', null],
    ['soon', null],
    ['', null],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
    ['Sunday, 22-Nov-26 12:00:30 GMT', 30_000],
    ['Sun Nov 22 12:00:30 2026', 30_000],
    ['Tue Dec  1 12:00:00 2026', MAX_RETRY_AFTER_MS],
    ['Sun, 22 Nov 2026 11:59:59 GMT', null],
    ['Wednesday, 06-Nov-94 08:49:37 GMT', null],
    ['Sun, 22 Nov 2026 12:00:30', null],
    ['Sun, 22 Nov 2026 12:00:30 CET', null],
    ['Sun, 31 Feb 2027 12:00:30 GMT', null],
    ['Sun, 22 Nov 2026 25:00:30 GMT', null],
    ['2026-11-22T12:00:30Z', null],
  ])('reads %j as %j ms', (header, expected) => {
    expect(parseRetryAfter(header, LIMITS)).toBe(expected)
  })

  it('takes the first of several', () => {
    expect(parseRetryAfter(['3', '4'], LIMITS)).toBe(3000)
    expect(parseRetryAfter(undefined, LIMITS)).toBeNull()
  })

  it('never answers anything but null or a wait of at most a day', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const delayMs = parseRetryAfter(header, LIMITS)
        expect(delayMs === null || (delayMs > 0 && delayMs <= MAX_RETRY_AFTER_MS)).toBe(true)
      }),
    )
  })
})
