import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stages, store, useIngest } from '../ingest/testing/fake-world.ts'
import { newJobId, newWebhookEventId, type WebhookEndpointId } from '../model/ids.ts'
import { hashOf, partitionKeySeed } from '../model/item-hashes.ts'
import { type LiveJob, liveJob } from '../model/live-job.ts'
import { jobWebhookTarget } from '../model/job-webhook-origins.ts'
import { WEBHOOK_SUBSCRIPTION, webhookChannel, type WebhookEventDraft } from '../model/webhook-event.ts'
import { silentLogger } from '../runtime/logger.ts'
import type { Publication } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'
import { ForwardEvents, type ForwardEventsOptions } from './forward-events.ts'
import { DroppedEvents } from './report-dropped.ts'
import { FakeEndpoints } from './testing/fake-endpoints.ts'

const NOW_MS = 1_800_000_000_000
const [firstJob, secondJob] = [newJobId(NOW_MS), newJobId(NOW_MS)] as const

let endpoints: FakeEndpoints
let running: ForwardEvents[]

useIngest()

beforeEach(() => {
  endpoints = new FakeEndpoints()
  running = []
})

afterEach(async () => {
  for (const forward of running) await forward.stop()
  const taken = (await store.listWaitingWebhookEvents({ maxEvents: 1000, maxBytes: 1e6 })).map(({ seq }) => seq)
  await store.forwardWebhookEvents({ taken, atMs: NOW_MS, held: [], released: [] })
  await store.purgeWebhookEvents({ forwardedBeforeMs: Infinity, maxOfSubscription: 0 })
})

function forwarding(options: Partial<ForwardEventsOptions> = {}): ForwardEvents {
  const { clock, telemetry, liveJobs } = stages
  const ports = stages.options({ store, findFaults: () => [] })
  const dropped = new DroppedEvents({ targets: endpoints, clock, logger: silentLogger })
  const forward = new ForwardEvents({
    ...ports,
    ...{ store, clock, telemetry, liveJobs, dropped, targets: endpoints, logger: silentLogger },
    ...options,
  })
  running.push(forward)
  return forward
}

function eventFor(
  receivers: readonly WebhookEndpointId[],
  members: Partial<WebhookEventDraft> = {},
): WebhookEventDraft {
  const id = newWebhookEventId(NOW_MS)
  return {
    ...{ id, subscription: 'default', type: 'job.ended', jobId: firstJob, channel: 'shop', atMs: NOW_MS },
    ...{ body: JSON.stringify({ id }), endpoints: receivers, ...members },
  }
}

/** Resolves when nothing is left to forward. */
async function forwarded(): Promise<void> {
  const isLeft = async (): Promise<boolean> =>
    (await store.listWaitingWebhookEvents({ maxEvents: 1, maxBytes: 1 })).length > 0
  while (await isLeft()) await new Promise(setImmediate)
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
}

async function itemsOf({ record }: LiveJob): Promise<{ id: string; partitionKey: string; data: { body: string } }[]> {
  const page = await store.readItems({ ref: record.ref, fromIndex: 0, limit: 1000 })
  return page.items.map(({ line }) => JSON.parse(Buffer.from(line).toString()) as never)
}

async function idsIn(job: LiveJob): Promise<string[]> {
  return (await itemsOf(job)).map(({ id }) => id)
}

describe('forwarding of webhook events', () => {
  test('publishes a round as one job for each endpoint, in order, whose keys follow the ordering', async () => {
    const byJob = endpoints.add({ subscription: 'default' })
    const byEndpoint = endpoints.add({ subscription: 'default', ordering: 'endpoint' })
    const byNothing = endpoints.add({ subscription: 'default', ordering: 'none' })
    const events = [
      eventFor([byJob, byEndpoint]),
      eventFor([byJob, byNothing], { jobId: secondJob }),
      eventFor([byJob], { jobId: null, type: 'item.parked' }),
      eventFor([byJob], { jobId: null, channel: null, type: 'webhook_endpoint.failing' }),
    ]
    await store.appendWebhookEvents(events)
    await forwarding().start()
    await forwarded()
    const jobs = stages.admitted.map(({ job }) => job)
    expect(jobs.map(({ record }) => record)).toMatchObject(
      [byJob, byEndpoint, byNothing].map((id, n) => ({
        ...{ subscription: WEBHOOK_SUBSCRIPTION, phase: 'eligible', eligibleSeq: 1, total: [4, 1, 1][n] },
        envelope: { channel: webhookChannel(id), objectType: 'webhook', action: 'create', partitionBy: 'item' },
      })),
    )
    const [ofJob, ofEndpoint, ofNothing] = await Promise.all(jobs.map(itemsOf))
    expect(ofJob!.map(({ id, data }) => [id, data.body])).toEqual(events.map(({ id, body }) => [id, body]))
    expect(ofJob!.map(({ partitionKey }) => partitionKey)).toEqual([firstJob, secondJob, 'shop', byJob])
    expect([ofEndpoint, ofNothing].map((items) => items![0]!.partitionKey)).toEqual([byEndpoint, events[1]!.id])
    const seed = partitionKeySeed(WEBHOOK_SUBSCRIPTION, webhookChannel(byJob))
    expect([...stages.admitted[0]!.chunks[0]!.keys.slice(0, 2)]).toEqual([...hashOf(seed, firstJob)])
  })

  test('forwards what becomes durable later, and nothing twice', async () => {
    const id = endpoints.add({ subscription: 'default' })
    await forwarding().start()
    const events = Array.from({ length: 5 }, () => eventFor([id]))
    for (const event of events) await store.appendWebhookEvents([event])
    await forwarded()
    const ids = await Promise.all(stages.admitted.map(({ job }) => idsIn(job)))
    expect(ids.flat()).toEqual(events.map((event) => event.id))
    expect(stages.clock.pending).toBe(0)
  })

  test('tries a round again while the store is full', async () => {
    const id = endpoints.add({ subscription: 'default' })
    let refusals = 2
    const publishJobs = (publication: Publication): Promise<readonly number[]> =>
      refusals-- > 0 ? Promise.reject(new StoreError('disk_full', 'full')) : store.publishJobs(publication)
    const bound = new Proxy(store, {
      get: (target, name) => {
        const value: unknown = name === 'publishJobs' ? publishJobs : Reflect.get(target, name, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
    await forwarding({ store: bound }).start()
    await store.appendWebhookEvents([eventFor([id])])
    for (let tries = 0; tries < 3; tries++) {
      await expect.poll(() => stages.clock.pending + stages.admitted.length).toBeGreaterThan(0)
      stages.clock.advance(1000)
    }
    await forwarded()
    expect(stages.admitted).toHaveLength(1)
  })

  test('forwards nothing to an endpoint that was deleted, and marks its events', async () => {
    const id = endpoints.add({ subscription: 'default' })
    endpoints.remove(id)
    await store.appendWebhookEvents([eventFor([id])])
    await forwarding().start()
    await forwarded()
    expect(stages.admitted).toEqual([])
    expect(await store.listWebhookEvents({ subscription: 'default', limit: 9 })).toHaveLength(1)
  })

  test('keeps the events of an endpoint on disk that has many in the engine, in order, and drops what is beyond the limit', async () => {
    const [busy, other] = [endpoints.add({ subscription: 'default' }), endpoints.add({ subscription: 'default' })]
    const forward = forwarding({ maxBacklog: 3, maxInEngine: 2 })
    await forward.start()
    const events = Array.from({ length: 7 }, () => eventFor([busy, other]))
    await store.appendWebhookEvents(events.slice(0, 1))
    await store.appendWebhookEvents(events.slice(1))
    await forwarded()
    const jobsOf = (id: WebhookEndpointId): LiveJob[] =>
      stages.admitted.map(({ job }) => job).filter(({ record }) => record.envelope.channel === webhookChannel(id))
    const received = async (id: WebhookEndpointId): Promise<string[]> =>
      (await Promise.all(jobsOf(id).map(idsIn))).flat()
    const ids = events.map((event) => event.id)
    expect(await received(busy)).toEqual(ids.slice(0, 2))
    expect(forward.pendingOf(busy)).toBe(5)
    expect(endpoints.drops).toContainEqual({ id: busy, count: 2, reason: 'backlog_full' })
    // As if they were delivered: the jobs have not ended, their items have.
    for (const job of jobsOf(busy)) job.succeeded = job.record.total
    stages.clock.advance(1000)
    await expect.poll(() => received(busy)).toEqual(ids.slice(0, 4))
    // After a start, too.
    await forward.stop()
    for (const job of jobsOf(busy)) job.succeeded = job.record.total
    await forwarding({ maxInEngine: 2 }).start()
    await expect.poll(() => received(busy)).toEqual(ids.slice(0, 5))
    expect(await store.countWebhookBacklogs()).toMatchObject([{ endpoint: other }])
  })

  test('drops the backlog of an endpoint, and counts what was not delivered in its time', async () => {
    const id = endpoints.add({ subscription: 'default' })
    const forward = forwarding({ maxInEngine: 1 })
    await forward.start()
    await store.appendWebhookEvents(Array.from({ length: 4 }, () => eventFor([id])))
    await forwarded()
    expect(await forward.dropBacklog(id)).toBe(3)
    expect(await store.countWebhookBacklogs()).toEqual([])
    expect(forward.pendingOf(id)).toBe(1)
    const { record } = stages.admitted[0]!.job
    const end = {
      outcome: 'expired',
      succeeded: 0,
      failed: 0,
      cancelled: 1,
      startedAtMs: null,
      endedAtMs: NOW_MS,
    } as const
    stages.telemetry.emit('job.ended', { ...record, end })
    expect(endpoints.drops).toEqual([{ id, count: 1, reason: 'expired' }])
    expect(forward.pendingOf(id)).toBe(0)
  })

  test('follows the jobs that a start has recovered, and no job of a caller', async () => {
    const id = endpoints.add({ subscription: 'default' })
    await store.appendWebhookEvents([eventFor([id]), eventFor([id])])
    await forwarding().start()
    await forwarded()
    const caller = stages.admitted[0]!.job
    stages.liveJobs.add(
      liveJob({
        ...caller.record,
        id: secondJob,
        ref: store.nextJobRef(),
        envelope: { ...caller.record.envelope, channel: 'shop' },
      }),
    )
    const next = forwarding()
    await next.start()
    expect([next.pendingOf(id), next.pendingItems]).toEqual([2, 2])
  })

  test('delivers stored events again in a job of their own', async () => {
    const id = endpoints.add({ subscription: 'default' })
    await store.appendWebhookEvents([eventFor([id]), eventFor([id])])
    const forward = forwarding()
    await forward.start()
    await forwarded()
    const events = await store.listWebhookEvents({ subscription: 'default', limit: 9 })
    const jobId = await forward.replay(id, events.slice(1))
    const job = stages.admitted.at(-1)!.job
    expect([job.record.id, await idsIn(job)]).toEqual([jobId, [events[1]!.id]])
    endpoints.remove(id)
    expect(await forward.replay(id, events)).toBeNull()
  })

  test('orders events by what an endpoint has when they go to the engine; those that are there keep their place', async () => {
    const id = endpoints.add({ subscription: 'default', ordering: 'none' })
    const forward = forwarding({ maxInEngine: 1 })
    await forward.start()
    const events = [eventFor([id]), eventFor([id]), eventFor([id])]
    await store.appendWebhookEvents(events)
    await forwarded()
    const [first] = stages.admitted.map(({ job }) => job)
    expect((await itemsOf(first!))[0]!.partitionKey).toBe(events[0]!.id)
    endpoints.set(id, { subscription: 'default', ordering: 'job' })
    // The one that is in the engine keeps its key, and holds back none that come later.
    expect((await itemsOf(first!))[0]!.partitionKey).toBe(events[0]!.id)
    for (let n = 1; n < 3; n++) {
      stages.admitted.at(-1)!.job.succeeded = 1
      stages.clock.advance(1000)
      await expect.poll(() => stages.admitted.length).toBe(n + 1)
      expect(await itemsOf(stages.admitted[n]!.job)).toMatchObject([{ id: events[n]!.id, partitionKey: firstJob }])
    }
  })

  test('gives events for the webhook of a job the URL of that job, sealed as it is', async () => {
    const target = jobWebhookTarget('default', 'https://pim.example')
    endpoints.set(target, { subscription: 'default' })
    const other = endpoints.add({ subscription: 'default' })
    await store.appendWebhookEvents([eventFor([other, target], { jobUrl: 'sealed' })])
    await forwarding().start()
    await forwarded()
    const data = await Promise.all(stages.admitted.map(async ({ job }) => (await itemsOf(job))[0]!.data))
    expect(data.map((one) => 'url' in one && one.url)).toEqual([false, 'sealed'])
  })
})
