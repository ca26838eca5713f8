import { maskUrl } from '@waybill/spec/rules'
import type { WebhookEndpointRecord } from '../model/webhook-endpoint.ts'
import type { WebhookEventType, WebhookFact } from '../model/webhook-event.ts'

/** Makes the fact that reports something of an endpoint. Its URL is shown without its query, as this goes to other endpoints. */
export function endpointFact(
  type: WebhookEventType,
  { id, subscription, url, state, stateReason: reason }: WebhookEndpointRecord,
  atMs: number,
): WebhookFact {
  const endpoint = { id, url: maskUrl(url).replace(/\?.*$/s, ''), state, reason }
  return { subscription, type, jobId: null, channel: null, atMs, data: { subscription, endpoint } }
}
