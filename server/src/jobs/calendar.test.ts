import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JobId, JobRef } from '../model/ids.ts'
import type { Dependency, Envelope, JobEnd, JobOutcome, JobRecord } from '../model/job.ts'
import { markEnded, markReleased, markStopped } from '../model/job-phase.ts'
import { type LiveJob, liveJob, LiveJobs } from '../model/live-job.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { stressService } from '../runtime/testing/stress-service.ts'
import { silentLogger } from '../runtime/logger.ts'
import type { OwnedJobs } from '../store/job-store.ts'
import { StoreError, type StoreErrorCode } from '../store/store-error.ts'
import { Calendar } from './calendar.ts'
import { WallTimes } from './wall-times.ts'

const idOf = (n: number): JobId => `job_${n.toString(16).padStart(32, '0')}` as JobId

interface Stored {
  phase: JobRecord['phase']
  eligibleSeq: number
  outcome: JobOutcome | null
  opened: number
}

/** The state on disk. Writes and reads happen when they are released, or never: then the process died before. */
class SlowStore {
  readonly jobs = new Map<number, Stored>()
  readonly waiting: (() => void)[] = []
  refusal: StoreErrorCode | null = null
  #seq = 0

  add(n: number, phase: JobRecord['phase'] = 'waiting'): void {
    this.jobs.set(n, { phase, eligibleSeq: 0, outcome: null, opened: 0 })
  }

  makeEligible({ refs }: OwnedJobs): Promise<readonly number[]> {
    return this.#later(() => {
      if (this.refusal !== null) throw new StoreError(this.refusal, 'refused')
      return refs.map((ref) => {
        const job = this.jobs.get(ref)!
        if (job.phase !== 'waiting') return 0
        job.phase = 'eligible'
        job.opened++
        return (job.eligibleSeq = ++this.#seq)
      })
    })
  }

  jobOutcomes(ids: readonly JobId[]): Promise<readonly (JobOutcome | null)[]> {
    return this.#later(() => ids.map((id) => this.jobs.get(Number.parseInt(id.slice(4), 16))?.outcome ?? null))
  }

  /** Releases the oldest call. */
  step(): void {
    this.waiting.shift()?.()
  }

  /** The process died: calls that were not released never happened. */
  die(): void {
    this.waiting.length = 0
  }

  #later<T>(act: () => T): Promise<T> {
    return new Promise<void>((resolve) => void this.waiting.push(resolve)).then(act)
  }
}

interface Plan {
  readonly dependsOn: readonly Dependency[]
  readonly runAtMs?: number
}

/** One run of the process: a calendar on the stored state. */
class Life {
  readonly clock: FakeClock
  readonly store: SlowStore
  readonly liveJobs = new LiveJobs()
  readonly admitted: number[] = []
  readonly ended: string[] = []
  readonly changed: number[] = []
  readonly calendar: Calendar
  readonly times: WallTimes
  readonly jobs = new Map<number, LiveJob>()

  constructor(store: SlowStore, clock = new FakeClock(1000)) {
    this.store = store
    this.clock = clock
    this.times = new WallTimes(clock)
    this.calendar = new Calendar({
      ...{
        store,
        clock,
        times: this.times,
        liveJobs: this.liveJobs,
        termOf: () => 1,
        logger: silentLogger,
        telemetry: { emit() {} },
      },
      scheduler: { admitJob: ({ record }) => void this.admitted.push(record.ref) },
      outcomes: { endJob: ({ record }, reason) => void this.ended.push(`${record.ref} ${reason}`) },
      progress: { changed: ({ record }) => void this.changed.push(record.ref) },
    })
  }

  job(n: number, { dependsOn, runAtMs = 0 }: Plan, over: Partial<JobRecord> = {}): LiveJob {
    const envelope = { dependsOn, runAtMs: runAtMs === 0 ? null : runAtMs } as unknown as Envelope
    const stored = this.store.jobs.get(n)!
    const record = {
      ...{ ref: n as JobRef, id: idOf(n), subscription: 'mine', envelope, phase: stored.phase, total: 1 },
      ...{
        eligibleSeq: stored.eligibleSeq,
        stop: null,
        pausedAtMs: null,
        releasedAtMs: null,
        sealedAtMs: 1,
        end: null,
      },
      ...over,
    } as unknown as JobRecord
    const job = liveJob(record)
    this.jobs.set(n, job)
    this.liveJobs.add(job)
    return job
  }

  add(n: number, plan: Plan, over: Partial<JobRecord> = {}): LiveJob {
    if (!this.store.jobs.has(n)) this.store.add(n)
    const job = this.job(n, plan, over)
    this.calendar.add(job, [])
    return job
  }

  /** The job's last outcome is committed; the announcement follows at once. */
  end(n: number, outcome: JobOutcome): void {
    const stored = this.store.jobs.get(n)!
    stored.phase = 'ended'
    stored.outcome = outcome
    const job = this.jobs.get(n)!
    markEnded(job.record, { outcome } as JobEnd)
    this.liveJobs.remove(job)
    this.calendar.jobEnded(job)
  }
}

/** Runs pending promises. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function drain(life: Life): Promise<void> {
  await turn()
  while (life.store.waiting.length > 0) {
    life.store.step()
    await turn()
  }
}

const after = (n: number, require: Dependency['require'] = 'ended'): Dependency => ({ job: idOf(n), require })

describe('Calendar', () => {
  test('opens a job when its time has come, not before', async () => {
    const life = new Life(new SlowStore())
    const job = life.add(1, { dependsOn: [], runAtMs: 61_000 })
    expect(life.calendar.waitingItems).toBe(1)
    expect(life.calendar.waiting(job)).toEqual([{ reason: 'schedule', items: 1, untilMs: 61_000 }])
    life.clock.advance(59_999)
    await drain(life)
    expect(life.admitted).toEqual([])
    life.clock.advance(1)
    await drain(life)
    expect([life.admitted, job.record.phase, job.record.eligibleSeq]).toEqual([[1], 'eligible', 1])
    expect(life.calendar.waitingItems).toBe(0)
  })

  test('waits for a time further away than any timer reaches, and follows a wall clock that is set', async () => {
    const life = new Life(new SlowStore())
    const years = 100 * 365 * 86_400_000
    life.add(1, { dependsOn: [], runAtMs: years })
    expect(life.clock.pending).toBe(1)
    life.clock.advance(86_400_000)
    await drain(life)
    expect(life.admitted).toEqual([])
    expect(life.clock.pending).toBe(1)
  })

  test('opens what becomes due at once in one transaction, in order', async () => {
    const life = new Life(new SlowStore())
    life.store.add(1, 'eligible')
    life.job(1, { dependsOn: [] })
    for (const n of [2, 3, 4]) life.add(n, { dependsOn: [after(1)] })
    life.end(1, 'partial')
    await turn()
    expect(life.store.waiting).toHaveLength(1)
    await drain(life)
    expect(life.admitted).toEqual([2, 3, 4])
  })

  test('keeps a job blocked that waits for a success which did not come, until it is released', async () => {
    const life = new Life(new SlowStore())
    life.store.add(1, 'eligible')
    life.job(1, { dependsOn: [] })
    const job = life.add(2, { dependsOn: [after(1, 'succeeded')] })
    expect(life.calendar.blockedReason(job)).toBeNull()
    life.end(1, 'partial')
    await drain(life)
    expect(life.admitted).toEqual([])
    expect(life.changed).toEqual([2])
    expect(life.calendar.blockedReason(job)).toEqual({ dependency: after(1, 'succeeded'), outcome: 'partial' })
    const jobs = [after(1, 'succeeded').job]
    expect(life.calendar.waiting(job)).toEqual([{ reason: 'dependency', items: 1, untilMs: null, jobs }])
    markReleased(job.record, 1)
    life.calendar.release(job)
    await drain(life)
    expect(life.admitted).toEqual([2])
    expect(life.calendar.blockedReason(job)).toBeNull()
  })

  test('remembers the outcome of a job that was purged, and reports that an unknown one does not exist', async () => {
    const life = new Life(new SlowStore())
    life.store.add(1, 'ended')
    life.store.jobs.get(1)!.outcome = 'succeeded'
    life.add(2, { dependsOn: [after(1, 'succeeded')] })
    const lost = life.add(3, { dependsOn: [after(9)] })
    await drain(life)
    expect(life.admitted).toEqual([2])
    expect(life.calendar.blockedReason(lost)).toEqual({ dependency: after(9), outcome: null })
  })

  test('waits for the stricter of two demands on one job', async () => {
    const life = new Life(new SlowStore())
    life.store.add(1, 'eligible')
    life.job(1, { dependsOn: [] })
    for (const [n, dependsOn] of [
      [2, [after(1), after(1, 'succeeded')]],
      [3, [after(1, 'succeeded'), after(1)]],
    ] as const)
      life.add(n, { dependsOn })
    life.end(1, 'failed')
    await drain(life)
    expect(life.admitted).toEqual([])
  })

  test('ends a job that was stopped while it became eligible, once', async () => {
    const life = new Life(new SlowStore())
    const job = life.add(1, { dependsOn: [] })
    await turn()
    expect(life.calendar.drop(job)).toBe(false)
    markStopped(job.record, { reason: 'cancelled', atMs: 1 })
    await drain(life)
    expect([life.admitted, life.ended]).toEqual([[], ['1 cancelled']])
  })

  test('does not open a job that was stopped before', async () => {
    const life = new Life(new SlowStore())
    const job = life.add(1, { dependsOn: [], runAtMs: 5000 })
    expect(life.calendar.drop(job)).toBe(true)
    expect(life.calendar.waitingItems).toBe(0)
    life.clock.advance(10_000)
    await drain(life)
    expect(life.admitted).toEqual([])
  })

  test.each(['disk_full', 'unavailable'] as const)(
    'retries after the store refused with %s, and does not open what was stopped meanwhile',
    async (code) => {
      const life = new Life(new SlowStore())
      life.store.refusal = code
      life.add(1, { dependsOn: [] })
      const stopped = life.add(2, { dependsOn: [] })
      await turn()
      markStopped(stopped.record, { reason: 'expired', atMs: 1 })
      await drain(life)
      expect(life.ended).toEqual(['2 expired'])
      life.store.refusal = null
      life.clock.advance(1000)
      await drain(life)
      expect(life.admitted).toEqual([1])
    },
  )

  test('ends a job without items when its turn has come', async () => {
    const life = new Life(new SlowStore())
    life.store.add(1, 'eligible')
    life.job(1, { dependsOn: [] })
    life.add(2, { dependsOn: [after(1)] }, { total: 0 })
    await drain(life)
    expect(life.ended).toEqual([])
    life.end(1, 'succeeded')
    await drain(life)
    expect([life.admitted, life.ended]).toEqual([[], ['2 null']])
  })

  test('returns the phase in which a job begins', async () => {
    const life = new Life(new SlowStore())
    life.store.add(1, 'eligible')
    life.store.add(2, 'ended')
    life.store.jobs.get(2)!.outcome = 'partial'
    life.job(1, { dependsOn: [] })
    const phase = async (plan: Plan, releasedAtMs: number | null = null): Promise<string> => {
      const envelope = { dependsOn: plan.dependsOn, runAtMs: plan.runAtMs ?? null } as unknown as Envelope
      const found = life.calendar.phaseOf({ envelope, subscription: 'mine', releasedAtMs })
      await drain(life)
      return found
    }
    expect(await phase({ dependsOn: [] })).toBe('eligible')
    expect(await phase({ dependsOn: [], runAtMs: 1000 })).toBe('eligible')
    expect(await phase({ dependsOn: [], runAtMs: 1001 })).toBe('waiting')
    expect(await phase({ dependsOn: [after(1)] })).toBe('waiting')
    expect(await phase({ dependsOn: [after(2)] })).toBe('eligible')
    expect(await phase({ dependsOn: [after(2, 'succeeded')] })).toBe('waiting')
    expect(await phase({ dependsOn: [after(2, 'succeeded')] }, 5)).toBe('eligible')
  })

  test('PRG-3: every job becomes eligible exactly once, never before its dependencies, whatever ends and dies when', async () => {
    const outcome = fc.constantFrom<JobOutcome>('succeeded', 'partial', 'failed', 'cancelled')
    const plans = fc.array(
      fc.record({
        before: fc.array(fc.record({ back: fc.integer({ min: 1, max: 4 }), strict: fc.boolean() }), { maxLength: 3 }),
        delayMs: fc.constantFrom(0, 0, 5000, 90_000),
        outcome,
      }),
      { minLength: 1, maxLength: 8 },
    )
    const action = fc.oneof(
      { weight: 5, arbitrary: fc.constant('step' as const) },
      { weight: 4, arbitrary: fc.constant('end' as const) },
      { weight: 2, arbitrary: fc.constant('time' as const) },
      { weight: 1, arbitrary: fc.constant('crash' as const) },
    )
    await fc.assert(
      fc.asyncProperty(plans, fc.array(action, { maxLength: 60 }), async (jobs, actions) => {
        const planOf = (n: number): Plan => {
          const { before, delayMs } = jobs[n - 1]!
          const dependsOn = before
            .filter(({ back }) => n - back >= 1)
            .map(({ back, strict }) => after(n - back, strict ? 'succeeded' : 'ended'))
          return { dependsOn, runAtMs: delayMs === 0 ? 0 : 1000 + delayMs }
        }
        const store = new SlowStore()
        const clock = new FakeClock(1000)
        for (let n = 1; n <= jobs.length; n++) store.add(n)
        const isMet = (n: number): boolean =>
          planOf(n).dependsOn.every(({ job, require }) => {
            const { outcome } = store.jobs.get(Number.parseInt(job.slice(4), 16))!
            return (
              outcome !== null &&
              (require === 'ended' || outcome === 'succeeded' || (require === 'finished' && outcome === 'partial'))
            )
          })
        const recover = (): Life => {
          const life = new Life(store, clock)
          const waiting: LiveJob[] = []
          for (const [n, { phase }] of store.jobs) {
            if (phase === 'ended') continue
            const job = life.job(n, planOf(n))
            if (phase === 'waiting') waiting.push(job)
            else life.admitted.push(n)
          }
          for (const job of waiting) life.calendar.add(job, [])
          return life
        }
        const check = (life: Life): void => {
          for (const n of life.admitted) {
            expect(isMet(n)).toBe(true)
            expect(planOf(n).runAtMs ?? 0).toBeLessThanOrEqual(clock.nowMs())
          }
          expect(new Set(life.admitted).size).toBe(life.admitted.length)
        }
        let life = recover()
        const endOne = (): boolean => {
          const n = life.admitted.find((ref) => store.jobs.get(ref)!.phase === 'eligible')
          if (n !== undefined) life.end(n, jobs[n - 1]!.outcome)
          return n !== undefined
        }
        for (const what of actions) {
          if (what === 'step') store.step()
          else if (what === 'end') endOne()
          else if (what === 'time') clock.advance(30_000)
          else {
            store.die()
            life.calendar.stop()
            life.times.stop()
            life = recover()
          }
          await turn()
          check(life)
        }
        clock.advance(200_000)
        do await drain(life)
        while (endOne())
        check(life)
        for (const [n, { opened, phase }] of store.jobs) {
          expect(opened).toBe(isMet(n) ? 1 : 0)
          expect(phase).toBe(isMet(n) ? 'ended' : 'waiting')
        }
      }),
      { numRuns: 150 },
    )
  })
})

test('Calendar leaves nothing behind, however it is stopped while the disk is full', async () => {
  await stressService(() => {
    const life = new Life(new SlowStore())
    life.store.refusal = 'disk_full'
    const start = (): Promise<void> => {
      life.add(life.jobs.size + 1, { dependsOn: [] })
      return turn().then(() => life.store.step())
    }
    return { service: { start, stop: () => life.calendar.stop() }, clock: life.clock }
  })
})
