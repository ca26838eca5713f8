import { expect, it } from 'vitest'
import { timeLeftMs } from './time-left.ts'

const call = { timeoutMs: 1000, startedAtMs: 5000, deadlineAtMs: null }

it.each([
  ['all of its time-out at its start', call, 5000, 1000],
  ['what waiting for a token left', call, 5400.5, 599],
  ['the time until a deadline that comes first', { ...call, deadlineAtMs: 5300 }, 5100, 200],
  ['its time-out where the deadline comes later', { ...call, deadlineAtMs: 9000 }, 5100, 900],
  ['1 ms when its time is up', call, 7000, 1],
  ['1 ms when the deadline is past', { ...call, deadlineAtMs: 5000 }, 5000, 1],
  ['no more than its time-out when the clock was set back', call, 4000, 1000],
])('timeLeftMs gives a call %s', (_, time, nowMs, left) => {
  expect(timeLeftMs(time, nowMs)).toBe(left)
})
