import { randomBytes } from 'node:crypto'
import { WallTimes } from '../../jobs/wall-times.ts'
import { type Channel, ChannelRegistry } from '../../limits/channel-registry.ts'
import type { AuditEntry } from '../../model/audit.ts'
import type { WebhookEndpointId } from '../../model/ids.ts'
import { OutcomeWriter, Verdict } from '../../model/outcome-batch.ts'
import type { JobWebhooksRecord } from '../../model/job-webhook-origins.ts'
import type { WebhookEndpointRecord } from '../../model/webhook-endpoint.ts'
import { webhookChannel, type WebhookEventDraft } from '../../model/webhook-event.ts'
import type { Clock } from '../../runtime/clock.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { Telemetry } from '../../runtime/telemetry.ts'
import { KeyRing } from '../../secrets/key-ring.ts'
import { StoreError } from '../../store/store-error.ts'
import type { JobWebhooksChange, WebhookEndpointStore } from '../../store/webhook-endpoint-store.ts'
import { endpointFact } from '../endpoint-fact.ts'
import { EndpointSecrets } from '../endpoint-secrets.ts'
import { JobWebhooks } from '../job-webhooks.ts'
import { WatchEndpoints } from '../watch-endpoints.ts'
import { takeAct } from '../../store/audited-act.ts'
import { type EndpointSettings, WebhookEndpoints } from '../webhook-endpoints.ts'

export const SETTINGS: EndpointSettings = {
  ...{ url: 'https://hooks.example/waybill', description: '', eventTypes: [], channels: [] },
  ...{ where: null, ordering: 'job' },
}

/** A store of endpoints that fails when a test wants it to. */
export class FakeEndpointStore implements WebhookEndpointStore {
  readonly records = new Map<WebhookEndpointId, WebhookEndpointRecord>()
  readonly events: WebhookEventDraft[] = []
  /** Writes of endpoints with what is secret of them, and without. */
  saves = 0
  readonly audited: AuditEntry[] = []
  updates = 0
  readonly ofJobs = new Map<string, JobWebhooksRecord>()
  readonly changes: JobWebhooksChange[] = []
  failing = false

  async saveWebhookEndpoint(endpoint: WebhookEndpointRecord, events: readonly WebhookEventDraft[]): Promise<void> {
    this.#refuse()
    this.saves++
    this.#audit()
    this.records.set(endpoint.id, endpoint)
    this.events.push(...events)
  }

  async updateWebhookEndpoint(
    endpoint: Omit<WebhookEndpointRecord, 'url' | 'secrets'>,
    events: readonly WebhookEventDraft[],
  ): Promise<void> {
    this.#refuse()
    this.updates++
    this.#audit()
    this.records.set(endpoint.id, { ...this.records.get(endpoint.id)!, ...endpoint })
    this.events.push(...events)
  }

  async saveJobWebhooks(webhooks: JobWebhooksRecord, change: JobWebhooksChange): Promise<void> {
    this.#refuse()
    this.ofJobs.set(webhooks.subscription, webhooks)
    this.changes.push(change)
  }

  async removeWebhookEndpoint(id: WebhookEndpointId): Promise<void> {
    this.#refuse()
    this.records.delete(id)
  }

  #audit(): void {
    const act = takeAct()
    if (act !== null) this.audited.push(act.entry)
  }

  #refuse(): void {
    if (this.failing) throw new StoreError('disk_full', 'there is no space')
  }
}

/** The endpoints of a process on a fake clock, as of what a store has. */
export class EndpointWorld {
  readonly channels: ChannelRegistry
  readonly endpoints: WebhookEndpoints
  readonly watch: WatchEndpoints
  readonly jobWebhooks: JobWebhooks
  /** Origins that have a job that has not ended, or an event. */
  readonly inUse = new Set<WebhookEndpointId>()
  readonly keyRing: KeyRing
  readonly store: FakeEndpointStore

  constructor(
    clock: Clock,
    store = new FakeEndpointStore(),
    keyRing = new KeyRing([{ id: 'aaaaaaaaaaaa', secret: randomBytes(32) }]),
  ) {
    this.store = store
    this.keyRing = keyRing
    const telemetry = new Telemetry(silentLogger)
    const times = new WallTimes(clock)
    this.channels = new ChannelRegistry({ clock, telemetry, channels: {}, stored: [] })
    this.endpoints = new WebhookEndpoints({
      ...{ store, clock, times, channels: this.channels, logger: silentLogger },
      secrets: new EndpointSecrets({ keyRing, logger: silentLogger }),
      allowPrivateAddresses: false,
      stored: [...store.records.values()],
    })
    this.jobWebhooks = new JobWebhooks({
      ...{ store, clock, times, channels: this.channels, logger: silentLogger },
      secrets: new EndpointSecrets({ keyRing, logger: silentLogger }),
      ...{ allowPrivateAddresses: false, startsPaused: false, stored: [...store.ofJobs.values()] },
      addressRefusal: async (url) => (url.hostname === '10.0.0.1' ? 'must be a public address' : null),
      inUse: () => (target) => this.inUse.has(target),
    })
    this.watch = new WatchEndpoints({
      ...{ endpoints: this.endpoints, channels: this.channels, clock, times, logger: silentLogger },
      eventOf: (type, record) => {
        const fact = endpointFact(type, record, clock.nowMs())
        const targets = this.endpoints.endpointsFor(fact)
        return targets.length === 0 ? null : { ...fact, id: 'evt_1' as never, body: '', endpoints: targets }
      },
    })
    this.watch.start()
  }

  /** @returns the id of the endpoint */
  async add(settings: Partial<EndpointSettings> = {}, subscription = 'acme'): Promise<WebhookEndpointId> {
    const made = await this.endpoints.create(subscription, { ...SETTINGS, ...settings }, { state: 'enabled' })
    return made.endpoint.record.id
  }

  channelOf(id: WebhookEndpointId): Channel {
    return this.channels.get(webhookChannel(id))!
  }

  /** Reports calls that ended so, one after another at this time. @param statuses 2xx: it succeeded; 0: no answer */
  call(id: WebhookEndpointId, statuses: readonly number[], endedAtMs: number): void {
    const writer = new OutcomeWriter()
    for (const [index, httpStatus] of statuses.entries()) {
      const verdict = httpStatus >= 200 && httpStatus < 300 ? Verdict.succeeded : Verdict.retry
      writer.add({
        ...{ jobRef: 1, chunk: 0, index, itemHandle: 0, epoch: 1, attempt: 1, httpStatus, verdict, flags: 0 },
        ...{ throttled: 0, startedAtMs: endedAtMs, endedAtMs, retryAtMs: 0 },
      })
    }
    this.watch.note(this.channelOf(id), writer.take()!)
  }
}
