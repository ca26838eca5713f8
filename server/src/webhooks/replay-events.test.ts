import { expect, test } from 'vitest'
import { newJobId, newWebhookEventId, type WebhookEndpointId } from '../model/ids.ts'
import type { ItemStatus } from '../model/item.ts'
import type { StoredWebhookEvent } from '../model/webhook-event.ts'
import { silentLogger } from '../runtime/logger.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { ReplayEvents, type ReplayEventsOptions } from './replay-events.ts'

const endpoint = `whe_${'0'.repeat(32)}` as WebhookEndpointId
const statuses: readonly ItemStatus[] = ['succeeded', 'failed', 'pending']

test('a replay takes events that were dropped before any call as cancelled ones, and none that waits', async () => {
  const events = Array.from({ length: 5 }, (_, n): StoredWebhookEvent => ({
    ...{ seq: n + 1, id: newWebhookEventId(n), subscription: 'acme', type: 'job.ended', jobId: null, channel: null },
    ...{ atMs: n, body: '{}', endpoints: [endpoint] },
  }))
  const deliveringJob = newJobId(1)
  // Three are in a job, the fourth was dropped, the fifth waits on disk.
  const latest = [0, 1, 2].map((index) => ({ eventSeq: index + 1, index, deliveringJob }))
  const replayed: number[][] = []
  const replays = new ReplayEvents({
    store: {
      listWebhookEvents: async () => events,
      latestWebhookDeliveries: async () => [...latest, { eventSeq: 4, index: 0, deliveringJob: null }],
    },
    endpoints: { get: () => undefined },
    itemReads: {
      page: async () => ({ items: statuses.map((status, index) => ({ item: { index, status } })), nextIndex: null }),
    },
    clock: new FakeClock(),
    forward: {
      replay: async (_: WebhookEndpointId, found: readonly StoredWebhookEvent[]) => {
        replayed.push(found.map(({ seq }) => seq))
        return newJobId(2)
      },
    },
    logger: silentLogger,
  } as unknown as ReplayEventsOptions)
  const replay = (of?: readonly ItemStatus[]) =>
    replays.replay(
      endpoint,
      {
        ...{ subscription: 'acme', caller: 'a', sinceMs: 0, untilMs: 9 },
        ...(of !== undefined && { statuses: of }),
      },
      new AbortController().signal,
    )
  expect((await replay()).events).toBe(3)
  expect((await replay(['cancelled'])).events).toBe(1)
  expect((await replay(['failed'])).events).toBe(1)
  expect(replayed).toEqual([[1, 2, 4], [4], [2]])
})

test('a subscription has one replay at a time: its others wait, and another subscription has its own', async () => {
  const clock = new FakeClock()
  const begun: string[] = []
  const replays = new ReplayEvents({
    ...{ clock, logger: silentLogger, endpoints: { get: () => undefined } },
    store: {
      listWebhookEvents: ({ subscription }: { subscription: string }) => {
        begun.push(subscription)
        return new Promise(() => undefined)
      },
    },
  } as unknown as ReplayEventsOptions)
  let tokens = 0
  const replay = (caller: string) =>
    replays.replay(
      endpoint,
      { subscription: `of ${caller}`, caller: `${caller}-${tokens++}`, sinceMs: 0, untilMs: 9 },
      new AbortController().signal,
    )
  for (let n = 0; n < 3; n++) void replay('a').catch(() => undefined)
  const refused = replay('a')
  void replay('b')
  await new Promise(setImmediate)
  expect(begun).toEqual(['of a', 'of b'])
  clock.advance(60_000)
  await expect(refused).rejects.toMatchObject({ code: 'overloaded', retryAfterSeconds: 5 })
})
