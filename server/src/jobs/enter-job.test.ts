import { expect, it, test } from 'vitest'
import { envelopeFaults } from '../http/request/spec-schemas.ts'
import { Ingest } from '../ingest/ingest.ts'
import { cancelledJob, envelope, item, stages, store, useIngest } from '../ingest/testing/fake-world.ts'
import { linesOf } from '../ingest/testing/fake-stages.ts'
import type { JobRef } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { type LiveJob, liveJob } from '../model/live-job.ts'
import type { Store } from '../store/store.ts'
import { Calendar } from './calendar.ts'
import { enterJobs } from './enter-job.ts'
import { WallTimes } from './wall-times.ts'

useIngest()

/** The writes that give jobs their places in the order. */
const ordering = ['publishJobs', 'sealJob', 'makeEligible'] as const

/** A store that holds its answers to these writes, to give all of them in one turn of the event loop. */
class HeldAnswers {
  held: (() => void)[] = []
  readonly store: Store

  constructor(store: Store) {
    const writes = new Set<string | symbol>(ordering)
    this.store = new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target)
        if (typeof member !== 'function') return member
        const write = member.bind(target) as (...args: unknown[]) => Promise<unknown>
        return writes.has(name) ? (...args: unknown[]) => this.#hold(write(...args)) : write
      },
    })
  }

  async wait(answers: number): Promise<void> {
    while (this.held.length < answers) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Gives the answers in their order, and runs pending promises, but no event. */
  async give(): Promise<void> {
    for (const give of this.held.splice(0)) give()
    for (let turns = 0; turns < 20; turns++) await Promise.resolve()
  }

  #hold(write: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      write.then((answer) => this.held.push(() => resolve(answer)), reject)
    })
  }
}

it('ORD-5: jobs get their places in the order of their eligibleSeq, whichever way they come, in the turn of the answer', async () => {
  const { subscription, caller, clock, liveJobs, admitted } = stages
  const answers = new HeldAnswers(store)
  const options = stages.options({ store, findFaults: envelopeFaults })
  const times = new WallTimes(clock)
  const calendar = new Calendar({ ...options, store: answers.store, times })
  const before = new Ingest({ ...options, calendar })
  const held = new Ingest({ ...options, store: answers.store, calendar })
  const submit = (n: number): Promise<unknown> => held.submitJob(stages.request('ndjson', linesOf(envelope, item(n))))

  const { id } = await before.submitJob(stages.request('json', { ...envelope, open: true }))
  await before.appendItems({ ...stages.request('json', [item(1)]), id, fromIndex: 0 })
  const runAt = new Date(clock.nowMs() + 1000).toISOString()
  await before.submitJob(stages.request('ndjson', linesOf({ ...envelope, runAt }, item(1))))
  const old = await cancelledJob(before)
  admitted.length = 0

  const stagesOf = [{ name: 'only', jobs: [1, 2].map((n) => ({ ...envelope, items: [item(n)] })) }]
  const ways: (() => Promise<unknown> | void)[] = [
    () => submit(1),
    () => held.sealJob({ id, subscription, caller, itemCount: 1 }),
    () => submit(2),
    () => clock.advance(1000), // the calendar opens the scheduled job
    () => held.createExecution(stages.request('json', { stages: stagesOf })),
    () => held.retryJob({ id: old.id, subscription }, { status: ['cancelled'], allowStale: true }),
    () => held.deliverItem(stages.request('json', { ...envelope, item: item(3) })),
  ]
  const entered: Promise<unknown>[] = []
  for (const [n, enter] of ways.entries()) {
    entered.push(Promise.resolve(enter()))
    await answers.wait(n + 1)
  }
  expect(admitted).toEqual([])
  await answers.give()
  const order = admitted.map(({ job }) => job.record.eligibleSeq)
  expect(order).toHaveLength(ways.length + 1) // the execution has two jobs
  expect(order).toEqual([...order].sort((a, b) => a - b))
  expect(admitted.every(({ job }) => liveJobs.byId(job.record.id) === job)).toBe(true)
  await Promise.all(entered)
  times.stop()
  calendar.stop()
})

/** Two writes answered in one turn, and the order in which their jobs get places. */
async function enterTwo(delayed: (write: Promise<void>) => Promise<void>): Promise<number[]> {
  const order: number[] = []
  const ports = {
    calendar: { add() {} },
    scheduler: { admitJob: ({ record }: LiveJob) => void order.push(record.ref) },
    outcomes: { endJob() {} },
    progress: { changed() {} },
    liveJobs: { byRef: (ref: JobRef) => jobs.find(({ record }) => record.ref === ref) },
  }
  const jobs = [1, 2].map((ref) => liveJob({ ref, phase: 'eligible', total: 1, stop: null } as JobRecord))
  const answers: (() => void)[] = []
  const entering = jobs.map((job) => {
    const write = new Promise<void>((resolve) => void answers.push(resolve))
    return enterJobs(job === jobs[0] ? delayed(write) : write, () => [{ job, chunks: [] }], ports)
  })
  for (const give of answers) give()
  await Promise.all(entering)
  return order
}

test('ORD-5: the order is lost where something is awaited between the answer and the place (seeded bug)', async () => {
  expect(await enterTwo((write) => write)).toEqual([1, 2])
  expect(await enterTwo((write) => write.then(() => {}))).toEqual([2, 1])
})
