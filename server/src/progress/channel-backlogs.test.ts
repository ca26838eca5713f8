import { expect, test } from 'vitest'
import { type LiveJob, liveJob } from '../model/live-job.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { ChannelBacklogs, type MeasuredRate } from './channel-backlogs.ts'

function world(
  rateLimit: object | null,
  jobs: readonly { total: number; rate?: MeasuredRate; phase?: string; subscription?: string }[],
) {
  const clock = new FakeClock()
  const rates = new Map<LiveJob, MeasuredRate>()
  const live = jobs.map(({ total, rate, phase = 'eligible', subscription = 'mine' }) => {
    const job = liveJob({ total, phase, subscription, envelope: { channel: 'shop' } } as never)
    rates.set(job, rate ?? { itemsPerSecond: 0, items: 0 })
    return job
  })
  let looks = 0
  const backlogs = new ChannelBacklogs({
    clock,
    liveJobs: { values: () => (looks++, live.values() as IterableIterator<LiveJob>) },
    channels: { get: () => ({ config: { rateLimit, connector: { type: 'http', batchSize: 1 } } }) as never },
    rateOf: (job) => rates.get(job)!,
  })
  return { backlogs, clock, live, looks: () => looks }
}

const twoAMinute = { limit: 2, periodMs: 60_000, burst: 1, unit: 'calls' }

test('jobs take turns: of each other job as many items come before the end as the job has itself', () => {
  const jobs = [{ total: 10 }, { total: 100 }, { total: 1000 }, { total: 5, phase: 'waiting' }]
  const { backlogs, live } = world(null, jobs)
  expect(live.slice(0, 3).map((job) => backlogs.itemsOfOthers(job))).toEqual([20, 110, 110])
  // One that came later has all of them before it.
  const late = liveJob({ total: 50, phase: 'eligible', subscription: 'mine', envelope: { channel: 'shop' } } as never)
  expect(backlogs.itemsOfOthers(late)).toBe(110)
})

test('a channel is as fast as was measured, at most as its limit allows, else as its limit allows', () => {
  const fast = { itemsPerSecond: 50, items: 1000 }
  expect(world(null, [{ total: 1 }]).backlogs.itemsPerSecond('shop', 'mine')).toBe(0)
  expect(
    world(null, [
      { total: 1, rate: fast },
      { total: 1, rate: fast },
    ]).backlogs.itemsPerSecond('shop', 'mine'),
  ).toBe(100)
  expect(world(twoAMinute, [{ total: 1, rate: fast }]).backlogs.itemsPerSecond('shop', 'mine')).toBeCloseTo(2 / 60)
  // Too few to conclude from.
  const few = { itemsPerSecond: 0.001, items: 19 }
  expect(world(twoAMinute, [{ total: 1, rate: few }]).backlogs.itemsPerSecond('shop', 'mine')).toBeCloseTo(2 / 60)
})

test('SEC-1: jobs of other subscriptions change nothing', () => {
  const own = { total: 10, rate: { itemsPerSecond: 5, items: 100 } }
  const others = [1, 2, 3].map((total) => ({
    total: total * 10,
    subscription: 'b',
    rate: { itemsPerSecond: 99, items: 100 },
  }))
  const figures = ({ backlogs, live }: ReturnType<typeof world>) => [
    ...[backlogs.itemsOfOthers(live[0]!), backlogs.itemsPerSecond('shop', 'mine')],
  ]
  expect(figures(world(null, [own, ...others]))).toEqual([0, 5])
})

test('looks at all jobs at most twice a second', () => {
  const { backlogs, clock, looks } = world(null, [{ total: 1 }])
  for (let n = 0; n < 10; n++) backlogs.itemsPerSecond('shop', 'mine')
  expect(looks()).toBe(1)
  clock.advance(500)
  backlogs.itemsPerSecond('shop', 'mine')
  expect(looks()).toBe(2)
})
