import type { JobProgress } from '@waybill/spec'
import { describe, expect, test } from 'vitest'
import { describeOutcome, describeProgress, formatJob, formatPercent } from './describe-job.ts'
import { createFakeJob } from '../testing/fake-job.ts'

const speed = { ratio: 0.2, itemsPerSecond: 48.5, etaSeconds: 330, estimatedEndAt: '2026-01-15T08:05:30.000Z' }
const progress = { ...speed, decidedBy: null }

describe('a job in words', () => {
  test('reports rate, time left and what it waits for', () => {
    const waiting = [{ reason: 'rate_limit' as const, items: 900, until: null }]
    expect(describeProgress(createFakeJob({ progress, waiting }))).toBe(
      '49 items/s, 6 min left, waits for the rate limit',
    )
    expect(describeProgress(createFakeJob({ progress: { ...progress, itemsPerSecond: 0.25, etaSeconds: null } }))).toBe(
      '0.3 items/s',
    )
    expect(describeProgress(createFakeJob({ status: 'pending' }))).toBe('pending')
  })

  test('reports until when it waits, and reasons that came later than this version', () => {
    const until = new Date(Date.now() + 3_599_500).toISOString()
    const scheduled = createFakeJob({ status: 'scheduled', waiting: [{ reason: 'schedule', items: 1, until }] })
    expect(describeProgress(scheduled)).toBe('scheduled, waits for its time (1 h)')
    const unknown = createFakeJob({ waiting: [{ reason: 'moonlight' as never, items: 1, until: null }] })
    expect(describeProgress(unknown)).toBe('waits for moonlight')
  })

  test('distinguishes a paused job from a job whose channel is paused', () => {
    const waiting = [{ reason: 'paused' as const, items: 1, until: null }]
    expect(describeProgress(createFakeJob({ status: 'paused', waiting }))).toBe('paused, waits for being resumed')
    expect(describeProgress(createFakeJob({ waiting }))).toBe('waits for its channel to be resumed')
  })

  test('reports what decides the remaining time', () => {
    const decided = (decision: Partial<NonNullable<JobProgress['decidedBy']>>) => {
      const none = { items: 15_936, itemsPerSecond: null, until: null, reason: null }
      const decidedBy = { constraint: 'measured' as const, ...none, ...decision }
      const lines = formatJob(createFakeJob({ channel: 'shop-eu', progress: { ...progress, decidedBy } }))
      return lines.find((line) => line.startsWith('decided by'))!.replace(/^decided by\s+/, '')
    }
    const until = new Date(Date.now() + 3_599_500).toISOString()
    expect(decided({ itemsPerSecond: 48.5 })).toBe('15,936 items at 49 items/s')
    const byLimit = { constraint: 'rate_limit', itemsPerSecond: 50 } as const
    expect(decided(byLimit)).toBe('15,936 items at 50 items/s, the rate limit of shop-eu')
    const still = { until, reason: 'circuit_open' } as const
    expect(decided({ ...byLimit, ...still })).toMatch(/ of shop-eu, after the channel, which is failing in 1 h$/)
    expect(decided({ constraint: 'standstill', ...still })).toBe('the channel, which is failing, over in 1 h')
    expect(decided({ constraint: 'retry', items: 1, until })).toBe('the next attempt of 1 item in 1 h')
    expect(decided({ constraint: 'deadline', until })).toBe('its deadline in 1 h, which cancels 15,936 items')
    expect(formatJob(createFakeJob({ progress })).join()).not.toContain('decided by')
  })

  test('reports how it ended', () => {
    const counts = { total: 20_000, succeeded: 19_988, failed: 12 }
    expect(describeOutcome(createFakeJob({ outcome: 'partial', counts }))).toBe('partial: 19,988 succeeded, 12 failed')
    expect(describeOutcome(createFakeJob({ outcome: 'succeeded', counts: { total: 1, succeeded: 1 } }))).toBe(
      'succeeded: 1 item',
    )
    expect(describeOutcome(createFakeJob({ outcome: 'cancelled', counts: { total: 2, cancelled: 2 } }))).toBe(
      'cancelled: 0 succeeded, 2 cancelled',
    )
  })

  test('counts what has ended, and calls no job without items unfinished', () => {
    expect(formatPercent(createFakeJob({ counts: { total: 3, succeeded: 1, failed: 1 } }))).toBe(' 66 %')
    expect(formatPercent(createFakeJob())).toBe('100 %')
  })

  test('names the jobs that it waits for', () => {
    const waiting = [{ reason: 'dependency' as const, items: 2, until: null, jobs: ['job_1', 'job_2'] }]
    expect(formatJob(createFakeJob({ waiting }))).toContain('waiting   2 items: dependency job_1 job_2')
  })

  test('is shown a field a line, without what it does not have and without escape sequences', () => {
    const lines = formatJob(createFakeJob({ source: '\u001b[2Jpim', counts: { total: 2, running: 2 } }))
    expect(lines).toContain('items     2 total, 2 running')
    expect(lines).toContain('source    \\u001b[2Jpim')
    expect(lines.some((line) => line.startsWith('deadline'))).toBe(false)
  })
})
