import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { newWebhookEndpointId, newWebhookEventId } from '../../../server/src/model/ids.ts'
import type { WebhookEventDraft } from '../../../server/src/model/webhook-event.ts'
import type { Store } from '../../../server/src/store/store.ts'
import type { WebhookForward } from '../../../server/src/store/webhook-event-store.ts'
import { endOf, jobOf, publish, T0, termsOf } from './fixtures.ts'
import { type StoreKind, StoreWorld } from './world.ts'

const [one, other] = [newWebhookEndpointId(T0), newWebhookEndpointId(T0)] as const
const ALL = { maxEvents: 1000, maxBytes: 1e6 }

function eventOf(members: Partial<WebhookEventDraft> = {}): WebhookEventDraft {
  const id = newWebhookEventId(T0)
  return {
    ...{ id, subscription: 'default', type: 'job.progress', jobId: null, channel: 'shop', atMs: T0 },
    ...{ body: JSON.stringify({ id, text: 'ünï 😀' }), endpoints: [one] },
    ...members,
  }
}

function forwardOf(members: Partial<WebhookForward>): WebhookForward {
  return { taken: [], atMs: T0, held: [], released: [], ...members }
}

/** The outbox of webhook events. */
export function webhookEventSuite(kind: StoreKind): void {
  describe('webhook events', () => {
    const world = new StoreWorld(kind)
    let store: Store

    beforeAll(async () => {
      store = await world.start()
    })

    afterEach(async () => {
      const taken = (await store.listWaitingWebhookEvents(ALL)).map(({ seq }) => seq)
      await store.forwardWebhookEvents(forwardOf({ taken }))
      await store.purgeWebhookEvents({ forwardedBeforeMs: Infinity, maxOfSubscription: 0 })
    })

    afterAll(() => world.close())

    it('are durable with the publication and the commit that they report, in order, and reported to a listener', async () => {
      let reports = 0
      store.onWebhookEvents(() => reports++)
      const record = jobOf(store.nextJobRef(), { total: 0 })
      const [accepted, ended, extra] = [
        eventOf({ type: 'job.accepted', jobId: record.id, endpoints: [one, other] }),
        eventOf({ type: 'job.ended', jobId: record.id }),
        eventOf(),
      ]
      const jobs = [{ record, chunks: [], outcomes: [] }]
      await store.publishJobs({ jobs, idempotency: null, execution: null, events: [accepted] })
      const end = endOf({ succeeded: 0 })
      await store.commitOutcomes({
        terms: termsOf(store),
        batches: [],
        ended: [{ ref: record.ref, end }],
        events: [ended],
      })
      await store.appendWebhookEvents([extra])
      expect(reports).toBe(3)
      const waiting = await store.listWaitingWebhookEvents(ALL)
      expect(waiting).toEqual([accepted, ended, extra].map((event, n) => ({ ...event, seq: waiting[0]!.seq + n })))
      await store.deleteJob(record.ref)
      expect(await store.listWaitingWebhookEvents(ALL)).toHaveLength(3)
    })

    it('are not stored with a write that is refused', async () => {
      const record = await publish(store)
      const ended = [{ ref: record.ref, end: endOf() }]
      await store.commitOutcomes({ terms: termsOf(store), batches: [], ended, events: [eventOf()] })
      const again = store.commitOutcomes({ terms: termsOf(store), batches: [], ended, events: [eventOf()] })
      await expect(again).rejects.toMatchObject({ code: 'conflict' })
      expect(await store.listWaitingWebhookEvents(ALL)).toHaveLength(1)
    })

    it('are passed over when one of the same text is stored', async () => {
      const once = 'job_1 is blocked'
      await store.appendWebhookEvents([eventOf({ once }), eventOf({ once }), eventOf()])
      await store.appendWebhookEvents([eventOf({ once })])
      expect(await store.listWaitingWebhookEvents(ALL)).toHaveLength(2)
    })

    it('of what happens before the end of a job are passed over once it has ended', async () => {
      const record = await publish(store)
      const progress = (): WebhookEventDraft => eventOf({ jobId: record.id, beforeEnd: true })
      await store.appendWebhookEvents([progress()])
      const last = eventOf({ type: 'job.ended', jobId: record.id })
      const [appended] = [
        store.commitOutcomes({
          terms: termsOf(store),
          batches: [],
          ended: [{ ref: record.ref, end: endOf() }],
          events: [last],
        }),
      ]
      // Asked for before the commit is answered: it is written after it.
      await Promise.all([appended, store.appendWebhookEvents([progress(), progress()])])
      await store.deleteJob(record.ref)
      await store.appendWebhookEvents([progress(), eventOf({ jobId: record.id })])
      const types = (await store.listWaitingWebhookEvents(ALL)).map(({ type }) => type)
      expect(types).toEqual(['job.progress', 'job.ended', 'job.progress'])
    })

    it('keep the sealed URL of a job', async () => {
      const event = eventOf({ jobUrl: 'sealed' })
      await store.appendWebhookEvents([event])
      expect(await store.listWaitingWebhookEvents(ALL)).toMatchObject([{ id: event.id, jobUrl: 'sealed' }])
    })

    it('that no job delivers, and that do not wait, are known as dropped', async () => {
      await store.appendWebhookEvents([eventOf(), eventOf(), eventOf()])
      const seqs = (await store.listWaitingWebhookEvents(ALL)).map(({ seq }) => seq)
      const held = [{ endpoint: one, events: [seqs[1]!] }]
      await store.forwardWebhookEvents(forwardOf({ taken: seqs.slice(0, 2), held }))
      expect(await store.latestWebhookDeliveries(one, seqs)).toEqual([
        { eventSeq: seqs[0], index: 0, deliveringJob: null },
      ])
    })

    it('are read up to a bound, at least one', async () => {
      const body = JSON.stringify('x'.repeat(98))
      await store.appendWebhookEvents([eventOf({ body }), eventOf({ body }), eventOf({ body })])
      expect(await store.listWaitingWebhookEvents({ maxEvents: 2, maxBytes: 1e6 })).toHaveLength(2)
      expect(await store.listWaitingWebhookEvents({ maxEvents: 9, maxBytes: 200 })).toHaveLength(2)
      expect(await store.listWaitingWebhookEvents({ maxEvents: 9, maxBytes: 1 })).toHaveLength(1)
    })

    it('are forwarded once each, into jobs and backlogs, and leave a backlog once', async () => {
      await store.appendWebhookEvents([eventOf({ endpoints: [one, other] }), eventOf(), eventOf()])
      const [first, second, third] = (await store.listWaitingWebhookEvents(ALL)).map(({ seq }) => seq) as [
        number,
        number,
        number,
      ]
      const held = [
        { endpoint: other, events: [first] },
        { endpoint: one, events: [second] },
      ]
      const job = { record: jobOf(store.nextJobRef(), { total: 0 }), chunks: [], outcomes: [] }
      const publication = { jobs: [job], idempotency: null, execution: null }
      await store.publishJobs({ ...publication, forward: forwardOf({ taken: [first, second], held }) })
      expect((await store.listWaitingWebhookEvents(ALL)).map(({ seq }) => seq)).toEqual([third])
      expect((await store.listWebhookBacklog(other, ALL)).map(({ seq }) => seq)).toEqual([first])
      const counts = await store.countWebhookBacklogs()
      expect(new Map(counts.map(({ endpoint, events }) => [endpoint, events]))).toEqual(
        new Map([
          [one, 1],
          [other, 1],
        ]),
      )

      const taken = store.forwardWebhookEvents(forwardOf({ taken: [first] }))
      await expect(taken).rejects.toMatchObject({ code: 'conflict' })
      const next = { record: jobOf(store.nextJobRef(), { total: 0 }), chunks: [], outcomes: [] }
      const released = [{ endpoint: one, events: [second] }]
      await store.publishJobs({ ...publication, jobs: [next], forward: forwardOf({ released }) })
      const again = { record: jobOf(store.nextJobRef(), { total: 0 }), chunks: [], outcomes: [] }
      const twice = store.publishJobs({ ...publication, jobs: [again], forward: forwardOf({ released }) })
      await expect(twice).rejects.toMatchObject({ code: 'conflict' })
      expect(await store.findJob(again.record.id)).toBeNull()
      expect(await store.dropWebhookBacklog(other)).toBe(1)
      expect(await store.countWebhookBacklogs()).toEqual([])
    })

    it('are listed by subscription, time, type and endpoint, page by page', async () => {
      const drafts = [
        eventOf({ atMs: T0 }),
        eventOf({ atMs: T0 + 1, type: 'job.ended' }),
        eventOf({ atMs: T0 + 2, endpoints: [other] }),
        eventOf({ atMs: T0 + 3, subscription: 'another' }),
      ]
      await store.appendWebhookEvents(drafts)
      const query = { subscription: 'default', limit: 10 }
      const ids = async (more: object): Promise<string[]> =>
        (await store.listWebhookEvents({ ...query, ...more })).map(({ id }) => id)
      const [a, b, c] = drafts.map(({ id }): string => id)
      expect(await ids({})).toEqual([a, b, c])
      expect(await ids({ sinceMs: T0 + 1 })).toEqual([b, c])
      expect(await ids({ untilMs: T0 + 1 })).toEqual([a])
      expect(await ids({ types: ['job.ended'] })).toEqual([b])
      expect(await ids({ endpoint: other })).toEqual([c])
      const [first] = await store.listWebhookEvents({ ...query, limit: 1 })
      expect(await ids({ afterSeq: first!.seq })).toEqual([b, c])
    })

    it('are removed when their time is over, or a subscription has too many, but not while they wait', async () => {
      await store.appendWebhookEvents(Array.from({ length: 6 }, () => eventOf()))
      const seqs = (await store.listWaitingWebhookEvents(ALL)).map(({ seq }) => seq)
      const held = [{ endpoint: one, events: [seqs[0]!, seqs[1]!] }]
      await store.forwardWebhookEvents(forwardOf({ taken: seqs.slice(0, 1), held: [], atMs: T0 }))
      await store.forwardWebhookEvents(forwardOf({ taken: seqs.slice(1, 4), held, atMs: T0 + 1 }))
      const left = async (): Promise<number[]> =>
        (await store.listWebhookEvents({ subscription: 'default', limit: 10 })).map(({ seq }) => seq)
      expect(await store.purgeWebhookEvents({ forwardedBeforeMs: T0, maxOfSubscription: 10 })).toEqual({
        ...{ removed: 1, dropped: [{ endpoint: one, events: 1 }], more: false },
      })
      expect(await left()).toEqual(seqs.slice(1))
      expect(await store.purgeWebhookEvents({ forwardedBeforeMs: T0, maxOfSubscription: 3 })).toMatchObject({
        ...{ removed: 2, dropped: [], more: true },
      })
      // The one that waits on disk stays: it is the next of its endpoint.
      expect(await left()).toEqual([seqs[1], ...seqs.slice(4)])
      expect(await store.purgeWebhookEvents({ forwardedBeforeMs: T0 + 1, maxOfSubscription: 10 })).toMatchObject({
        ...{ removed: 1, dropped: [{ endpoint: one, events: 1 }] },
      })
      expect(await left()).toEqual(seqs.slice(4))
      expect(await store.countWebhookBacklogs()).toEqual([])
    })

    it.runIf(kind !== 'memory')('wait over a restart', async () => {
      const world = new StoreWorld(kind)
      onTestFinished(() => world.close())
      const first = await world.start()
      await first.appendWebhookEvents([eventOf(), eventOf()])
      const before = await first.listWaitingWebhookEvents(ALL)
      await first.forwardWebhookEvents(
        forwardOf({ taken: [before[0]!.seq], held: [{ endpoint: one, events: [before[0]!.seq] }] }),
      )
      await first.stop()
      const second = await world.start()
      expect(await second.listWaitingWebhookEvents(ALL)).toEqual([before[1]])
      expect(await second.countWebhookBacklogs()).toEqual([{ endpoint: one, events: 1 }])
    })
  })
}
