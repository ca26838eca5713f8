import type { JobId, WebhookEndpointId, WebhookEventId } from './ids.ts'
import type { WaitingCount } from './item.ts'
import type { JobEnd, JobRecord } from './job.ts'
import type { LiveJob } from './live-job.ts'

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

/** The endpoint whose events a hidden channel delivers; null: the channel is none of these. */
export function endpointOfChannel(channel: string): WebhookEndpointId | null {
  return isHiddenChannel(channel) ? (channel.slice(HIDDEN_PREFIX.length) as WebhookEndpointId) : null
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
  /** The sealed URL of the job's webhook, if its origin is one of `endpoints`. @default none */
  readonly jobUrl?: string | null
  /** Only while its job has not ended: otherwise this one is passed over. @default in any case */
  readonly beforeEnd?: boolean
  /** As long as an event with the same text is stored, this one is passed over. @default none */
  readonly once?: string
}

/** A row of the outbox as it is read. */
export interface StoredWebhookEvent extends Omit<WebhookEventDraft, 'once' | 'beforeEnd'> {
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

/** Makes the events of a job's changes, for the transactions that make these durable. Each list is empty when nobody receives the event. */
export interface JobEvents {
  /** Of a job that is about to be published: accepted, unless it is open, and, of one that has ended already, its end. @param rejected its items that are invalid */
  published(record: JobRecord, rejected: { readonly failed: number }): readonly WebhookEventDraft[]
  /** Of an open job that is about to be sealed: accepted. */
  sealed(
    job: LiveJob,
    seal: { readonly phase: 'waiting' | 'eligible'; readonly sealedAtMs: number },
  ): readonly WebhookEventDraft[]
  /** Of a job whose first call is about to be durable. */
  started(job: LiveJob, counts: EndedCounts & { readonly startedAtMs: number }): readonly WebhookEventDraft[]
  /** Of a job that is about to end. */
  ended(record: JobRecord, end: JobEnd): readonly WebhookEventDraft[]
  /** Whether somebody receives events of parked items of a job. */
  wantsParked(record: JobRecord): boolean
  /** Items of a job are parked, durably. @param indexes the first of them, in any order, at most `MAX_PARKED_NAMED` */
  parked(record: JobRecord, items: number, indexes: readonly number[]): void
  /** A dependency of a waiting job cannot be met any more. */
  blocked(job: LiveJob, waiting: readonly WaitingCount[]): void
}

export interface EndedCounts {
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
}

/** Parked items that one event names. */
export const MAX_PARKED_NAMED = 20

/** A server without endpoints: no event is made. */
export const noJobEvents: JobEvents = {
  published: () => [],
  sealed: () => [],
  started: () => [],
  ended: () => [],
  wantsParked: () => false,
  parked() {},
  blocked() {},
}
