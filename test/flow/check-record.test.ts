import { describe, expect, test } from 'vitest'
import { checkBooks } from '../support/check-books.ts'
import {
  checkBlocked,
  checkEachDelivered,
  checkNoOverlap,
  checkOrder,
  checkProgress,
  checkRate,
  checkRepeats,
  checkRepeatsPerStart,
  checkEndedBeforeNext,
  checkStages,
  endAtKills,
} from '../support/check-record.ts'
import type { AcceptedJob, RecordedCall } from '../support/record.ts'

/** A faultless record of two jobs on two keys; each test seeds one bug into it. */
const jobs: AcceptedJob[] = [
  { jobId: 'job_a', keys: ['x', 'y', 'x'] },
  { jobId: 'job_b', keys: ['x'] },
]

function call(jobId: string, index: number, over: Partial<RecordedCall> & { startMs: number }): RecordedCall {
  return {
    endMs: over.startMs + 5,
    key: jobs.find((job) => job.jobId === jobId)!.keys[index]!,
    jobId,
    index,
    channel: 'shop',
    epoch: 1,
    attempt: 1,
    idempotencyKey: `${jobId}/${index}`,
    answer: 'succeeded',
    ...over,
  }
}

function faultless(): RecordedCall[] {
  return [
    call('job_a', 0, { startMs: 0 }),
    call('job_a', 1, { startMs: 1, answer: 'retry' }),
    call('job_a', 2, { startMs: 10 }),
    call('job_a', 1, { startMs: 20, attempt: 2 }),
    call('job_b', 0, { startMs: 30 }),
  ]
}

describe('checkers of the record', () => {
  test('find nothing in a faultless record', () => {
    const calls = faultless()
    expect([
      ...checkNoOverlap(calls),
      ...checkOrder(calls, jobs),
      ...checkEndedBeforeNext(calls),
      ...checkRepeats(calls),
      ...checkRepeatsPerStart(calls),
      ...checkEachDelivered(calls, jobs),
    ]).toEqual([])
  })

  test('ORD-1 sees two items of a key overlap', () => {
    const calls = faultless()
    calls[2] = call('job_a', 2, { startMs: 4 })
    expect(checkNoOverlap(calls)).toHaveLength(1)
  })

  test('ORD-1 lets an item overlap its own repeat', () => {
    expect(
      checkNoOverlap([call('job_a', 0, { startMs: 0, endMs: 50 }), call('job_a', 0, { startMs: 10, epoch: 2 })]),
    ).toEqual([])
  })

  test('ORD-3 sees an item called after a later one of its key', () => {
    const calls = [...faultless(), call('job_a', 0, { startMs: 40, epoch: 2 })]
    expect(checkOrder(calls, jobs)).toHaveLength(1)
  })

  test('ORD-5 sees a later job overtake', () => {
    const calls = [call('job_b', 0, { startMs: 0 }), call('job_a', 0, { startMs: 10 })]
    expect(checkOrder(calls, jobs)).toHaveLength(1)
  })

  test('ORD-4 sees a key continue while its head has to be tried again', () => {
    const calls = [call('job_a', 0, { startMs: 0, answer: 'retry' }), call('job_a', 2, { startMs: 10 })]
    expect(checkEndedBeforeNext(calls)).toHaveLength(1)
  })

  test('ORD-4 lets the items of a stopped job end without an answer', () => {
    const calls = [call('job_a', 0, { startMs: 0, answer: 'broken' }), call('job_b', 0, { startMs: 10 })]
    expect(checkEndedBeforeNext(calls)).toHaveLength(1)
    expect(checkEndedBeforeNext(calls, new Set(['job_a']))).toEqual([])
  })

  test('PRG-3 sees a second stage begin before the first has ended', () => {
    const stages = [{ first: 'job_a', second: 'job_b' }]
    expect(checkStages(faultless(), stages)).toEqual([])
    expect(checkStages([...faultless(), call('job_b', 0, { startMs: 22 })], stages)).toHaveLength(1)
  })

  test('ORD-3 sees two items of a key called again after one start', () => {
    const again = [call('job_a', 0, { startMs: 50, epoch: 2 }), call('job_a', 2, { startMs: 60, epoch: 2 })]
    expect(checkRepeatsPerStart([...faultless(), ...again])).toHaveLength(1)
  })

  test('REC-6 sees a repeat with another key or a lower attempt', () => {
    const calls = faultless()
    calls[3] = call('job_a', 1, { startMs: 20, attempt: 1, idempotencyKey: 'other' })
    expect(checkRepeats(calls)).toHaveLength(2)
  })

  test('REC-1 sees an item lost and an item taken twice', () => {
    const calls = faultless().slice(0, 4)
    calls.push(call('job_a', 0, { startMs: 60, attempt: 2 }))
    expect(checkEachDelivered(calls, jobs)).toEqual([
      'REC-1 job_a/0 was taken twice within one start',
      'REC-1 job_b/0 was never taken by the connector',
    ])
  })

  test('REC-1 sees results that miss an item, show one twice, or tell what the connector did not answer', () => {
    const line = (index: number, status = 'succeeded') => ({ index, status })
    const faultsOf = (...lines: { index: number; status: string }[]) =>
      checkBooks(faultless(), [{ jobId: 'job_a', total: 3, lines }])
    expect(faultsOf(line(0), line(1), line(2))).toEqual([])
    expect(faultsOf(line(0), line(2))).toHaveLength(1)
    expect(faultsOf(line(0), line(1), line(1), line(2))).toHaveLength(1)
    expect(faultsOf(line(0), line(1), line(2), line(3))).toHaveLength(1)
    expect(faultsOf(line(0), line(1, 'failed'), line(2))).toHaveLength(1)
    expect(faultsOf(line(0), line(1, 'pending'), line(2))).toHaveLength(1)
    expect(checkBooks([], [{ jobId: 'job_a', total: 1, lines: [line(0)] }])).toHaveLength(1)
    // Nothing fails that was never called, but for what was invalid from the beginning.
    const uncalled = [{ jobId: 'job_a', total: 2, lines: [line(0, 'failed'), line(1, 'failed')] }]
    expect(checkBooks([], uncalled)).toHaveLength(2)
    expect(checkBooks([], [{ ...uncalled[0]!, uncalled: 1 }])).toHaveLength(1)
    expect(checkBooks([], [{ ...uncalled[0]!, uncalled: 2 }])).toEqual([])
    const cancelled = [{ jobId: 'job_a', total: 1, lines: [line(0, 'cancelled')] }]
    const refused = call('job_a', 0, { startMs: 0, epoch: 1, answer: 'failed' })
    expect(checkBooks([refused], cancelled)).toHaveLength(1)
    // The process that heard it died, and the next one found the job cancelled.
    expect(checkBooks([refused, call('job_b', 0, { startMs: 2000, epoch: 2 })], cancelled)).toEqual([])
    expect(checkBooks([refused, call('job_b', 0, { startMs: 20_000, epoch: 2 })], cancelled)).toHaveLength(1)
  })

  test('RAT-1 sees one call too many in a window, also across the border of a fixed window', () => {
    const limit = { limit: 10, periodMs: 1000, burst: 1 }
    const even = Array.from({ length: 50 }, (_, n) => n * 100)
    expect(checkRate(even, limit)).toEqual([])
    expect(checkRate([...even, 4850], limit).length).toBeGreaterThan(0)
    const border = [
      ...Array.from({ length: 10 }, (_, n) => 900 + n * 10),
      ...Array.from({ length: 10 }, (_, n) => 1000 + n * 10),
    ]
    expect(checkRate(border, { ...limit, burst: 10 }).length).toBeGreaterThan(0)
  })

  test('RAT-2 sees a call inside a Retry-After', () => {
    const blocks = [{ fromMs: 100, untilMs: 1100 }]
    expect(checkBlocked([50, 99, 1100], blocks, 10)).toEqual([])
    expect(checkBlocked([600], blocks, 10)).toHaveLength(1)
    // Killed before the answer can have been written, and long after it.
    expect(checkBlocked([600], endAtKills(blocks, [90, 130]), 10)).toEqual([])
    expect(checkBlocked([120, 600], endAtKills(blocks, [130]), 5)).toHaveLength(1)
    expect(checkBlocked([600], endAtKills(blocks, [90, 500]), 10)).toHaveLength(1)
  })

  test('PRG-1 sees counts that do not balance, fall, or differ under one version', () => {
    const counts = { total: 10, pending: 8, waiting: 0, running: 0, succeeded: 2, failed: 0, cancelled: 0 }
    const seen = { version: 5, status: 'running', counts }
    expect(checkProgress([seen, seen])).toEqual([])
    expect(checkProgress([{ ...seen, counts: { ...counts, pending: 7 } }])).toHaveLength(1)
    expect(
      checkProgress([seen, { ...seen, version: 6, counts: { ...counts, succeeded: 1, pending: 9 } }]),
    ).toHaveLength(1)
    expect(checkProgress([seen, { ...seen, version: 4 }])).toHaveLength(1)
    expect(checkProgress([seen, { ...seen, counts: { ...counts, succeeded: 3, pending: 7 } }])).toHaveLength(1)
  })
})
