import { describe, expect, test } from 'vitest'
import { executionOutcome, executionStatus, sumCounts, type MemberJob } from './execution-status.ts'

function job(
  status: MemberJob['status'],
  { startedAt = null, error = null }: Partial<Pick<MemberJob, 'startedAt' | 'error'>> = {},
): MemberJob {
  return { status, done: status === 'ended', startedAt, error }
}

describe('executionStatus', () => {
  test.each([
    [['ended', 'ended'], 'ended'],
    [['ended', 'cancelling'], 'cancelling'],
    [['paused', 'running'], 'running'],
    [['ended', 'paused'], 'paused'],
    [['ended', 'blocked'], 'running'],
    [['pending', 'blocked'], 'pending'],
    [['open', 'blocked'], 'open'],
    [['scheduled', 'blocked'], 'scheduled'],
    [['blocked'], 'blocked'],
  ] as const)('of jobs that are %j is %s', (statuses, status) => {
    expect(executionStatus(statuses.map((one) => job(one)))).toBe(status)
  })

  test('is running once a call has started', () => {
    expect(executionStatus([job('blocked'), job('pending', { startedAt: '2026-01-15T08:00:00Z' })])).toBe('running')
  })

  test('is blocked when a job waits in vain and nothing else continues', () => {
    const error = {
      type: '/docs/errors#dependency_unmet',
      title: 'Unmet',
      status: 409,
      code: 'dependency_unmet',
    } as const
    const stuck = job('blocked', { error: { ...error, detail: 'A job before it was cancelled', requestId: 'r' } })
    expect(executionStatus([job('ended'), stuck, job('blocked')])).toBe('blocked')
    expect(executionStatus([job('running'), stuck])).toBe('running')
  })
})

describe('executionOutcome', () => {
  test.each([
    [['succeeded', 'succeeded'], 0, 'succeeded'],
    [['succeeded', 'cancelled', 'expired'], 1, 'cancelled'],
    [['succeeded', 'expired'], 1, 'expired'],
    [['succeeded', 'failed'], 1, 'partial'],
    [['failed', 'failed'], 1, 'partial'],
    [['failed', 'failed'], 0, 'failed'],
    [[null, 'succeeded'], 0, 'partial'],
  ] as const)('of %j with %d items that succeeded is %s', (outcomes, succeeded, outcome) => {
    expect(executionOutcome(outcomes, succeeded)).toBe(outcome)
  })
})

test('sumCounts adds up every count', () => {
  const counts = { total: 7, pending: 1, waiting: 1, running: 1, succeeded: 2, failed: 1, cancelled: 1 }
  expect(sumCounts([{ counts }, { counts }])).toEqual({
    ...{ total: 14, pending: 2, waiting: 2, running: 2, succeeded: 4, failed: 2, cancelled: 2 },
  })
})
