import { expect, it } from 'vitest'
import { parseRetryAfter } from './retry-after.ts'
import { maxDelayMs } from './sleep.ts'

const nowMs = Date.parse('2026-01-15T08:00:00Z')

it.each([
  ['0', 0],
  ['5', 5_000],
  ['1.5', 1_500],
  // Above 60 s is a wait like any other, not none.
  ['3600', 3_600_000],
  ['99999999999999999999', maxDelayMs],
  ['Thu, 15 Jan 2026 08:00:30 GMT', 30_000],
  ['Thu, 15 Jan 2026 07:00:00 GMT', 0],
  ['Thu, 15 Jan 2126 08:00:00 GMT', maxDelayMs],
  [null, null],
  ['', null],
  ['-1', null],
  ['soon', null],
  ['2026', 2_026_000],
  ['1/2', null],
])('parseRetryAfter reads %j as %j ms', (value, expected) => {
  expect(parseRetryAfter(value, nowMs)).toBe(expected)
})
