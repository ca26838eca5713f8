import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JobId, JobRef, WebhookEventId } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { markEnded } from '../model/job-phase.ts'
import { type LiveJob, liveJob, LiveJobs } from '../model/live-job.ts'
import { type OutcomeBatch, OutcomeView, OutcomeWriter, Verdict } from '../model/outcome-batch.ts'
import type { WebhookEventDraft } from '../model/webhook-event.ts'
import { silentLogger } from '../runtime/logger.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import type { OutcomeCommit } from '../store/outcome-store.ts'
import { StoreError, staleTerm } from '../store/store-error.ts'
import { CommitLine } from './commit-line.ts'
import type { CommitOwner } from './commit-shares.ts'

const CHANNELS = 3
const ITEMS = 6
/** The store refuses a commit with an outcome of this status, as it does one that is at fault. */
const REFUSED_STATUS = 599

const nameOf = (channel: number): string => `channel-${channel}`

function jobOf(channel: number): LiveJob {
  const record: JobRecord = {
    ref: (channel + 1) as JobRef,
    id: `job_${String(channel).padStart(32, '0')}` as JobId,
    subscription: 'default',
    envelope: { channel: nameOf(channel), onExhausted: 'fail', retry: null } as never,
    phase: 'eligible',
    ...{ total: ITEMS, eligibleSeq: 1, createdAtMs: 1, touchedAtMs: 1, sealedAtMs: 1 },
    ...{ stop: null, pausedAtMs: null, releasedAtMs: null, retryOf: null, end: null },
    ...{ traceparent: null, tracestate: null, continuesTrace: false },
  }
  return liveJob(record)
}

function batchOf(channel: number, index: number, refused: boolean): OutcomeBatch {
  const writer = new OutcomeWriter()
  writer.add({
    ...{ jobRef: channel + 1, chunk: 0, index, itemHandle: index, epoch: 1, attempt: 1, throttled: 0, flags: 0 },
    httpStatus: refused ? REFUSED_STATUS : 200,
    verdict: Verdict.succeeded,
    ...{ startedAtMs: 1000, endedAtMs: 2000, retryAtMs: 0 },
  })
  return writer.take()!
}

function eventOf(body: string): WebhookEventDraft {
  const place = { subscription: 'default', jobId: null, channel: null, atMs: 1, endpoints: [] }
  return { id: 'evt_1' as WebhookEventId, type: 'job.ended', body, ...place }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Jobs of several channels, one each, on a store in which another server takes channels over. */
class World {
  readonly clock = new FakeClock()
  readonly liveJobs = new LiveJobs()
  readonly jobs = Array.from({ length: CHANNELS }, (_, n) => jobOf(n))
  readonly owners: CommitOwner[]
  readonly line: CommitLine
  readonly waiting: { commit: OutcomeCommit; resolve: () => void; reject: (error: Error) => void }[] = []
  /** By channel: items in the order in which they were stored, and announced. */
  readonly stored = this.jobs.map((): number[] => [])
  readonly announced = this.jobs.map((): number[] => [])
  readonly ended = new Set<number>()
  readonly events: string[] = []
  readonly fatal: unknown[] = []
  /** Another server's, as the store has them and as this process knows. */
  readonly taken = new Set<number>()
  readonly known = new Set<number>()
  /** Whether the store reports what it refuses. */
  reports = true

  constructor() {
    for (const job of this.jobs) this.liveJobs.add(job)
    this.line = new CommitLine({
      ...{ clock: this.clock, logger: silentLogger, maxCommitItems: 4 },
      store: {
        commitOutcomes: (commit) => new Promise((resolve, reject) => this.waiting.push({ commit, resolve, reject })),
      },
      termOf: (name) => (this.known.has(this.jobs.findIndex((_, n) => nameOf(n) === name)) ? 0 : 1),
      events: {
        started: ({ record }) => [eventOf(`${record.ref - 1} started`)],
        ended: ({ ref }) => [eventOf(`${ref - 1} ended`)],
      },
      onFatal: (error) => this.fatal.push(error),
    })
    this.owners = this.jobs.map((job, channel) => ({
      liveJobs: this.liveJobs,
      endVersion: () => 1,
      onDurable: ({ tally, ends }) => {
        for (const index of tally.durable.itemHandles) this.announced[channel]!.push(index)
        expect([...tally.jobs.keys()].every((one) => one === job)).toBe(true)
        for (const one of tally.jobs.keys()) Object.assign(one, tally.after(one))
        for (const [one, end] of ends) {
          markEnded(one.record, end)
          this.liveJobs.remove(one)
        }
      },
    }))
  }

  /** Follows a refusal of the store, as the stage of channels does. */
  lose(channel: number): void {
    if (this.known.has(channel)) return
    this.known.add(channel)
    this.line.lose(this.owners[channel]!)
    this.liveJobs.remove(this.jobs[channel]!)
  }

  answer(diskFull: boolean): void {
    const first = this.waiting.shift()
    if (first === undefined) return
    const { commit, resolve, reject } = first
    if (diskFull) return reject(new StoreError('disk_full', 'refused'))
    const stale = commit.terms.filter(
      ({ channel, term }) => term === 0 || [...this.taken].some((n) => nameOf(n) === channel),
    )
    if (stale.length > 0) {
      const error = staleTerm(stale)
      if (this.reports) for (const n of this.taken) if (error.channels.includes(nameOf(n))) this.lose(n)
      return reject(error)
    }
    const views = commit.batches.map((batch) => new OutcomeView(batch))
    const records = views.flatMap((view) => Array.from({ length: view.count }, (_, n) => view.record(n)))
    if (records.some(({ httpStatus }) => httpStatus === REFUSED_STATUS))
      return reject(new StoreError('conflict', 'refused'))
    for (const { jobRef, index } of records) this.#store(jobRef - 1, index, commit)
    for (const { ref } of commit.ended) {
      expect(this.taken.has(ref - 1)).toBe(false)
      this.ended.add(ref - 1)
    }
    this.events.push(...(commit.events ?? []).map(({ body }) => body))
    resolve()
  }

  #store(channel: number, index: number, { terms }: OutcomeCommit): void {
    // REC-2: nothing of a channel is written without its term.
    expect(terms.some((one) => one.channel === nameOf(channel))).toBe(true)
    expect(this.stored[channel]).not.toContain(index)
    this.stored[channel]!.push(index)
  }
}

type Step =
  | { readonly do: 'outcome'; readonly channel: number; readonly refused: boolean }
  | { readonly do: 'stop'; readonly channel: number }
  | { readonly do: 'take'; readonly channel: number }
  | { readonly do: 'answer'; readonly diskFull: boolean }
  | { readonly do: 'later' }

const channelOf = fc.nat(CHANNELS - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('outcome' as const),
      channel: channelOf,
      refused: fc.nat(9).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), channel: channelOf }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('take' as const), channel: channelOf }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('answer' as const), diskFull: fc.nat(15).map((n) => n === 0) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'later' as const }) },
)

describe('channels that another server takes over', () => {
  test('REC-1 REC-2 are committed and announced no more, and everything of the others is, once and in order', async () => {
    let losses = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const world = new World()
        const { line, owners, jobs } = world
        const added = jobs.map((): number[] => [])
        const stopped = new Set<number>()
        const waits: Promise<void>[] = []
        for (const one of steps) {
          if (one.do === 'answer') world.answer(one.diskFull)
          else if (one.do === 'later') world.clock.advance(1000)
          else if (one.do === 'take') world.taken.add(one.channel)
          else if (one.do === 'stop') {
            stopped.add(one.channel)
            line.endJob(owners[one.channel]!, jobs[one.channel]!, 'cancelled')
          } else {
            const index = added[one.channel]!.length
            if (index === ITEMS || stopped.has(one.channel)) continue
            added[one.channel]!.push(index)
            line.add(owners[one.channel]!, batchOf(one.channel, index, one.refused))
            if (index === 2) waits.push(line.durable().catch(() => {}))
          }
          await settled()
        }
        const until = (): boolean => world.waiting.length === 0 && !line.failing
        for (let left = 500; left > 0 && !until(); left--) {
          world.answer(false)
          world.clock.advance(1000)
          await settled()
        }
        await Promise.all([...waits, line.durable(), ...owners.map((owner) => line.drained(owner))])
        expect([world.fatal, line.dead]).toEqual([[], false])
        losses += world.known.size
        for (const [channel, indexes] of added.entries()) {
          const announced = world.announced[channel]!
          const of = (event: string): number => world.events.filter((one) => one === `${channel} ${event}`).length
          if (world.known.has(channel)) {
            expect(announced).toEqual(indexes.slice(0, announced.length))
            expect(world.stored[channel]).toEqual(expect.arrayContaining(announced))
            expect(of('started')).toBeLessThanOrEqual(1)
          } else {
            expect(announced).toEqual(indexes)
            expect(world.stored[channel]!.toSorted()).toEqual(indexes)
            expect(of('started')).toBe(indexes.length > 0 ? 1 : 0)
            const isOver = indexes.length === ITEMS || stopped.has(channel)
            expect([world.ended.has(channel), of('ended')]).toEqual([isOver, isOver ? 1 : 0])
          }
        }
      }),
      { numRuns: 300 },
    )
    expect(losses).toBeGreaterThan(0)
  })

  test('a commit of which nothing is left is no call of the store', async () => {
    const world = new World()
    world.line.add(world.owners[0]!, batchOf(0, 0, false))
    world.taken.add(0)
    world.answer(false)
    await settled()
    await world.line.durable()
    expect([world.waiting.length, world.stored, world.announced[0], world.line.dead]).toEqual([
      0,
      [[], [], []],
      [],
      false,
    ])
    world.line.add(world.owners[0]!, batchOf(0, 1, false))
    world.line.endJob(world.owners[0]!, world.jobs[0]!, 'cancelled')
    expect(world.waiting).toEqual([])
  })

  test('what waits of them is dropped, and whoever waits for it is called back', async () => {
    const world = new World()
    world.line.add(world.owners[1]!, batchOf(1, 0, false))
    world.line.add(world.owners[1]!, batchOf(1, 1, false))
    world.line.add(world.owners[0]!, batchOf(0, 0, false))
    const durable = world.line.durable()
    world.lose(0)
    for (let left = 3; left > 0; left--) {
      world.answer(false)
      await settled()
    }
    await durable
    expect([world.stored, world.announced]).toEqual([
      [[], [0, 1], []],
      [[], [0, 1], []],
    ])
  })

  test('a refusal for a term that is not reported as lost ends the process, as it would be tried for ever', async () => {
    const world = new World()
    world.reports = false
    world.line.add(world.owners[0]!, batchOf(0, 0, false))
    world.taken.add(0)
    world.answer(false)
    await settled()
    expect([world.fatal, world.line.dead]).toMatchObject([[{ code: 'stale_term' }], true])
  })
})
