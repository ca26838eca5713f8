import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JobId, JobRef, WebhookEventId } from '../model/ids.ts'
import type { JobEnd, JobRecord, StopMark } from '../model/job.ts'
import { markEnded } from '../model/job-phase.ts'
import { type LiveJob, liveJob, LiveJobs } from '../model/live-job.ts'
import { type OutcomeBatch, OutcomeView, OutcomeWriter, Verdict } from '../model/outcome-batch.ts'
import type { WebhookEventDraft } from '../model/webhook-event.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { silentLogger } from '../runtime/logger.ts'
import type { OutcomeCommit } from '../store/outcome-store.ts'
import { StoreError } from '../store/store-error.ts'
import type { PassingError } from '../store/store-retries.ts'
import { CommitLine } from './commit-line.ts'

const JOBS = 3
/** The store refuses a commit with an outcome of this status, as it does one that is at fault. */
const REFUSED_STATUS = 599

function jobOf(ref: number, total: number): LiveJob {
  const record: JobRecord = {
    ref: ref as JobRef,
    id: `job_${String(ref).padStart(32, '0')}` as JobId,
    subscription: 'default',
    envelope: { onExhausted: 'fail', retry: null } as never,
    phase: 'eligible',
    total,
    eligibleSeq: ref,
    createdAtMs: 1,
    touchedAtMs: 1,
    sealedAtMs: 1,
    stop: null,
    pausedAtMs: null,
    releasedAtMs: null,
    retryOf: null,
    traceparent: null,
    tracestate: null,
    continuesTrace: false,
    end: null,
  }
  return liveJob(record)
}

function batchOf(items: readonly { ref: number; index: number }[], refused: boolean): OutcomeBatch {
  const writer = new OutcomeWriter()
  for (const { ref, index } of items)
    writer.add({
      ...{ jobRef: ref, chunk: 0, index, itemHandle: ref * 1000 + index, epoch: 1, attempt: 1, throttled: 0, flags: 0 },
      httpStatus: refused ? REFUSED_STATUS : 200,
      verdict: Verdict.succeeded,
      ...{ startedAtMs: 1000, endedAtMs: 2000, retryAtMs: 0 },
    })
  return writer.take()!
}

/** A store that answers in its order, when it is asked to, and keeps what it took. */
class FakeStore {
  readonly waiting: { commit: OutcomeCommit; resolve: () => void; reject: (error: Error) => void }[] = []
  readonly stored = new Map<string, Verdict>()
  readonly ends = new Map<number, JobEnd>()
  /** Webhook events in the order in which they became durable. */
  readonly events: string[] = []
  mostAtOnce = 0

  commitOutcomes(commit: OutcomeCommit): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ commit, resolve, reject })
      this.mostAtOnce = Math.max(this.mostAtOnce, this.waiting.length)
    })
  }

  answer(refusal: PassingError['code'] | null): void {
    const first = this.waiting.shift()
    if (first === undefined) return
    if (refusal !== null) return first.reject(new StoreError(refusal, 'refused'))
    const { batches, ended, events = [] } = first.commit
    const views = batches.map((batch) => new OutcomeView(batch))
    const records = views.flatMap((view) => Array.from({ length: view.count }, (_, n) => view.record(n)))
    if (records.some(({ httpStatus }) => httpStatus === REFUSED_STATUS))
      return first.reject(new StoreError('conflict', 'refused'))
    for (const { jobRef, index, verdict } of records) {
      const item = `${jobRef}/${index}`
      if (this.stored.has(item)) throw new Error(`Cannot store item ${item} as it must have no outcome yet`)
      this.stored.set(item, verdict)
    }
    for (const { ref, end } of ended) {
      if (this.ends.has(ref)) throw new Error(`Cannot end job ${ref} as it must not have ended`)
      const verdicts = [...this.stored].filter(([item]) => item.startsWith(`${ref}/`)).map(([, verdict]) => verdict)
      const count = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length
      expect([end.succeeded, end.failed]).toEqual([count(Verdict.succeeded), count(Verdict.failed)])
      this.ends.set(ref, end)
    }
    this.events.push(...events.map(({ body }) => body))
    first.resolve()
  }
}

type Step =
  | { readonly do: 'outcomes'; readonly jobs: readonly number[]; readonly refused: boolean }
  | { readonly do: 'stop'; readonly job: number }
  | { readonly do: 'answer'; readonly refusal: PassingError['code'] | null }
  | { readonly do: 'later' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('outcomes' as const),
      jobs: fc.array(fc.nat(JOBS - 1), { minLength: 1, maxLength: 4 }),
      refused: fc.nat(9).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), job: fc.nat(JOBS - 1) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      refusal: fc.nat(19).map((n) => (['disk_full', 'unavailable'] as const)[n] ?? null),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'later' as const }) },
)

function eventOf(body: string): WebhookEventDraft {
  const place = { subscription: 'default', jobId: null, channel: null, atMs: 1, endpoints: [] }
  return { id: 'evt_1' as WebhookEventId, type: 'job.ended', body, ...place }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function world(totals: readonly number[], options: { maxCommitItems?: number } = {}) {
  const clock = new FakeClock()
  const liveJobs = new LiveJobs()
  const store = new FakeStore()
  const jobs = totals.map((total, n) => jobOf(n + 1, total))
  for (const job of jobs) liveJobs.add(job)
  const announced: string[] = []
  const reported = new Map<LiveJob, JobEnd>()
  const line = new CommitLine({
    ...{ store, clock, liveJobs, termOf: () => 1, logger: silentLogger, ...options },
    endVersion: () => 1,
    events: {
      started: ({ record }) => [eventOf(`${record.ref} started`)],
      ended: ({ ref }, end) => [eventOf(`${ref} ended ${end.succeeded} ${end.failed} ${end.cancelled}`)],
    },
    onDurable(tally, ends) {
      for (const itemHandle of tally.durable.itemHandles) {
        const item = `${Math.floor(itemHandle / 1000)}/${itemHandle % 1000}`
        expect(store.stored.has(item)).toBe(true)
        announced.push(item)
      }
      for (const job of tally.jobs.keys()) Object.assign(job, tally.after(job))
      for (const [job, end] of ends) {
        expect(reported.has(job)).toBe(false)
        expect(store.ends.get(job.record.ref)).toEqual(end)
        markEnded(job.record, end)
        reported.set(job, end)
        liveJobs.remove(job)
      }
    },
    onFatal(error) {
      throw error
    },
  })
  return { clock, liveJobs, store, jobs, announced, reported, line }
}

describe('CommitLine', () => {
  test('REC-1 PRG-1 announces each outcome once, in order, when it is stored, and ends each job once with the counts that are stored; events report start and end once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: JOBS, maxLength: JOBS }),
        fc.array(step, { maxLength: 60 }),
        async (totals, steps) => {
          const { clock, store, jobs, announced, reported, line } = world(totals, { maxCommitItems: 3 })
          const submitted: string[] = []
          const next = totals.map(() => 0)
          const stopped = new Map<LiveJob, StopMark['reason']>()
          for (const one of steps) {
            if (one.do === 'answer') store.answer(one.refusal)
            else if (one.do === 'later') clock.advance(1000)
            else if (one.do === 'stop') {
              const job = jobs[one.job]!
              stopped.set(job, 'cancelled')
              line.endJob(job, 'cancelled')
            } else {
              const items = one.jobs
                .filter((n) => next[n]! < totals[n]! && !stopped.has(jobs[n]!))
                .map((n) => ({ ref: n + 1, index: next[n]!++ }))
              if (items.length > 0) line.add(batchOf(items, one.refused))
              submitted.push(...items.map(({ ref, index }) => `${ref}/${index}`))
            }
            await settled()
            expect(store.waiting.length).toBeLessThanOrEqual(2)
          }
          for (let left = 500; left > 0 && (store.waiting.length > 0 || line.failing); left--) {
            store.answer(null)
            clock.advance(1000)
            await settled()
          }
          await line.durable()
          expect(announced).toEqual(submitted)
          jobs.forEach((job, n) => {
            expect(reported.has(job)).toBe(next[n] === totals[n] || stopped.has(job))
            const { ref } = job.record
            const end = store.ends.get(ref)
            expect(store.events.filter((event) => event.startsWith(`${ref} `))).toEqual([
              ...(next[n]! > 0 ? [`${ref} started`] : []),
              ...(end === undefined ? [] : [`${ref} ended ${end.succeeded} ${end.failed} ${end.cancelled}`]),
            ])
          })
        },
      ),
      { numRuns: 500 },
    )
  })

  test('a second commit is sent before the first is answered, a third is not', async () => {
    const { store, line } = world([9, 9, 9])
    for (const index of [0, 1, 2, 3]) line.add(batchOf([{ ref: 1, index }], false))
    await settled()
    expect(store.waiting.map(({ commit }) => commit.batches.length)).toEqual([1, 1])
    store.answer(null)
    await settled()
    expect(store.waiting.map(({ commit }) => commit.batches.length)).toEqual([1, 2])
  })

  test('a commit takes no further batch when it is full, but all of them when a job is to end with it', async () => {
    const { store, line, reported, jobs } = world([9, 9, 9], { maxCommitItems: 2 })
    for (const index of [0, 1, 2, 3, 4, 5]) line.add(batchOf([{ ref: 1, index }], false))
    await settled()
    store.answer(null)
    await settled()
    expect(store.waiting.map(({ commit }) => commit.batches.length)).toEqual([1, 2])
    let durable = false
    void line.durable().then(() => (durable = true))
    store.answer(null)
    await settled()
    expect(store.waiting.map(({ commit }) => commit.batches.length)).toEqual([2, 2])
    store.answer(null)
    await settled()
    expect(durable).toBe(false)
    for (const index of [6, 7, 8]) line.add(batchOf([{ ref: 2, index: index - 6 }], false))
    line.endJob(jobs[1]!, 'cancelled')
    store.answer(null)
    await settled()
    expect(durable).toBe(true)
    while (store.waiting.length > 0) {
      store.answer(null)
      await settled()
    }
    expect([...reported.values()]).toMatchObject([{ succeeded: 3, cancelled: 6 }])
  })

  test('the end of a job waits for a commit on its way that touches it, what follows does not overtake', async () => {
    const { store, line, reported } = world([2, 9, 9])
    line.add(batchOf([{ ref: 1, index: 0 }], false))
    line.add(batchOf([{ ref: 1, index: 1 }], false))
    line.add(batchOf([{ ref: 2, index: 0 }], false))
    await settled()
    expect(store.waiting).toHaveLength(1)
    store.answer(null)
    await settled()
    expect(store.waiting.map(({ commit }) => [commit.batches.length, commit.ended.length])).toEqual([[2, 1]])
    store.answer(null)
    await settled()
    expect([...reported.values()]).toMatchObject([{ outcome: 'succeeded', succeeded: 2 }])
  })

  test('an end that depends on no commit on its way does not wait', async () => {
    const { store, line } = world([9, 1, 9])
    line.add(batchOf([{ ref: 1, index: 0 }], false))
    line.add(batchOf([{ ref: 2, index: 0 }], false))
    await settled()
    expect(store.waiting.map(({ commit }) => commit.ended.length)).toEqual([0, 1])
  })

  test('a commit that found space waits to be announced for the one before it, which did not', async () => {
    const { store, line, announced, clock } = world([9, 9, 9])
    line.add(batchOf([{ ref: 1, index: 0 }], false))
    line.add(batchOf([{ ref: 2, index: 0 }], false))
    await settled()
    store.answer('disk_full')
    store.answer(null)
    await settled()
    expect([line.failing, announced]).toEqual([true, []])
    clock.advance(1000)
    await settled()
    store.answer(null)
    await settled()
    expect([line.failing, announced]).toEqual([false, ['1/0', '2/0']])
  })

  test('a commit is tried again when the one before it found space, then once a second', async () => {
    const { store, line, clock } = world([9, 9, 9])
    line.add(batchOf([{ ref: 1, index: 0 }], false))
    line.add(batchOf([{ ref: 2, index: 0 }], false))
    await settled()
    store.answer('disk_full')
    store.answer('disk_full')
    await settled()
    clock.advance(1000)
    await settled()
    store.answer(null)
    await settled()
    expect(store.waiting).toHaveLength(1)
    store.answer('disk_full')
    await settled()
    expect([store.waiting.length, line.failing]).toEqual([0, true])
    clock.advance(1000)
    await settled()
    store.answer(null)
    await settled()
    expect(line.failing).toBe(false)
  })

  test('nothing is announced after a commit that can never be durable, and it is fatal once', async () => {
    const fatal: unknown[] = []
    const { store, announced, liveJobs, clock } = world([9, 9, 9])
    const line = new CommitLine({
      ...{ store, clock, liveJobs, termOf: () => 1, logger: silentLogger },
      endVersion: () => 1,
      onDurable: () => announced.push('announced'),
      onFatal: (error) => fatal.push(error),
    })
    line.add(batchOf([{ ref: 1, index: 0 }], false))
    line.add(batchOf([{ ref: 2, index: 0 }], false))
    await settled()
    store.waiting.shift()!.reject(new StoreError('io', 'broken'))
    store.answer(null)
    await settled()
    expect([fatal.length, announced, line.dead]).toEqual([1, [], true])
    await expect(line.durable()).rejects.toMatchObject({ code: 'closed' })
  })
  test('logs a commit that took more than a second', async () => {
    const clock = new FakeClock()
    const store = new FakeStore()
    const liveJobs = new LiveJobs()
    liveJobs.add(jobOf(1, 2))
    const warned: object[] = []
    const logger = { ...silentLogger, warn: (fields: object) => void warned.push(fields) }
    const options = { store, clock, liveJobs, termOf: () => 1, logger, endVersion: () => 1, onFatal: () => {} }
    const line = new CommitLine({ ...options, onDurable: () => {} })
    for (const [index, ms] of [1000, 1001].entries()) {
      line.add(batchOf([{ ref: 1, index }], false))
      await settled()
      clock.advance(ms)
      store.answer(null)
      await settled()
    }
    expect(warned).toEqual([{ durationMs: 1001, count: 1 }])
  })
})
