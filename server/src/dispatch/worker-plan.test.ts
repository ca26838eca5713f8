import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeLot, type LotJob, LotReader } from './messages-lot.ts'
import { planCalls } from './worker-plan.ts'

function lotOf(items: readonly { job: number; line: string }[], jobs = 3): LotReader {
  const table: LotJob[] = Array.from({ length: jobs }, (_, n) => ({
    ref: n + 1,
    jobId: `job_${n}`,
    subscription: 's',
    objectType: 'o',
    action: 'update',
    partitionBy: 'item',
    deadlineAtMs: null,
  }))
  const bodies = items.map(({ line }) => Buffer.from(line))
  const zeros = new Uint32Array(items.length)
  return new LotReader(
    encodeLot(table, {
      count: items.length,
      jobs: items.map(({ job }) => job),
      indexes: zeros,
      chunks: zeros,
      itemHandles: zeros,
      attempts: zeros,
      throttled: zeros,
      bodies,
      starts: zeros,
      ends: bodies.map(({ length }) => length),
    }),
  )
}

describe('planCalls', () => {
  it('makes no plan where every item is a call of its own', () => {
    expect(planCalls(lotOf([{ job: 0, line: '{}' }]), 1)).toBeNull()
  })

  it('fills calls with items of one job, in the order of their first items', () => {
    const jobs = [0, 1, 0, 0, 1, 2, 0]
    expect(planCalls(lotOf(jobs.map((job) => ({ job, line: '{"id":"a"}' }))), 3)).toEqual([[0, 2, 3], [1, 4], [5], [6]])
  })

  it('keeps actions apart, however their name is written', () => {
    const lines = [
      '{"id":"a"}',
      '{"id":"a","action":"delete"}',
      '{"id":"a","action":"update"}',
      '{"id":"a","\\u0061ction":"delete"}',
    ]
    expect(planCalls(lotOf(lines.map((line) => ({ job: 0, line }))), 10)).toEqual([
      [0, 2],
      [1, 3],
    ])
    expect(planCalls(lotOf([lines[0]!, lines[3]!].map((line) => ({ job: 0, line }))), 10)).toEqual([[0], [1]])
  })

  it('puts every item into one call, of its job and action, no larger than allowed', () => {
    const item = fc.record({ job: fc.nat({ max: 2 }), action: fc.constantFrom(undefined, 'update', 'delete') })
    fc.assert(
      fc.property(fc.array(item), fc.integer({ min: 2, max: 7 }), (items, batchSize) => {
        const calls = planCalls(
          lotOf(items.map(({ job, action }) => ({ job, line: JSON.stringify({ id: 'a', action }) }))),
          batchSize,
        )!
        expect(calls.flat().sort((a, b) => a - b)).toEqual(items.map((_, n) => n))
        for (const call of calls) {
          expect(call.length).toBeLessThanOrEqual(batchSize)
          expect(new Set(call.map((n) => `${items[n]!.job} ${items[n]!.action ?? 'update'}`)).size).toBe(1)
        }
      }),
    )
  })
})
