import type { Expression } from '../expressions/expression.ts'
import type { WallTimes } from '../jobs/wall-times.ts'
import type { ChannelRegistry } from '../limits/channel-registry.ts'
import { ProblemError } from '../model/errors.ts'
import { newWebhookEndpointId, type WebhookEndpointId } from '../model/ids.ts'
import {
  MAX_WEBHOOK_ENDPOINTS,
  newHealth,
  type SealedSecret,
  type WebhookEndpointRecord,
  webhookChannelConfig,
} from '../model/webhook-endpoint.ts'
import {
  webhookChannel,
  type WebhookEventDraft,
  type WebhookEventType,
  type WebhookOrdering,
  type WebhookRouting,
} from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import { KeyedMutex } from '../runtime/keyed-mutex.ts'
import type { Logger } from '../runtime/logger.ts'
import { StoreError } from '../store/store-error.ts'
import type { WebhookEndpointStore } from '../store/webhook-endpoint-store.ts'
import type { EndpointSecrets } from './endpoint-secrets.ts'
import { compileCondition, ConditionEvent } from './event-condition.ts'

/** After a removal of an expired secret that failed: the store is full, or does not answer. */
const REMOVE_AGAIN_MS = 60_000

export interface WebhookEndpointsOptions {
  readonly store: WebhookEndpointStore
  readonly clock: Pick<Clock, 'nowMs'>
  readonly times: Pick<WallTimes, 'at'>
  readonly channels: Pick<ChannelRegistry, 'putWebhook' | 'pause' | 'resume' | 'remove'>
  readonly secrets: EndpointSecrets
  /** Http and private addresses may be called. */
  readonly allowPrivateAddresses: boolean
  readonly logger: Logger
  /** All that are stored, as recovery read them. */
  readonly stored: readonly WebhookEndpointRecord[]
  /** Called after each change of what is routed where. @default nothing */
  readonly onRoutingChange?: () => void
}

/** The fields of an endpoint that its users set. */
export type EndpointSettings = Pick<
  WebhookEndpointRecord,
  'url' | 'description' | 'eventTypes' | 'channels' | 'where' | 'ordering'
>

/** An endpoint with the secret that is shown once. */
export interface EndpointWithSecret {
  readonly endpoint: WebhookEndpoint
  readonly secret: string
}

/** An endpoint in memory. Replaced with each change. */
export interface WebhookEndpoint {
  readonly record: WebhookEndpointRecord
  /** Secrets by the order of `record.secrets`; null: it cannot be opened. */
  readonly secrets: readonly (string | null)[]
  /** Null: there is no condition. */
  readonly condition: Expression | null
}

/**
 * The webhook endpoints of all subscriptions, each with the hidden channel that delivers to it, and the routing of events to them.
 *
 * All are in memory. A change is durable before it is answered, and holds after (REC-1). Secrets are sealed in the store, and open only here and
 * on the threads that sign with them. Called by `http` and by what makes events.
 */
export class WebhookEndpoints implements WebhookRouting {
  /** Called after each endpoint that was created or changed, durably. */
  onChange: ((record: WebhookEndpointRecord) => void) | null = null
  readonly #options: WebhookEndpointsOptions
  /** By id. */
  readonly #endpoints = new Map<WebhookEndpointId, WebhookEndpoint>()
  /** Of each subscription that has any, oldest first. */
  readonly #bySubscription = new Map<string, Map<WebhookEndpointId, WebhookEndpoint>>()
  /** Places taken by endpoints that are not durable yet. */
  readonly #pending = new Map<string, number>()
  readonly #changes = new KeyedMutex<WebhookEndpointId>()
  readonly #cancelExpiry = new Map<WebhookEndpointId, () => void>()

  constructor(options: WebhookEndpointsOptions) {
    this.#options = options
    for (const record of options.stored) this.#apply(this.#open(record))
  }

  // Routing

  hasEndpoints(subscription: string): boolean {
    return this.#bySubscription.has(subscription)
  }

  subscriptions(): Iterable<string> {
    return this.#bySubscription.keys()
  }

  namesChannel(subscription: string, channel: string): boolean {
    return this.list(subscription).some(({ record }) => record.channels.includes(channel))
  }

  wantsType(subscription: string, type: WebhookEventType): boolean {
    return this.list(subscription).some(({ record }) => isWanted(record.eventTypes, type))
  }

  endpointsFor(event: Parameters<WebhookRouting['endpointsFor']>[0]): readonly WebhookEndpointId[] {
    const { subscription, type, channel, data } = event
    const found: WebhookEndpointId[] = []
    let looked: ConditionEvent | null = null
    for (const { record, condition } of this.list(subscription)) {
      if (!isWanted(record.eventTypes, type)) continue
      if (channel !== null && !isWanted(record.channels, channel)) continue
      if (isAbout(record, event)) continue
      if (condition !== null) {
        const timestamp = new Date(this.#options.clock.nowMs()).toISOString()
        looked ??= new ConditionEvent({ type, timestamp, data })
        if (!looked.meets(condition)) continue
      }
      found.push(record.id)
    }
    return found
  }

  /** Returns the ordering of an endpoint's events; null: there is no such endpoint. */
  orderingOf(id: WebhookEndpointId): WebhookOrdering | null {
    return this.#endpoints.get(id)?.record.ordering ?? null
  }

  // Endpoints

  /** Every endpoint. */
  all(): Iterable<WebhookEndpoint> {
    return this.#endpoints.values()
  }

  /** Of any subscription; undefined: there is none of this id. */
  find(id: WebhookEndpointId): WebhookEndpoint | undefined {
    return this.#endpoints.get(id)
  }

  /** Those of a subscription, oldest first. */
  list(subscription: string): readonly WebhookEndpoint[] {
    const own = this.#bySubscription.get(subscription)
    return own === undefined ? NONE : [...own.values()]
  }

  /** @throws ProblemError `webhook_endpoint_not_found`: also for another subscription's (SEC-1) */
  get(id: WebhookEndpointId, subscription: string): WebhookEndpoint {
    const endpoint = this.#bySubscription.get(subscription)?.get(id)
    if (endpoint !== undefined) return endpoint
    throw new ProblemError({
      code: 'webhook_endpoint_not_found',
      detail: `Cannot find webhook endpoint ${id} as there must be one of this id for the caller: there is none`,
    })
  }

  /** Makes an endpoint. Resolves when it is durable and receives events. @throws ProblemError `webhook_endpoint_limit_reached` */
  async create(
    subscription: string,
    settings: EndpointSettings,
    { state }: Pick<WebhookEndpointRecord, 'state'>,
  ): Promise<EndpointWithSecret> {
    const leave = this.#takePlace(subscription)
    try {
      const createdAtMs = this.#options.clock.nowMs()
      const id = newWebhookEndpointId(createdAtMs)
      const { text, secret } = this.#options.secrets.make(id, createdAtMs)
      const record: WebhookEndpointRecord = {
        ...{ id, subscription, ...settings, state, createdAtMs, health: newHealth },
        stateReason: state === 'disabled' ? 'caller' : null,
        secrets: [secret],
      }
      await this.#options.store.saveWebhookEndpoint(record, [])
      FAILPOINT: failpoint('webhooks.endpoint.durable')
      const endpoint = this.#open(record)
      this.#apply(endpoint)
      this.onChange?.(record)
      this.#options.onRoutingChange?.()
      this.#options.logger.info({ endpointId: id, subscription }, 'webhook endpoint created')
      return { endpoint, secret: text }
    } finally {
      leave()
    }
  }

  /** Changes settings of an endpoint. Resolves when that is durable and holds. @throws ProblemError as `get` */
  async update(
    id: WebhookEndpointId,
    subscription: string,
    settings: Partial<EndpointSettings>,
  ): Promise<WebhookEndpoint> {
    const endpoint = await this.change(id, subscription, (record) => ({ ...record, ...settings }))
    this.#options.onRoutingChange?.()
    return endpoint
  }

  /**
   * Makes a new secret, which signs from now on. The one before it signs, too, until its grace is over; an older one no longer does.
   * @param graceMs 0: the secret before it no longer signs
   * @throws ProblemError as `get`
   */
  async rotateSecret(id: WebhookEndpointId, subscription: string, graceMs: number): Promise<EndpointWithSecret> {
    const nowMs = this.#options.clock.nowMs()
    const { text, secret } = this.#options.secrets.make(id, nowMs)
    const endpoint = await this.change(id, subscription, (record) => {
      const previous = graceMs === 0 ? [] : [{ ...record.secrets[0]!, expiresAtMs: nowMs + graceMs }]
      return { ...record, secrets: [secret, ...previous] }
    })
    this.#options.logger.info({ endpointId: id, graceMs }, 'webhook secret rotated')
    return { endpoint, secret: text }
  }

  /** Ends the grace of the secret before the current one; without one nothing changes. @throws ProblemError as `get` */
  async revokePreviousSecret(id: WebhookEndpointId, subscription: string): Promise<WebhookEndpoint> {
    const endpoint = await this.change(id, subscription, (record) =>
      record.secrets.length < 2 ? record : { ...record, secrets: record.secrets.slice(0, 1) },
    )
    this.#options.logger.info({ endpointId: id }, 'previous webhook secret revoked')
    return endpoint
  }

  /**
   * Removes an endpoint with its secrets. Resolves when that is durable; no further call starts.
   * @param whenGone ends what waits for it, before its channel is removed
   * @throws ProblemError as `get`
   */
  async remove(id: WebhookEndpointId, subscription: string, whenGone: () => Promise<void>): Promise<void> {
    await this.#changes.run([id], async () => {
      this.get(id, subscription)
      await this.#options.store.removeWebhookEndpoint(id)
      FAILPOINT: failpoint('webhooks.removal.durable')
      this.#endpoints.delete(id)
      const own = this.#bySubscription.get(subscription)!
      own.delete(id)
      if (own.size === 0) this.#bySubscription.delete(subscription)
      this.#cancelExpiry.get(id)?.()
      this.#cancelExpiry.delete(id)
      this.#options.channels.pause(webhookChannel(id))
      await whenGone().finally(() => {
        this.#options.channels.remove(webhookChannel(id))
      })
      this.#options.logger.info({ endpointId: id, subscription }, 'webhook endpoint deleted')
    })
  }

  /**
   * Changes an endpoint after every change that was requested before. Resolves when that is durable and holds.
   * @param by returns the changed record, or the same one for no change
   * @param eventsOf makes the events that report the change. @default none
   * @throws ProblemError as `get`
   * @throws StoreError as `saveWebhookEndpoint`: nothing has changed
   */
  change(
    id: WebhookEndpointId,
    subscription: string,
    by: (record: WebhookEndpointRecord) => WebhookEndpointRecord,
    eventsOf: (record: WebhookEndpointRecord) => readonly WebhookEventDraft[] = () => [],
  ): Promise<WebhookEndpoint> {
    return this.#changes.run([id], async () => {
      const before = this.get(id, subscription)
      const record = by(before.record)
      if (record === before.record) return before
      const { url, secrets, ...rest } = record
      // Results of calls are saved every few seconds: what is secret is written, and its traces erased, only where it has changed.
      if (url === before.record.url && secrets === before.record.secrets)
        await this.#options.store.updateWebhookEndpoint(rest, eventsOf(record))
      else await this.#options.store.saveWebhookEndpoint(record, eventsOf(record))
      FAILPOINT: failpoint('webhooks.endpoint.durable')
      const endpoint = this.#open(record)
      this.#apply(endpoint)
      this.onChange?.(record)
      return endpoint
    })
  }

  // In memory

  #apply(endpoint: WebhookEndpoint): void {
    const { record } = endpoint
    const { id, subscription } = record
    const before = this.#endpoints.get(id)
    this.#endpoints.set(id, endpoint)
    const own = this.#bySubscription.get(subscription) ?? new Map<WebhookEndpointId, WebhookEndpoint>()
    this.#bySubscription.set(subscription, own.set(id, endpoint))
    if (before?.record.url !== record.url || before.record.secrets !== record.secrets) {
      this.#configure(endpoint)
      this.#awaitExpiry(record)
    }
    if (before !== undefined && before.record.state !== record.state) this.#switch(endpoint)
  }

  #configure(endpoint: WebhookEndpoint): void {
    const { record } = endpoint
    const { channels, allowPrivateAddresses } = this.#options
    const secrets = this.#signingSecrets(endpoint)
    const config = webhookChannelConfig({ url: record.url, secrets, allowPrivateAddresses })
    channels.putWebhook(webhookChannel(record.id), config, { paused: !mayCall(endpoint, allowPrivateAddresses) })
    this.#switch(endpoint)
  }

  #switch(endpoint: WebhookEndpoint): void {
    const name = webhookChannel(endpoint.record.id)
    if (mayCall(endpoint, this.#options.allowPrivateAddresses)) this.#options.channels.resume(name)
    else this.#options.channels.pause(name)
  }

  #signingSecrets({ record, secrets }: WebhookEndpoint): string[] {
    const nowMs = this.#options.clock.nowMs()
    return secrets.filter((secret, n) => secret !== null && !isExpired(record.secrets[n]!, nowMs)) as string[]
  }

  #awaitExpiry({ id, subscription, secrets }: WebhookEndpointRecord): void {
    this.#cancelExpiry.get(id)?.()
    this.#cancelExpiry.delete(id)
    const expiresAtMs = secrets[1]?.expiresAtMs ?? null
    if (expiresAtMs === null) return
    const remove = (): void => {
      const endpoint = this.#endpoints.get(id)
      if (endpoint === undefined) return
      this.#configure(endpoint)
      void this.#removeExpired(id, subscription)
    }
    this.#at(id, Math.max(expiresAtMs, this.#options.clock.nowMs()), remove)
  }

  async #removeExpired(id: WebhookEndpointId, subscription: string): Promise<void> {
    const { clock, logger } = this.#options
    try {
      const isValid = (secret: SealedSecret): boolean => !isExpired(secret, clock.nowMs())
      await this.change(id, subscription, (record) => ({ ...record, secrets: record.secrets.filter(isValid) }))
    } catch (error) {
      if (error instanceof ProblemError || (error instanceof StoreError && error.code === 'closed')) return
      logger.warn({ endpointId: id, error: String(error) }, 'Cannot remove an expired webhook secret: it is retried')
      this.#at(id, clock.nowMs() + REMOVE_AGAIN_MS, () => void this.#removeExpired(id, subscription))
    }
  }

  #at(id: WebhookEndpointId, wallMs: number, callback: () => void): void {
    this.#cancelExpiry.set(id, this.#options.times.at(wallMs, callback))
  }

  #open(record: WebhookEndpointRecord): WebhookEndpoint {
    const { id, where } = record
    const before = this.#endpoints.get(id)
    const secrets = before?.record.secrets === record.secrets ? before.secrets : this.#options.secrets.open(record)
    const condition =
      before?.record.where === where ? before.condition : where === null ? null : compileCondition(where)
    return { record, secrets, condition }
  }

  // Limits

  #takePlace(subscription: string): () => void {
    const pending = this.#pending.get(subscription) ?? 0
    const taken = (this.#bySubscription.get(subscription)?.size ?? 0) + pending
    if (taken >= MAX_WEBHOOK_ENDPOINTS) throw limitReached(subscription)
    this.#pending.set(subscription, pending + 1)
    return () => {
      const left = this.#pending.get(subscription)! - 1
      if (left === 0) this.#pending.delete(subscription)
      else this.#pending.set(subscription, left)
    }
  }
}

const NONE: readonly WebhookEndpoint[] = []

/** Whether an endpoint is enabled, can sign, and is called as the operator allows it now: without TLS only where private addresses may be called. */
function mayCall({ record, secrets }: WebhookEndpoint, allowPrivateAddresses: boolean): boolean {
  const isAllowed = allowPrivateAddresses || record.url.startsWith('https:')
  return record.state === 'enabled' && isAllowed && secrets.some((secret) => secret !== null)
}

function isExpired({ expiresAtMs }: SealedSecret, nowMs: number): boolean {
  return expiresAtMs !== null && expiresAtMs <= nowMs
}

/** An empty list wants everything. */
function isWanted<T>(list: readonly T[], one: T): boolean {
  return list.length === 0 || list.includes(one)
}

/** An endpoint receives no events about itself. */
function isAbout({ id }: WebhookEndpointRecord, { type, data }: { type: WebhookEventType; data: unknown }): boolean {
  if (type !== 'webhook_endpoint.failing' && type !== 'webhook_endpoint.disabled') return false
  return (data as { readonly endpoint?: { readonly id?: unknown } } | null)?.endpoint?.id === id
}

function limitReached(subscription: string): ProblemError {
  return new ProblemError({
    code: 'webhook_endpoint_limit_reached',
    detail: `Cannot create webhook endpoint as subscription ${subscription} must have fewer than ${MAX_WEBHOOK_ENDPOINTS}: current value is ${MAX_WEBHOOK_ENDPOINTS}`,
    members: { limit: { name: 'maxWebhookEndpointsPerSubscription', value: MAX_WEBHOOK_ENDPOINTS } },
  })
}
