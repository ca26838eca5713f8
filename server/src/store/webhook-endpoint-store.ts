import type { WebhookEndpointId } from '../model/ids.ts'
import type { JobWebhooksRecord } from '../model/job-webhook-origins.ts'
import type { WebhookEndpointRecord } from '../model/webhook-endpoint.ts'
import type { WebhookEventDraft } from '../model/webhook-event.ts'

/** Stored webhook endpoints; `recover` returns all of them. The rules of every call stand in `store.ts`. */
export interface WebhookEndpointStore {
  /** Keeps an endpoint, a new one or one that changed, and the events that report it, in one transaction; what it held before leaves no trace. */
  saveWebhookEndpoint(endpoint: WebhookEndpointRecord, events: readonly WebhookEventDraft[]): Promise<void>

  /**
   * Keeps what changed of a stored endpoint but its URL and secrets, which stay as they are, and the events that report it, in one transaction. As
   * nothing secret is replaced, no trace is erased: of that there may be many. @throws StoreError `conflict`: there is none
   */
  updateWebhookEndpoint(
    endpoint: Omit<WebhookEndpointRecord, 'url' | 'secrets'>,
    events: readonly WebhookEventDraft[],
  ): Promise<void>

  /**
   * Keeps what holds for the webhooks of a subscription's jobs.
   * @param change.unchangedSecrets secrets and key are those that are stored: they are not written again
   * @param change.forgotten origins whose channels are used no more: their marks are removed
   */
  saveJobWebhooks(webhooks: JobWebhooksRecord, change: JobWebhooksChange): Promise<void>

  /** Removes an endpoint and the marks of its channel without a trace. An unknown id does nothing. */
  removeWebhookEndpoint(id: WebhookEndpointId): Promise<void>
}

export interface JobWebhooksChange {
  readonly unchangedSecrets: boolean
  readonly forgotten: readonly WebhookEndpointId[]
}
