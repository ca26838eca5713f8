import type { WebhookEndpointId } from '../model/ids.ts'
import type { WebhookEndpointRecord } from '../model/webhook-endpoint.ts'

/** Stored webhook endpoints; `recover` returns all of them. The rules of every call stand in `store.ts`. */
export interface WebhookEndpointStore {
  /** Keeps an endpoint, a new one or one that changed; what it held before leaves no trace. */
  saveWebhookEndpoint(endpoint: WebhookEndpointRecord): Promise<void>

  /** Removes an endpoint and the marks of its channel without a trace. An unknown id does nothing. */
  removeWebhookEndpoint(id: WebhookEndpointId): Promise<void>
}
