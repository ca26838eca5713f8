import type { WebhookEndpointId } from '../model/ids.ts'
import type { WebhookEndpointRecord } from '../model/webhook-endpoint.ts'
import type { WebhookEventDraft } from '../model/webhook-event.ts'

/** Stored webhook endpoints; `recover` returns all of them. The rules of every call stand in `store.ts`. */
export interface WebhookEndpointStore {
  /** Keeps an endpoint, a new one or one that changed, and the events that report it, in one transaction; what it held before leaves no trace. */
  saveWebhookEndpoint(endpoint: WebhookEndpointRecord, events: readonly WebhookEventDraft[]): Promise<void>

  /** Removes an endpoint and the marks of its channel without a trace. An unknown id does nothing. */
  removeWebhookEndpoint(id: WebhookEndpointId): Promise<void>
}
