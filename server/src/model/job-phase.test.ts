import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JobId, JobRef } from './ids.ts'
import type { Envelope, JobEnd, JobPhase, JobRecord } from './job.ts'
import {
  markAppended,
  markEligible,
  markEnded,
  markPaused,
  markPublished,
  markReleased,
  markResumed,
  markSealed,
  markStopped,
} from './job-phase.ts'

/** A job as it is published. */
function published(phase: JobPhase): JobRecord {
  const record: JobRecord = {
    ...{ ref: 1 as JobRef, id: 'job_1' as JobId, subscription: 'default', envelope: {} as Envelope, phase },
    ...{ total: phase === 'open' ? 0 : 3, eligibleSeq: 0, createdAtMs: 1, touchedAtMs: 1 },
    ...{ sealedAtMs: phase === 'open' ? null : 1, stop: null, pausedAtMs: null, releasedAtMs: null },
    ...{
      retryOf: null,
      traceparent: null,
      tracestate: null,
      continuesTrace: false,
      end: phase === 'ended' ? end(1) : null,
    },
  }
  markPublished(record, phase === 'eligible' ? 1 : 0)
  return record
}

function end(endedAtMs: number): JobEnd {
  const counts = { succeeded: 0, failed: 0, cancelled: 0 }
  return { outcome: 'partial', ...counts, startedAtMs: null, lastProgressAtMs: null, endedAtMs, version: endedAtMs }
}

/** Each change, at a time. */
const changes = {
  append: (record: JobRecord, n: number) => markAppended(record, { total: record.total + n, touchedAtMs: n }),
  sealWaiting: (record: JobRecord, n: number) =>
    markSealed(record, { phase: 'waiting', sealedAtMs: n, eligibleSeq: 0 }),
  sealEligible: (record: JobRecord, n: number) =>
    markSealed(record, { phase: 'eligible', sealedAtMs: n, eligibleSeq: n }),
  open: (record: JobRecord, n: number) => markEligible(record, n),
  pause: (record: JobRecord, n: number) => markPaused(record, n),
  resume: (record: JobRecord) => markResumed(record),
  release: (record: JobRecord, n: number) => markReleased(record, n),
  cancel: (record: JobRecord, n: number) => markStopped(record, { reason: 'cancelled', atMs: n }),
  expire: (record: JobRecord, n: number) => markStopped(record, { reason: 'expired', atMs: n }),
  end: (record: JobRecord, n: number) => markEnded(record, end(n)),
}
type Change = keyof typeof changes

/** The diagram: where each change leads from each phase; null: nowhere. */
const leadsTo: Record<Change, Record<JobPhase, JobPhase | null>> = {
  append: { open: 'open', waiting: null, eligible: null, ended: null },
  sealWaiting: { open: 'waiting', waiting: null, eligible: null, ended: null },
  sealEligible: { open: 'eligible', waiting: null, eligible: null, ended: null },
  open: { open: null, waiting: 'eligible', eligible: null, ended: null },
  pause: { open: 'open', waiting: 'waiting', eligible: 'eligible', ended: null },
  resume: { open: 'open', waiting: 'waiting', eligible: 'eligible', ended: null },
  release: { open: 'open', waiting: 'waiting', eligible: 'eligible', ended: null },
  cancel: { open: 'open', waiting: 'waiting', eligible: 'eligible', ended: null },
  expire: { open: 'open', waiting: 'waiting', eligible: 'eligible', ended: null },
  end: { open: 'ended', waiting: 'ended', eligible: 'ended', ended: null },
}

const phases: readonly JobPhase[] = ['open', 'waiting', 'eligible', 'ended']

describe('a job record', () => {
  test('keeps its invariants in every sequence of changes, and is not touched by an illegal one', () => {
    const change = fc.tuple(fc.constantFrom(...(Object.keys(changes) as Change[])), fc.integer({ min: 1, max: 99 }))
    fc.assert(
      fc.property(fc.constantFrom(...phases), fc.array(change, { maxLength: 20 }), (first, sequence) => {
        const record = published(first)
        for (const [name, n] of sequence) {
          const before = { ...record }
          const to = leadsTo[name][before.phase]
          const isSecondStop = (name === 'cancel' || name === 'expire') && before.stop !== null
          if (to === null || isSecondStop) {
            expect(() => changes[name](record, n)).toThrow(
              /^Cannot \w+ (to )?job job_1 as .+ must .+: current .+ is \w+$/,
            )
            expect(record).toEqual(before)
            continue
          }
          changes[name](record, n)
          expect(record.phase).toBe(to)
          expectInvariants(record, before)
        }
      }),
    )
  })

  test('has one place in the order', () => {
    expect(() => markPublished(published('eligible'), 2)).toThrow(
      /must have no place in the order: current place is 1$/,
    )
  })

  test('never loses items', () => {
    const record = published('open')
    markAppended(record, { total: 2, touchedAtMs: 2 })
    expect(() => markAppended(record, { total: 1, touchedAtMs: 3 })).toThrow(/total must be >= 2: current value is 1$/)
  })
})

function expectInvariants(record: JobRecord, before: JobRecord): void {
  const isSealed = record.phase === 'waiting' || record.phase === 'eligible'
  if (isSealed) expect(record.sealedAtMs).not.toBeNull()
  if (record.phase === 'open') expect(record.sealedAtMs).toBeNull()
  if (record.phase === 'eligible') expect(record.eligibleSeq).toBeGreaterThan(0)
  if (record.phase === 'open' || record.phase === 'waiting') expect(record.eligibleSeq).toBe(0)
  expect(record.end !== null).toBe(record.phase === 'ended')
  // What was fixed once stays.
  if (before.phase !== 'open') expect(record.total).toBe(before.total)
  if (before.sealedAtMs !== null) expect(record.sealedAtMs).toBe(before.sealedAtMs)
  if (before.eligibleSeq > 0) expect(record.eligibleSeq).toBe(before.eligibleSeq)
  if (before.stop !== null) expect(record.stop).toBe(before.stop)
  expect(phases.indexOf(record.phase)).toBeGreaterThanOrEqual(phases.indexOf(before.phase))
}
