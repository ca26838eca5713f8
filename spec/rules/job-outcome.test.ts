import { describe, expect, test } from 'vitest'
import { jobOutcome, meetsRequirement } from './job-outcome.ts'

const ended = { total: 3, succeeded: 1, stopped: 0, reason: null, wasOpen: false }

describe('jobOutcome', () => {
  test('goes by the items when nothing stopped the job', () => {
    expect(jobOutcome({ ...ended, succeeded: 3 })).toBe('succeeded')
    expect(jobOutcome(ended)).toBe('partial')
    expect(jobOutcome({ ...ended, succeeded: 0 })).toBe('failed')
    expect(jobOutcome({ ...ended, total: 0, succeeded: 0 })).toBe('succeeded')
  })

  test.each(['cancelled', 'expired'] as const)('is %s only if that mark cancelled an item', (reason) => {
    expect(jobOutcome({ ...ended, reason, stopped: 1 })).toBe(reason)
    expect(jobOutcome({ ...ended, reason })).toBe('partial')
    expect(jobOutcome({ ...ended, reason, succeeded: 3 })).toBe('succeeded')
  })

  test.each(['cancelled', 'expired'] as const)('is %s when the job was open, or had no item', (reason) => {
    expect(jobOutcome({ ...ended, reason, wasOpen: true })).toBe(reason)
    expect(jobOutcome({ ...ended, reason, total: 0, succeeded: 0 })).toBe(reason)
  })
})

test('meetsRequirement takes every end, all but the two early ones, or success alone', () => {
  const outcomes = ['succeeded', 'partial', 'failed', 'cancelled', 'expired'] as const
  const meeting = (require: Parameters<typeof meetsRequirement>[1]) =>
    outcomes.filter((outcome) => meetsRequirement(outcome, require))
  expect(meeting('ended')).toEqual(outcomes)
  expect(meeting('finished')).toEqual(['succeeded', 'partial', 'failed'])
  expect(meeting('succeeded')).toEqual(['succeeded'])
})
