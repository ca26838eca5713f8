import { describe, expect, test } from 'vitest'
import type { AuditEntry } from '../model/audit.ts'
import type { JobRef } from '../model/ids.ts'
import type { JobRecord, StopMark } from '../model/job.ts'
import { markStopped } from '../model/job-phase.ts'
import { type LiveJob, liveJob } from '../model/live-job.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { hearEvents } from '../runtime/testing/heard-events.ts'
import { silentLogger } from '../runtime/logger.ts'
import { Telemetry } from '../runtime/telemetry.ts'
import { takeAct } from '../store/audited-act.ts'
import { StoreError, type StoreErrorCode } from '../store/store-error.ts'
import { Deadlines } from './deadlines.ts'
import { WallTimes } from './wall-times.ts'

function world() {
  const clock = new FakeClock(1000)
  const did: string[] = []
  const marks: StopMark[] = []
  const entries: (AuditEntry | undefined)[] = []
  let refusal: StoreErrorCode | null = null
  const telemetry = new Telemetry(silentLogger)
  const jobs: LiveJob[] = []
  const deadlines = new Deadlines({
    termOf: () => 1,
    ...{
      clock,
      times: new WallTimes(clock),
      logger: silentLogger,
      telemetry,
      liveJobs: { byRef: (ref) => jobs.find(({ record }) => record.ref === ref) },
    },
    store: {
      markStopped: (_, mark) => {
        if (refusal !== null) return Promise.reject(new StoreError(refusal, 'refused'))
        marks.push(mark)
        entries.push(takeAct()?.entry)
        return Promise.resolve()
      },
    },
    calendar: {
      drop: () => {
        did.push('drop')
        return true
      },
    },
    scheduler: { stopJob: () => did.push('stop'), pauseJob: () => did.push('hold') },
    outcomes: { endJob: (_, reason) => did.push(`end ${reason}`) },
    progress: { controlled: () => did.push('notify') },
  })
  const watch = (phase: JobRecord['phase'], deadlineAtMs: number | null, channel = 'shop'): LiveJob => {
    const record = {
      ref: (jobs.length + 1) as JobRef,
      phase,
      stop: null,
      total: 1,
      subscription: 'acme',
      envelope: { deadlineAtMs, channel },
    }
    const watched = liveJob(record as unknown as JobRecord)
    jobs.push(watched)
    deadlines.watch(watched)
    return watched
  }
  const refuse = (code: StoreErrorCode | null): void => void (refusal = code)
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return { clock, telemetry, did, marks, entries, deadlines, watch, refuse, turn }
}

describe('Deadlines', () => {
  test.each([
    ['eligible', ['hold', 'notify', 'stop']],
    ['waiting', ['hold', 'notify', 'drop', 'end expired']],
    ['open', ['hold', 'notify', 'end expired']],
  ] as const)('expires a job of phase %s at its deadline, not before', async (phase, expected) => {
    const { clock, did, marks, watch, turn } = world()
    const job = watch(phase, 100_000)
    clock.advance(98_999)
    await turn()
    expect(did).toEqual([])
    clock.advance(1)
    await turn()
    expect(did).toEqual(expected)
    expect(marks).toEqual([{ reason: 'expired', atMs: 100_000 }])
    expect(job.record.stop).toEqual(marks[0])
  })

  test('ignores jobs that have ended or are being cancelled, and those without a deadline', async () => {
    const { clock, did, deadlines, watch, turn } = world()
    deadlines.jobEnded(watch('eligible', 2000))
    markStopped(watch('eligible', 3000).record, { reason: 'cancelled', atMs: 1 })
    watch('eligible', null)
    clock.advance(10_000)
    await turn()
    expect(did).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test.each(['disk_full', 'unavailable'] as const)('retries after the store refused the mark with %s', async (code) => {
    const { clock, did, watch, refuse, turn } = world()
    refuse(code)
    watch('eligible', 2000)
    clock.advance(1000)
    await turn()
    expect(did).toEqual(['hold'])
    refuse(null)
    clock.advance(1000)
    await turn()
    expect(did).toEqual(['hold', 'hold', 'notify', 'stop'])
  })
})

test('has an entry of the server in the audit with its mark, but not of a job that delivers webhooks', async () => {
  const { clock, entries, marks, watch, turn } = world()
  watch('eligible', 2000)
  watch('eligible', 3000, '~whe_1')
  clock.advance(10_000)
  await turn()
  expect(marks).toHaveLength(2)
  expect(entries).toMatchObject([
    { actor: { kind: 'server', tokenId: null }, subscription: 'acme', action: 'expireJob', address: null, status: 200 },
    undefined,
  ])
})

test('reports a job that reached its deadline, not one whose mark is refused', async () => {
  const { clock, telemetry, watch, refuse, turn } = world()
  const heard = hearEvents(telemetry, 'job.expired')
  const job = watch('eligible', 100_000)
  refuse('disk_full')
  clock.advance(99_000)
  await turn()
  expect(heard).toEqual([])
  refuse(null)
  clock.advance(60_000)
  await turn()
  expect(heard).toEqual([['job.expired', job.record]])
})
