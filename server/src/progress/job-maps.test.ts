import { expect, test } from 'vitest'
import type { JobId, JobRef } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { liveJob, LiveJobs } from '../model/live-job.ts'
import type { CountMoving } from '../model/ports.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { JobMaps } from './job-maps.ts'

const ID = 'job_00000000000000000000000000000001' as JobId

/** A job of as many items, with these numbers of each bucket in the store and in memory. */
function world(
  record: Partial<JobRecord>,
  numbers: { succeeded?: number[]; failed?: number[]; cancelled?: number[]; running?: number[]; waiting?: number[] },
  movesAt = 0,
) {
  const clock = new FakeClock()
  const envelope = { channel: 'shop' }
  const job = {
    ref: 1 as JobRef,
    id: ID,
    subscription: 'a',
    phase: 'eligible',
    total: 10,
    envelope,
    ...record,
  } as JobRecord
  const liveJobs = new LiveJobs()
  if (job.phase !== 'ended')
    liveJobs.add(
      Object.assign(liveJob(job), {
        inFlight: [...(numbers.running ?? []), ...(numbers.waiting ?? [])].reduce((a, b) => a + b, 0),
      }),
    )
  let reads = 0
  const looked: number[] = []
  const countMoving: CountMoving = (_, { from }, { running, waiting }) => {
    looked.push(from)
    if (from !== movesAt) return 0
    running.set(numbers.running ?? [])
    waiting.set(numbers.waiting ?? [])
    return [...running, ...waiting].reduce((sum, count) => sum + count, 0)
  }
  const maps = new JobMaps({
    ...{ clock, liveJobs, countMoving },
    store: {
      findJob: (id) => Promise.resolve(id === ID ? job : null),
      countItems: ({ total, itemsPerBucket }) => {
        reads++
        const of = (list: number[] = []) => {
          const counts = new Uint32Array(Math.ceil(total / itemsPerBucket))
          counts.set(list)
          return counts
        }
        const { succeeded, failed, cancelled } = numbers
        return Promise.resolve({ succeeded: of(succeeded), failed: of(failed), cancelled: of(cancelled) })
      },
    },
  })
  const map = (buckets: number, subscription = 'a') => maps.map({ jobId: ID, subscription, caller: 'test', buckets })
  return { clock, map, looked, reads: () => reads }
}

test('A map counts each item once: what has ended, runs, waits; the rest is pending', async () => {
  const { map } = world({}, { succeeded: [2], failed: [1, 1], cancelled: [0, 1], running: [1], waiting: [0, 1] })
  expect(await map(3)).toEqual({
    ...{ jobId: ID, total: 10, itemsPerBucket: 4, at: '2027-01-15T08:00:00.000Z' },
    counts: {
      pending: [0, 1, 2],
      waiting: [0, 1, 0],
      running: [1, 0, 0],
      succeeded: [2, 0, 0],
      failed: [1, 1, 0],
      cancelled: [0, 1, 0],
    },
  })
})

test('A map looks no further than to the last item that moves', async () => {
  const total = 100_000
  const none = world({ total }, { succeeded: [3] })
  await none.map(5)
  const early = world({ total }, { running: [1, 1] }, 16_384)
  expect((await early.map(5))!.counts.running).toEqual([1, 1, 0, 0, 0])
  expect([none.looked, early.looked]).toEqual([[], [0, 8192, 16_384]])
})

test('A map shows what ended while it was made as ended', async () => {
  const { map } = world({}, { succeeded: [5, 4], running: [3, 3], waiting: [3, 3] })
  expect((await map(2))!.counts).toMatchObject({ running: [0, 1], waiting: [0, 0], pending: [0, 0] })
})

test('A map of an ended job shows items without an outcome as cancelled', async () => {
  const { map } = world({ phase: 'ended' }, { succeeded: [3, 5] })
  expect((await map(2))!.counts).toMatchObject({ succeeded: [3, 5], cancelled: [2, 0], pending: [0, 0] })
})

test('A map has no more buckets than items, and none for an empty job', async () => {
  const { counts, itemsPerBucket } = (await world({}, {}).map(500))!
  expect([counts.pending, itemsPerBucket]).toEqual([Array(10).fill(1), 1])
  expect((await world({ total: 0 }, {}).map(500))!.counts.pending).toEqual([])
})

test('A map is made once for all who ask within a second', async () => {
  const { clock, map, reads } = world({}, {})
  await Promise.all([map(5), map(5)])
  clock.advance(999)
  await map(5)
  expect(reads()).toBe(1)
  clock.advance(1)
  await map(5)
  await map(2)
  expect(reads()).toBe(3)
})

test('SEC-1 A map of another subscription is not there', async () => {
  const { map, reads } = world({}, {})
  expect([await map(5, 'b'), reads()]).toEqual([null, 0])
})
