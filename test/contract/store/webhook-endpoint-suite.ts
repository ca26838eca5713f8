import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newJobId, newWebhookEndpointId, newWebhookEventId } from '../../../server/src/model/ids.ts'
import type { JobWebhooksRecord } from '../../../server/src/model/job-webhook-origins.ts'
import { newHealth, type WebhookEndpointRecord } from '../../../server/src/model/webhook-endpoint.ts'
import type { WebhookEventDraft } from '../../../server/src/model/webhook-event.ts'
import type { Store } from '../../../server/src/store/store.ts'
import { endOf, jobOf, T0, termsOf } from './fixtures.ts'
import { type StoreKind, StoreWorld } from './world.ts'

const ALL = { maxEvents: 1000, maxBytes: 1e6 }

function endpointOf(members: Partial<WebhookEndpointRecord> = {}): WebhookEndpointRecord {
  return {
    ...{ id: newWebhookEndpointId(T0), subscription: 'acme', url: 'https://hooks.example/ü', description: '' },
    ...{ eventTypes: ['job.ended'], channels: [], where: null, ordering: 'job', state: 'enabled', stateReason: null },
    ...{ createdAtMs: T0, secrets: [], health: newHealth },
    ...members,
  }
}

/** Webhook endpoints, and which job delivers which event. */
export function webhookEndpointSuite(kind: StoreKind): void {
  describe('webhook endpoints', () => {
    const world = new StoreWorld(kind)
    let store: Store

    beforeAll(async () => {
      store = await world.start()
    })

    afterAll(() => world.close())

    it('are kept as they were saved last, with the events that report it, until they are removed', async () => {
      const secret = (text: string, expiresAtMs: number | null) => ({
        ...{ sealed: world.keyRing.seal(text, 'webhook-endpoint/x'), endsWith: text, createdAtMs: T0, expiresAtMs },
      })
      const [first, second] = [endpointOf({ secrets: [secret('aaaa', null)] }), endpointOf()]
      await store.saveWebhookEndpoint(first, [])
      await store.saveWebhookEndpoint(second, [])
      const rotated: WebhookEndpointRecord = {
        ...first,
        ...{ state: 'disabled', stateReason: 'gone', secrets: [secret('bbbb', null), secret('aaaa', T0 + 1)] },
      }
      const event: WebhookEventDraft = {
        ...{ id: newWebhookEventId(T0), subscription: 'acme', type: 'webhook_endpoint.disabled', jobId: null },
        ...{ channel: null, atMs: T0, body: '{}', endpoints: [second.id] },
      }
      await store.saveWebhookEndpoint(rotated, [event])
      expect((await store.recover()).webhookEndpoints).toEqual([rotated, second])
      expect(await store.listWaitingWebhookEvents(ALL)).toMatchObject([{ id: event.id }])
      await store.removeWebhookEndpoint(first.id)
      await store.removeWebhookEndpoint(first.id)
      expect((await store.recover()).webhookEndpoints).toEqual([second])
    })

    it('change in what is not secret, while their URL and secrets stay', async () => {
      const secret = {
        sealed: world.keyRing.seal('s', 'webhook-endpoint/x'),
        endsWith: 'aaaa',
        createdAtMs: T0,
        expiresAtMs: null,
      }
      const endpoint = endpointOf({ secrets: [secret] })
      await store.saveWebhookEndpoint(endpoint, [])
      const {
        url: _,
        secrets: __,
        ...rest
      } = { ...endpoint, description: 'changed', health: { ...newHealth, droppedEvents: 4 } }
      await store.updateWebhookEndpoint(rest, [])
      const stored = (await store.recover()).webhookEndpoints.filter(({ id }) => id === endpoint.id)
      expect(stored).toEqual([{ ...endpoint, ...rest }])
      await store.removeWebhookEndpoint(endpoint.id)
      await expect(store.updateWebhookEndpoint(rest, [])).rejects.toMatchObject({ code: 'conflict' })
    })

    it('of jobs have settings, whose secrets are written when they change', async () => {
      const secret = {
        sealed: world.keyRing.seal('s', 'webhook-endpoint/jobs/acme'),
        endsWith: 'aaaa',
        createdAtMs: T0,
        expiresAtMs: null,
      }
      const first: JobWebhooksRecord = {
        subscription: 'acme',
        state: 'enabled',
        urlKey: 'k3y',
        secrets: [secret],
        origins: [],
      }
      await store.saveJobWebhooks(first, { unchangedSecrets: false, forgotten: [] })
      const second: JobWebhooksRecord = { ...first, state: 'disabled', origins: ['https://pim.example'] }
      await store.saveJobWebhooks(second, { unchangedSecrets: true, forgotten: [] })
      expect((await store.recover()).jobWebhooks).toEqual([second])
      const third: JobWebhooksRecord = { ...second, secrets: [{ ...secret, endsWith: 'bbbb' }, secret] }
      await store.saveJobWebhooks(third, { unchangedSecrets: false, forgotten: [] })
      expect((await store.recover()).jobWebhooks).toEqual([third])
    })

    it('have their deliveries listed newest first, until the job that delivers them is removed', async () => {
      const endpoint = newWebhookEndpointId(T0)
      const about = newJobId(T0)
      const drafts = [about, null, about].map((jobId): WebhookEventDraft => ({
        ...{ id: newWebhookEventId(T0), subscription: 'default', type: 'job.ended', jobId, channel: 'shop' },
        ...{ atMs: T0, body: '{"a":1}', endpoints: [endpoint] },
      }))
      await store.appendWebhookEvents(drafts)
      const seqs = (await store.listWebhookEvents({ subscription: 'default', limit: 10 })).map(({ seq }) => seq)
      const deliver = async (events: readonly number[]) => {
        const record = jobOf(store.nextJobRef(), { total: 0 })
        const deliveries = [{ ref: record.ref, endpoint, events }]
        const jobs = [{ record, chunks: [], outcomes: [] }]
        await store.publishJobs({ jobs, idempotency: null, execution: null, deliveries })
        return record
      }
      const first = await deliver(seqs)
      const replay = await deliver([seqs[0]!])
      const query = { subscription: 'default', limit: 10, bodies: false }
      const places = async (more: object = {}) =>
        (await store.listWebhookDeliveries({ ...query, ...more })).map(({ ref, index }) => [ref, index])
      const all = [[replay.ref, 0], ...[2, 1, 0].map((index) => [first.ref, index])]
      expect(await places()).toEqual(all)
      expect(await places({ behind: { ref: first.ref, index: 2 } })).toEqual(all.slice(2))
      expect(await places({ jobIds: [about, newJobId(T0)] })).toEqual([all[0], all[1], all[3]])
      expect(await places({ subscription: 'other' })).toEqual([])
      expect(await store.listWebhookDeliveries({ ...query, limit: 1, bodies: true })).toEqual([
        {
          ...{ ref: replay.ref, index: 0, endpoint, deliveringJob: replay.id, eventId: drafts[0]!.id },
          ...{ type: 'job.ended', jobId: about, atMs: T0, body: '{"a":1}' },
        },
      ])
      const latest = await store.latestWebhookDeliveries(endpoint, [...seqs, 9_999_999])
      expect(latest.map(({ eventSeq, deliveringJob, index }) => [eventSeq, deliveringJob, index])).toEqual([
        [seqs[0], replay.id, 0],
        [seqs[1], first.id, 1],
        [seqs[2], first.id, 2],
      ])
      const ended = [{ ref: first.ref, end: endOf({ succeeded: 0 }) }]
      await store.commitOutcomes({ terms: termsOf(store), batches: [], ended })
      await store.deleteJob(first.ref)
      expect(await places()).toEqual([[replay.ref, 0]])
    })
  })
}
