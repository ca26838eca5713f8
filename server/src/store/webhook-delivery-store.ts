import type { JobId, JobRef, WebhookEndpointId, WebhookEventId } from '../model/ids.ts'
import type { WebhookEventType } from '../model/webhook-event.ts'

/** Which job delivers which event to an endpoint; written with the job (`Publication.deliveries`), removed with it. The rules of every call stand in `store.ts`. */
export interface WebhookDeliveryStore {
  /** Deliveries of a subscription's events that are stored, newest first. @returns at most `limit` */
  listWebhookDeliveries(query: WebhookDeliveriesQuery): Promise<readonly StoredWebhookDelivery[]>

  /**
   * The last job that delivers each of these events (by `seq`, at most 1,000) to an endpoint, in no order to rely on. An event that no job delivers, and
   * that does not wait, has none: it was dropped. One that waits is left out.
   */
  latestWebhookDeliveries(
    endpoint: WebhookEndpointId,
    events: readonly number[],
  ): Promise<readonly LatestWebhookDelivery[]>
}

export interface LatestWebhookDelivery {
  readonly eventSeq: number
  /** Place of the event in the job. */
  readonly index: number
  /** Null: it was dropped. */
  readonly deliveringJob: JobId | null
}

/** The events that a job delivers to an endpoint: one an item, in the order of its items. */
export interface DeliveringJob {
  readonly ref: JobRef
  readonly endpoint: WebhookEndpointId
  /** By `seq`. */
  readonly events: readonly number[]
}

/** The place of a delivery in the order of lists: an item of the job that delivers it. */
export interface WebhookDeliveryPlace {
  readonly ref: JobRef
  readonly index: number
}

export interface WebhookDeliveriesQuery {
  readonly subscription: string
  readonly limit: number
  /** Only those behind this one. */
  readonly behind?: WebhookDeliveryPlace
  /** Only events of these jobs. @default all events */
  readonly jobIds?: readonly JobId[]
  /** Whether the bodies of events are read. */
  readonly bodies: boolean
}

export interface StoredWebhookDelivery extends WebhookDeliveryPlace {
  readonly endpoint: WebhookEndpointId
  /** The job that delivers it. */
  readonly deliveringJob: JobId
  readonly eventId: WebhookEventId
  readonly type: WebhookEventType
  /** The job that the event is about; null: none. */
  readonly jobId: JobId | null
  readonly atMs: number
  /** Null: it was not asked for. */
  readonly body: string | null
}
