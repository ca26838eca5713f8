import type { WebhookEndpointId } from '../model/ids.ts'
import type { StoredWebhookEvent, WebhookEventDraft, WebhookEventType } from '../model/webhook-event.ts'

/**
 * The outbox of webhook events. Most are written by the transaction that they report (`Publication.events`, `OutcomeCommit.events`). The rules
 * of every call stand in `store.ts`.
 */
export interface WebhookEventStore {
  /** Calls back after each write that made events durable, before its promise resolves. */
  onWebhookEvents(listener: () => void): void

  /**
   * Adds events that report no durable change, all of them or none. It
   * counts as new work: a store that is nearly full refuses it.
   */
  appendWebhookEvents(events: readonly WebhookEventDraft[]): Promise<void>

  /** Events that were not forwarded, in order; at least one if there is any. */
  listWaitingWebhookEvents(limit: WebhookReadLimit): Promise<readonly StoredWebhookEvent[]>

  /** Events of an endpoint that were forwarded to its backlog, in order; at least one if there is any. */
  listWebhookBacklog(endpoint: WebhookEndpointId, limit: WebhookReadLimit): Promise<readonly StoredWebhookEvent[]>

  /** The endpoints that have a backlog, with its number of events. */
  countWebhookBacklogs(): Promise<readonly EndpointCount[]>

  /** As `Publication.forward`, for events that no job carries. @throws StoreError `conflict`: as there */
  forwardWebhookEvents(forward: WebhookForward): Promise<void>

  /** Empties the backlog of an endpoint. @returns how many events it had */
  dropWebhookBacklog(endpoint: WebhookEndpointId): Promise<number>

  /** Stored events of a subscription, in order, forwarded or not. */
  listWebhookEvents(query: WebhookEventsQuery): Promise<readonly StoredWebhookEvent[]>

  /**
   * Removes some of the events whose time is over, with their places in backlogs: forwarded before a time, or, beyond a number of forwarded ones,
   * the oldest of a subscription. Call it again while there are `more`.
   */
  purgeWebhookEvents(purge: {
    readonly forwardedBeforeMs: number
    readonly maxOfSubscription: number
  }): Promise<WebhookPurge>
}

/** Either bound ends a read. */
export interface WebhookReadLimit {
  readonly maxEvents: number
  /** Of their bodies, in characters. */
  readonly maxBytes: number
}

export interface EndpointCount {
  readonly endpoint: WebhookEndpointId
  readonly events: number
}

/** The events that were forwarded by a transaction, each to every endpoint that receives it: in a job, or into its backlog. */
export interface WebhookForward {
  /** Events that waited, by `seq`; of each it is decided where it goes. */
  readonly taken: readonly number[]
  /** Wall ms. */
  readonly atMs: number
  /** Those of them that join backlogs. */
  readonly held: readonly EndpointEvents[]
  /** Events that leave backlogs. */
  readonly released: readonly EndpointEvents[]
}

export interface EndpointEvents {
  readonly endpoint: WebhookEndpointId
  /** By `seq`. */
  readonly events: readonly number[]
}

export interface WebhookEventsQuery {
  readonly subscription: string
  readonly limit: number
  /** Only later ones than this `seq`. @default all */
  readonly afterSeq?: number
  /** Only those that happened at this time or later, wall ms. */
  readonly sinceMs?: number
  /** Only those that happened before this time, wall ms. */
  readonly untilMs?: number
  /** Only of these types. @default all */
  readonly types?: readonly WebhookEventType[]
  /** Only those that this endpoint receives. */
  readonly endpoint?: WebhookEndpointId
}

export interface WebhookPurge {
  readonly removed: number
  /** Events that endpoints had in their backlogs. */
  readonly dropped: readonly EndpointCount[]
  readonly more: boolean
}
