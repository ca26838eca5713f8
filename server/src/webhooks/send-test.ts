import type { WebhookEndpointId } from '../model/ids.ts'
import type { WebhookEventDraft } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { WebhookEventStore } from '../store/webhook-event-store.ts'
import { endpointFact } from './endpoint-fact.ts'
import { makeEvent } from './make-event.ts'
import type { WebhookEndpoints } from './webhook-endpoints.ts'

export interface SendTestOptions {
  readonly endpoints: Pick<WebhookEndpoints, 'get'>
  readonly store: Pick<WebhookEventStore, 'appendWebhookEvents'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * Sends an event of type `webhook_endpoint.test` to an endpoint alone, whatever it receives. Resolves when the event is durable.
 * @throws ProblemError `webhook_endpoint_not_found`
 * @throws StoreError as `appendWebhookEvents`
 */
export async function sendTest(
  of: { readonly id: WebhookEndpointId; readonly subscription: string },
  { endpoints, store, clock }: SendTestOptions,
): Promise<WebhookEventDraft> {
  const { record } = endpoints.get(of.id, of.subscription)
  const event = makeEvent(endpointFact('webhook_endpoint.test', record, clock.nowMs()), [record.id])
  await store.appendWebhookEvents([event])
  return event
}
