import { expect, test } from 'vitest'
import type { LiveJob } from '../model/live-job.ts'
import { silentLogger } from '../runtime/logger.ts'
import { Telemetry } from '../runtime/telemetry.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { Stats, type StatsQuery } from './stats.ts'

const T0 = 1_800_000_000_000

/** Stats on real events; who is asked what waits is a fake. */
function world({ counted = true }: { counted?: boolean } = {}) {
  const clock = new FakeClock(T0)
  const telemetry = new Telemetry(silentLogger)
  const jobs = new Set<LiveJob>()
  const waiting = new Map<string, { reason: 'rate_limit'; items: number; untilMs: null }[]>()
  const stats = new Stats({
    ...{ clock, telemetry, counted },
    liveJobs: jobs,
    channels: { get: () => ({}) },
    explainWaiting: {
      job: () => [],
      channel: (channel, subscription) => waiting.get(`${subscription} ${channel}`) ?? [],
    },
  })
  stats.start()
  return {
    ...{ clock, stats, waiting },
    addJob(channel: string, subscription: string) {
      jobs.add({ record: { phase: 'eligible', stop: null, subscription, envelope: { channel } } } as never)
    },
    commit(channel: string, subscription: string, count: number) {
      telemetry.emit('outcomes.committed', {
        ...{
          commits: [{ durationMs: 2, items: count }],
          imbalances: 0,
          deadLetters: [],
          called: [],
          eligibleAtMs: new Map(),
          jobOf: () => undefined,
        },
        ended: [{ channel, subscription, outcome: 'succeeded', count }],
        calls: [{ channel, subscription, result: 'ok', count }],
      })
    },
    read: (query: Partial<StatsQuery> = {}) =>
      stats.read({
        ...{ subscription: 'a', channels: undefined, windowSeconds: 600, stepSeconds: 10, caller: 'test' },
        ...query,
      }),
  }
}

/** Of each channel shown, its calls that succeeded. */
function calls({ channels }: Awaited<ReturnType<ReturnType<typeof world>['read']>>) {
  return Object.fromEntries(channels.map(({ channel, calls: { ok } }) => [channel, ok]))
}

test('Stats counts calls and items by channel in steps, and shows complete ones alone', async () => {
  const { clock, commit, read } = world()
  commit('shop', 'a', 3)
  expect(await read()).toMatchObject({ steps: 0, channels: [], since: '2027-01-15T08:00:00.000Z' })
  clock.advance(10_000)
  commit('shop', 'a', 2)
  commit('other-shop', 'a', 1)
  clock.advance(20_000)
  const shown = await read()
  expect(shown).toMatchObject({
    ...{ from: '2027-01-15T08:00:00.000Z', to: '2027-01-15T08:00:30.000Z', steps: 3, complete: true },
    subscriptions: 'own',
  })
  expect(calls(shown)).toEqual({ 'other-shop': [0, 1, 0], shop: [3, 2, 0] })
  expect(shown.channels[1]!.ended).toEqual({ succeeded: [3, 2, 0], failed: [0, 0, 0], cancelled: [0, 0, 0] })
  expect(calls(await read({ channels: ['shop'], windowSeconds: 20, stepSeconds: 20 }))).toEqual({ shop: [2] })
})

test('Stats keeps an hour, and forgets what is older', async () => {
  const { clock, commit, read } = world()
  commit('shop', 'a', 5)
  for (let n = 0; n < 359; n++) clock.advance(10_000)
  commit('shop', 'a', 7)
  clock.advance(10_000)
  const hour = { windowSeconds: 3600, stepSeconds: 3600 }
  expect(calls(await read(hour))).toEqual({ shop: [12] })
  clock.advance(10_000)
  expect(calls(await read(hour))).toEqual({ shop: [7] })
  for (let n = 0; n < 720; n++) clock.advance(10_000)
  expect((await read(hour)).channels).toEqual([])
})

test('Stats shows a subscription nothing of others, and all of them together as one', async () => {
  const { clock, commit, read } = world()
  commit('shop', 'a', 1)
  commit('shop', 'b', 10)
  commit('~endpoint', '~webhooks', 4)
  clock.advance(10_000)
  expect(calls(await read())).toEqual({ shop: [1] })
  expect(calls(await read({ subscription: 'b' }))).toEqual({ shop: [10] })
  expect(calls(await read({ subscription: '~webhooks' }))).toEqual({})
  expect(calls(await read({ subscription: null }))).toEqual({ shop: [11], webhooks: [4] })
})

test('Stats shows what waited at the end of each step', async () => {
  const { clock, waiting, addJob, read } = world()
  addJob('shop', 'a')
  for (const items of [30, 20]) {
    waiting.set('a shop', [{ reason: 'rate_limit', items, untilMs: null }])
    clock.advance(10_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  waiting.clear()
  clock.advance(10_000)
  expect((await read()).channels).toMatchObject([{ waiting: [{ reason: 'rate_limit', items: [30, 20, 0] }] }])
  expect((await read({ stepSeconds: 30, windowSeconds: 30 })).channels).toEqual([])
})

test('Stats says when channels were left out: beyond 200 of all subscriptions', async () => {
  const { clock, commit, read } = world()
  for (let n = 0; n < 201; n++) commit(`channel-${n}`, n === 200 ? 'b' : 'a', 1)
  clock.advance(10_000)
  const shown = await read()
  expect([shown.channels.length, shown.complete]).toEqual([200, true])
  expect(await read({ subscription: 'b' })).toMatchObject({ channels: [], complete: false })
  const ofAll = calls(await read({ subscription: null }))
  expect([Object.keys(ofAll).length, ofAll['other']]).toEqual([201, [1]])
  for (let n = 0; n < 362; n++) clock.advance(10_000)
  expect((await read({ subscription: 'b' })).complete).toBe(true)
})

test('Stats counts nothing where nothing is to be counted', async () => {
  const { clock, commit, read } = world({ counted: false })
  commit('shop', 'a', 1)
  clock.advance(10_000)
  expect([(await read()).channels, clock.pending]).toEqual([[], 0])
})
