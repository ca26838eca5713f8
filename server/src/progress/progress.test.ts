import { rootPaths } from '@waybill/spec/rules'
import { describe, expect, test } from 'vitest'
import type { JobId, JobRef } from '../model/ids.ts'
import type { WaitingCount } from '../model/item.ts'
import type { JobEnd, JobRecord } from '../model/job.ts'
import { markEligible, markEnded, markStopped } from '../model/job-phase.ts'
import { type LiveJob, liveJob, LiveJobs } from '../model/live-job.ts'
import { silentLogger } from '../runtime/logger.ts'
import { Telemetry } from '../runtime/telemetry.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import type { UnmetDependency } from './job-problem.ts'
import type { JobSnapshot } from './job-view.ts'
import { JobReads } from './job-reads.ts'
import { Progress } from './progress.ts'
import { Versions } from './versions.ts'

const ID = 'job_00000000000000000000000000000001' as JobId
const OTHER_ID = 'job_00000000000000000000000000000002' as JobId

function record(over: Partial<JobRecord> = {}): JobRecord {
  return {
    ref: 1 as JobRef,
    id: ID,
    subscription: 'default',
    envelope: {
      channel: 'shop',
      objectType: 'product',
      action: 'update',
      source: null,
      partitionBy: 'item',
      onInvalidItem: 'reject',
      metadata: {},
      executionId: null,
      runAtMs: null,
      deadlineAtMs: null,
      dependsOn: [],
      onExhausted: 'fail',
      retry: null,
      retainForSeconds: 604_800,
    },
    phase: 'eligible',
    total: 1000,
    eligibleSeq: 1,
    createdAtMs: 1_800_000_000_000,
    touchedAtMs: 1_800_000_000_000,
    sealedAtMs: 1_800_000_000_000,
    stop: null,
    pausedAtMs: null,
    releasedAtMs: null,
    retryOf: null,
    traceparent: null,
    tracestate: null,
    continuesTrace: false,
    end: null,
    ...over,
  }
}

const END: JobEnd = {
  outcome: 'partial',
  succeeded: 999,
  failed: 1,
  cancelled: 0,
  startedAtMs: 1,
  lastProgressAtMs: 2,
  endedAtMs: 3,
  version: 7_000_000_900,
}

function world(over: Partial<JobRecord> = {}) {
  const clock = new FakeClock()
  const liveJobs = new LiveJobs()
  const stored = new Map<JobId, JobRecord>()
  const reported: { reasons: WaitingCount[]; blocked: UnmetDependency | null } = { reasons: [], blocked: null }
  const versions = new Versions()
  const reads: JobReads = new JobReads({
    ...{ clock, liveJobs, paths: rootPaths, progressOf: () => progress, nextVersion: () => versions.next(7) },
    store: {
      findJob: (id) => Promise.resolve(stored.get(id) ?? null),
      listJobs: () => Promise.resolve([...stored.values()]),
      countItems: () => Promise.reject(new Error('not asked')),
    },
  })
  const progress: Progress = new Progress({
    clock,
    liveJobs,
    jobs: liveJobs,
    versions,
    onChange: (changed) => reads.changed(changed),
    channels: { get: () => undefined },
    termOf: () => 7,
    paths: rootPaths,
    telemetry: new Telemetry(silentLogger),
    explainWaiting: {
      job: (asked) => (asked === job ? reported.reasons : []),
      channel: () => [],
      item: () => null,
      ...{ turns: () => new Map(), followers: () => null, isRunning: () => false },
    },
    blockedReason: () => reported.blocked,
  })
  const job = liveJob(record(over))
  liveJobs.add(job)
  stored.set(ID, job.record)
  progress.track(job)
  return Object.assign(reported, { clock, liveJobs, progress, reads, job, stored })
}

function advance({ progress, clock }: ReturnType<typeof world>, job: LiveJob, items: number): void {
  job.startedAtMs ??= clock.nowMs()
  job.succeeded += items
  job.lastProgressAtMs = clock.nowMs()
  progress.advanced(job, items)
}

function end(at: ReturnType<typeof world>): void {
  markEnded(at.job.record, END)
  at.liveJobs.remove(at.job)
  at.progress.ended(at.job)
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('Progress', () => {
  test('a job that stands still shows no rate of a minute ago, whoever asks or listens', () => {
    const at = world()
    const seen: number[] = []
    at.reads.subscribe(ID, 'default', (shown) => void seen.push(shown!.job.progress!.itemsPerSecond))
    for (let n = 0; n < 10; n++) {
      advance(at, at.job, 10)
      at.clock.advance(1000)
    }
    expect(at.reads.snapshot(at.job).job.progress!.itemsPerSecond).toBeGreaterThan(9)
    at.reasons = [{ reason: 'circuit_open', items: 900, untilMs: null }]
    at.clock.advance(2000)
    expect(at.reads.snapshot(at.job).job.progress!.itemsPerSecond).toBe(0)
    expect(seen.at(-1)).toBe(0)
    expect(at.clock.pending).toBe(0)
  })

  test('names the reason of most items first, and says when what waits for its turn or for other jobs is expected', () => {
    const at = world()
    const other = liveJob(record({ ref: 2 as JobRef, id: OTHER_ID, total: 100 }))
    at.liveJobs.add(other)
    at.progress.track(other)
    other.startedAtMs = at.clock.nowMs()
    other.succeeded = 50
    at.progress.advanced(other, 50)
    at.clock.advance(5000)
    at.reasons = [
      { reason: 'retry', items: 1, untilMs: 1 },
      { reason: 'dependency', items: 9, untilMs: null, jobs: [OTHER_ID] },
    ]
    const { waiting } = at.reads.snapshot(at.job).job
    expect(waiting.map(({ reason, jobs }) => ({ reason, jobs }))).toEqual([
      { reason: 'dependency', jobs: [OTHER_ID] },
      { reason: 'retry', jobs: undefined },
    ])
    const expected = at.reads.snapshot(other).job.progress!.estimatedEndAt
    expect(waiting[0]!.until).toBe(expected)
  })

  test('the first snapshot names what items wait for, and counts those that were rejected as progress', () => {
    const { job } = world().reads.first(record(), { failed: 2 })
    expect(job).toMatchObject({ waiting: [{ reason: 'backlog', items: 998 }], counts: { failed: 2, pending: 998 } })
    expect(job.lastProgressAt).toBe(job.createdAt)
  })

  test('shows one snapshot per version, remade at most twice a second', () => {
    const at = world()
    at.job.startedAtMs = at.clock.nowMs()
    const first = at.reads.snapshot(at.job)
    expect(first.version).toBe(7_000_000_001)
    advance(at, at.job, 10)
    expect(at.reads.snapshot(at.job)).toBe(first)
    at.clock.advance(500)
    const second = at.reads.snapshot(at.job)
    expect(second.version).toBeGreaterThan(first.version)
    expect(second.job.counts).toMatchObject({ succeeded: 10, pending: 990 })
    at.clock.advance(1000)
    expect(at.reads.snapshot(at.job)).toBe(second)
    // Its rate and its estimate are those of another time by now.
    at.clock.advance(1000)
    expect(at.reads.snapshot(at.job).version).toBeGreaterThan(second.version)
  })

  test('remakes the snapshot at once when the status changes', () => {
    const at = world()
    expect(at.reads.snapshot(at.job).status).toBe('pending')
    at.job.inFlight = 3
    expect(at.reads.snapshot(at.job)).toMatchObject({
      status: 'running',
      job: { counts: { running: 3, pending: 997 } },
    })
  })

  test('PRG-1 counts balance whatever the scheduler says is running and waiting', () => {
    const at = world({ total: 10 })
    Object.assign(at.job, { succeeded: 7, failed: 2, inFlight: 5, retrying: 5 })
    const { counts } = at.reads.snapshot(at.job).job
    expect(counts).toEqual({ total: 10, pending: 0, waiting: 0, running: 1, succeeded: 7, failed: 2, cancelled: 0 })
  })

  test('shows the same snapshot while nothing but its estimates drift, and none that is wrong by more than a tenth', () => {
    const at = world()
    const startMs = at.clock.nowMs()
    const endMs = startMs + 3_600_000
    at.job.startedAtMs = startMs
    let versions = 0
    let last = -1
    while (at.clock.nowMs() < endMs - 10_000) {
      // The time of a channel that is worked out anew differs by a little each time.
      at.reasons = [{ reason: 'retry_after', items: 1000, untilMs: endMs + (at.clock.nowMs() % 3) }]
      const { version, etag, job } = at.reads.snapshot(at.job)
      if (version !== last) versions++
      last = version
      expect(etag).toBe(`W/"${version}"`)
      const left = (endMs - at.clock.nowMs()) / 1000
      expect(Math.abs(job.progress!.etaSeconds! - left)).toBeLessThanOrEqual(left * 0.1 + 1)
      at.clock.advance(2000)
    }
    expect(versions).toBeLessThan(80)

    // What is no drift is shown: another time that the channel was told, or another reason.
    at.reasons = [{ reason: 'retry_after', items: 1000, untilMs: endMs + 1000 }]
    const reported = at.reads.snapshot(at.job)
    expect(reported.job.waiting[0]!.until).toBe(new Date(endMs + 1000).toISOString())
    at.clock.advance(2000)
    at.reasons = [{ reason: 'rate_limit', items: 1000, untilMs: endMs + 1000 }]
    expect(at.reads.snapshot(at.job).version).toBeGreaterThan(reported.version)
  })

  test('a job that is being cancelled waits for nothing but its running calls', () => {
    const at = world()
    at.job.startedAtMs = at.clock.nowMs()
    at.job.inFlight = 1
    at.reasons = [{ reason: 'paused', items: 999, untilMs: null }]
    expect(at.reads.snapshot(at.job).job.waiting).toHaveLength(1)
    markStopped(at.job.record, { reason: 'cancelled', atMs: at.clock.nowMs() })
    expect(at.reads.snapshot(at.job).job).toMatchObject({ status: 'cancelling', waiting: [] })
  })

  test('PRG-2 the ETA is within 15 % after 20 % of a steady job', () => {
    const at = world()
    for (let second = 0; second < 20; second++) {
      at.clock.advance(1000)
      at.job.startedAtMs ??= at.clock.nowMs() - 1000
      advance(at, at.job, 10)
    }
    at.clock.advance(500)
    const { progress } = at.reads.snapshot(at.job).job
    expect(progress!.ratio).toBe(0.2)
    expect(progress!.etaSeconds!).toBeGreaterThan(80 * 0.85)
    expect(progress!.etaSeconds!).toBeLessThan(80 * 1.15)
  })

  test('waits for, and shows, a job that is scheduled, blocked for good, and ready', async () => {
    const unmet = { job: 'job_00000000000000000000000000000009' as JobId, require: 'succeeded' as const }
    const at = world({ phase: 'waiting' })
    const runAtMs = at.clock.nowMs() + 5000
    Object.assign(at.job.record, { envelope: { ...at.job.record.envelope, runAtMs, dependsOn: [unmet] } })
    const waiting = at.reads.waitFor(ID, 'default', { timeoutMs: 30_000 })
    await settled()
    expect(at.reads.snapshot(at.job)).toMatchObject({ status: 'scheduled', job: { progress: null, error: null } })
    at.blocked = { dependency: unmet, outcome: 'partial' }
    at.clock.advance(5000)
    at.progress.changed(at.job)
    const blocked = (await waiting)!
    expect(blocked).toMatchObject({ status: 'blocked', job: { error: { code: 'dependency_unmet' } } })
    expect(blocked.job.error!.detail).toMatch(/must have succeeded: it has ended, partial\. Release/)
    expect(blocked.job.links.release).toBe(`/v1/jobs/${ID}/release`)
    markEligible(at.job.record, 1)
    at.progress.changed(at.job)
    expect(at.reads.snapshot(at.job)).toMatchObject({ status: 'pending', job: { error: null } })
    expect(at.clock.pending).toBe(0)
  })

  test('PRG-1 counts parked items as waiting, and those cancelled on their own as ended', () => {
    const at = world({ total: 10, pausedAtMs: 5 })
    Object.assign(at.job, { succeeded: 1, cancelled: 2, parked: 1, retrying: 1 })
    const { job } = at.reads.snapshot(at.job)
    expect(job.status).toBe('paused')
    expect(job.counts).toEqual({ total: 10, pending: 5, waiting: 2, running: 0, succeeded: 1, failed: 0, cancelled: 2 })
  })

  test('PRG-2 expects the speed there was when the channel resumes after a standstill', () => {
    const at = world()
    at.job.startedAtMs = at.clock.nowMs()
    for (let second = 0; second < 20; second++) {
      at.clock.advance(1000)
      advance(at, at.job, 10)
    }
    for (let left = 60; left >= 10; left -= 10) {
      at.reasons = [{ reason: 'circuit_open', items: 800, untilMs: at.clock.nowMs() + left * 1000 }]
      at.progress.changed(at.job)
      const { progress } = at.reads.snapshot(at.job).job
      expect(Math.abs(progress!.etaSeconds! - left - 80)).toBeLessThan(8)
      at.clock.advance(10_000)
    }
    at.reasons = []
    advance(at, at.job, 10)
    at.clock.advance(1000)
    expect(Math.abs(at.reads.snapshot(at.job).job.progress!.etaSeconds! - 79)).toBeLessThan(12)
  })

  test('shows until when an ended job is kept, for ever at most', () => {
    const at = world()
    end(at)
    expect(at.reads.snapshot(at.job.record).job.retainedUntil).toBe(new Date(3 + 604_800_000).toISOString())
    Object.assign(at.job.record, { envelope: { ...at.job.record.envelope, retainForSeconds: 1e15 } })
    expect(at.reads.snapshot(at.job.record).job.retainedUntil).toBe('9999-12-31T23:59:59.999Z')
  })

  test('notifies subscribers at most twice a second, and at once of a change of status', () => {
    const at = world()
    const seen: JobSnapshot[] = []
    at.reads.snapshot(at.job)
    const unsubscribe = at.reads.subscribe(ID, 'default', (snapshot) => seen.push(snapshot!))
    at.job.inFlight = 1
    at.progress.changed(at.job)
    expect(seen.map((snapshot) => snapshot.status)).toEqual(['running'])
    for (let n = 0; n < 100; n++) {
      at.clock.advance(10)
      advance(at, at.job, 1)
    }
    expect(seen.length).toBeLessThanOrEqual(3)
    end(at)
    expect(seen.at(-1)).toMatchObject({ done: true, version: END.version })
    unsubscribe()
    expect(at.clock.pending).toBe(0)
  })

  test('SEC-1 does not tell another subscription', async () => {
    const at = world()
    const seen: JobSnapshot[] = []
    at.reads.subscribe(ID, 'other', (snapshot) => seen.push(snapshot!))
    at.job.inFlight = 1
    at.progress.changed(at.job)
    expect(seen).toEqual([])
    expect(await at.reads.find(ID, 'other')).toBeNull()
    expect(await at.reads.find(ID, 'default')).not.toBeNull()
  })

  test('waitFor answers at once when the status differs from the one known', async () => {
    const at = world()
    const snapshot = await at.reads.waitFor(ID, 'default', { knownStatus: 'open', timeoutMs: 30_000 })
    expect(snapshot!.status).toBe('pending')
    expect(at.clock.pending).toBe(0)
  })

  test('waitFor resolves on the end, on the time-out, on abort and on stop, and leaves no timer', async () => {
    const at = world()
    const byEnd = at.reads.waitFor(ID, 'default', { timeoutMs: 30_000 })
    const byTime = at.reads.waitFor(ID, 'default', { timeoutMs: 1000 })
    const abort = new AbortController()
    const byAbort = at.reads.waitFor(ID, 'default', { timeoutMs: 30_000, signal: abort.signal })
    await settled()
    at.clock.advance(1000)
    expect((await byTime)!.status).toBe('pending')
    abort.abort()
    expect((await byAbort)!.done).toBe(false)
    end(at)
    expect((await byEnd)!.job.outcome).toBe('partial')
    expect(at.clock.pending).toBe(0)
  })

  test('stopWaiting answers every long-poll with the present job', async () => {
    const at = world()
    const waiting = at.reads.waitFor(ID, 'default', { timeoutMs: 30_000 })
    await settled()
    at.reads.stopWaiting()
    expect((await waiting)!.status).toBe('pending')
    expect((await at.reads.waitFor(ID, 'default', { timeoutMs: 30_000 }))!.status).toBe('pending')
  })

  test('PRG-1 shows nothing newer than the end while the end is being committed', () => {
    const at = world()
    at.reads.snapshot(at.job)
    const version = at.progress.endVersion(at.job)
    at.clock.advance(1000)
    at.job.inFlight = 1
    advance(at, at.job, 5)
    at.progress.controlled(at.job)
    expect(at.reads.snapshot(at.job).version).toBeLessThan(version)
    end(at)
  })

  test('shows an ended job under the version it ended with, also after a restart', async () => {
    const at = world()
    end(at)
    const snapshot = (await at.reads.find(ID, 'default'))!
    expect(snapshot).toMatchObject({
      version: END.version,
      done: true,
      retryAfterSeconds: null,
      etag: `W/"${END.version}"`,
    })
  })
})
