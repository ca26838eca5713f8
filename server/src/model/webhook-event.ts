import type { JobId, WebhookEndpointId, WebhookEventId } from './ids.ts'

/** The types of events that webhook endpoints receive; equal to the spec's `WebhookEventType`. */
export const webhookEventTypes = [
  'job.accepted',
  'job.started',
  'job.ended',
  'job.blocked',
  'job.progress',
  'job.deadline_at_risk',
  'item.parked',
  'channel.circuit_opened',
  'channel.circuit_closed',
  'webhook_endpoint.failing',
  'webhook_endpoint.disabled',
  'webhook_endpoint.test',
] as const
export type WebhookEventType = (typeof webhookEventTypes)[number]

/** The order in which an endpoint receives events: those of one job in order, all in order, or none. */
export const webhookOrderings = ['job', 'endpoint', 'none'] as const
export type WebhookOrdering = (typeof webhookOrderings)[number]

/** Jobs that deliver events belong to this subscription, to which no token can be bound. */
export const WEBHOOK_SUBSCRIPTION = '~webhooks'

/** Names of subscriptions, channels and files that begin with it are the server's own; requests and configuration must not use them. */
export const HIDDEN_PREFIX = '~'

/** An event's JSON text is at most so long, in bytes. */
export const MAX_WEBHOOK_BODY_BYTES = 20_000

/** The hidden channel that delivers the events of an endpoint. */
export function webhookChannel(endpointId: WebhookEndpointId): string {
  return `${HIDDEN_PREFIX}${endpointId}`
}

/** Whether a channel is the server's own: in no list, quota or figure of callers. */
export function isHiddenChannel(channel: string): boolean {
  return channel.startsWith(HIDDEN_PREFIX)
}

/** An event that has happened, not routed yet. */
export interface WebhookFact {
  readonly subscription: string
  readonly type: WebhookEventType
  /** The job that it is about; null: none. */
  readonly jobId: JobId | null
  /** The channel that it is about; null: none (`webhook_endpoint.*`). */
  readonly channel: string | null
  /** When it happened, wall ms. */
  readonly atMs: number
  /** The member `data` of its body. */
  readonly data: Readonly<Record<string, unknown>>
}

/** An event with the endpoints that receive it: a row of the outbox, written in the transaction of the change that it reports. */
export interface WebhookEventDraft {
  readonly id: WebhookEventId
  readonly subscription: string
  readonly type: WebhookEventType
  readonly jobId: JobId | null
  readonly channel: string | null
  readonly atMs: number
  /** The JSON text `{id, type, timestamp, data}` as it is sent, made once; at most `MAX_WEBHOOK_BODY_BYTES`. */
  readonly body: string
  /** At least one. */
  readonly endpoints: readonly WebhookEndpointId[]
}

/** A row of the outbox as it is read. */
export interface StoredWebhookEvent extends WebhookEventDraft {
  /** Grows with every event; the order in which they are forwarded. */
  readonly seq: number
}

/** Decides which endpoints receive an event. In memory, synchronous: it is asked before the transaction of what the event reports. */
export interface WebhookRouting {
  /** Whether the subscription has an endpoint, enabled or disabled: one look-up, before an event is made. */
  hasEndpoints(subscription: string): boolean
  /** The subscriptions that have an endpoint, enabled or disabled. */
  subscriptions(): Iterable<string>
  /** Whether an endpoint of the subscription names this channel in `channels`. */
  namesChannel(subscription: string, channel: string): boolean
  /** Whether an endpoint of the subscription receives events of this type, whatever its other conditions. */
  wantsType(subscription: string, type: WebhookEventType): boolean
  /** The endpoints of the subscription, enabled or disabled, whose `eventTypes`, `channels` and `where` match. Never throws. */
  endpointsFor(event: {
    readonly subscription: string
    readonly type: WebhookEventType
    readonly channel: string | null
    readonly data: unknown
  }): readonly WebhookEndpointId[]
}

/** The endpoints as the forwarder of events asks for them. */
export interface WebhookTargets {
  /** Null: it was deleted, its events are not delivered. */
  orderingOf(id: WebhookEndpointId): WebhookOrdering | null
  /**
   * Counts events that an endpoint never receives.
   * @param reason `backlog_full`: too many wait already, so they were not queued, but can be replayed; `expired`: undelivered for 7 days
   */
  dropped(id: WebhookEndpointId, count: number, reason: 'backlog_full' | 'expired'): void
}

/** Routes to nobody: a server without endpoints. */
export const noWebhooks: WebhookRouting = {
  hasEndpoints: () => false,
  subscriptions: () => [],
  namesChannel: () => false,
  wantsType: () => false,
  endpointsFor: () => [],
}
