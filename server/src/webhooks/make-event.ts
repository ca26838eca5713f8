import { type WebhookEndpointId, newWebhookEventId } from '../model/ids.ts'
import type { JobWebhook } from '../model/job-webhook.ts'
import type { WebhookEventDraft, WebhookFact, WebhookRouting } from '../model/webhook-event.ts'

/** Makes the event of a fact, if an endpoint of its subscription receives it. @param except an endpoint that does not */
export function routeFact(
  fact: WebhookFact,
  routing: Pick<WebhookRouting, 'endpointsFor'>,
  except?: WebhookEndpointId,
): WebhookEventDraft | null {
  const { subscription, type, channel, data } = fact
  const endpoints = routing.endpointsFor({ subscription, type, channel, data }).filter((id) => id !== except)
  return endpoints.length === 0 ? null : makeEvent(fact, endpoints)
}

/** Makes the event of a fact for these endpoints: its id and its body, once for all attempts and replays. */
export function makeEvent(fact: WebhookFact, endpoints: readonly WebhookEndpointId[]): WebhookEventDraft {
  const { data, ...place } = fact
  const id = newWebhookEventId(fact.atMs)
  const body = JSON.stringify({ id, type: fact.type, timestamp: new Date(fact.atMs).toISOString(), data })
  return { ...place, id, body, endpoints }
}

/** Makes the event of a fact of a job for endpoints and the job's own webhook: one event, and so one id. */
export function makeJobEvent(
  fact: WebhookFact,
  { endpoints, webhook }: { readonly endpoints: readonly WebhookEndpointId[]; readonly webhook: JobWebhook },
): WebhookEventDraft {
  return { ...makeEvent(fact, [...endpoints, webhook.target]), jobUrl: webhook.sealedUrl }
}
