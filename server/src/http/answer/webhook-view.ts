import type { JobWebhooks, WebhookEndpoint as EndpointView, WebhookSecretHint } from '@waybill/spec'
import { maskUrl } from '@waybill/spec/rules'
import type { JobWebhooksRecord } from '../../model/job-webhook-origins.ts'
import type { SealedSecret } from '../../model/webhook-endpoint.ts'
import type { WebhookEndpoint } from '../../webhooks/webhook-endpoints.ts'
import type { HttpPorts } from '../http-ports.ts'
import { timeOf } from './token-view.ts'

/** Returns an endpoint as answers show it: without its secrets, and those in its URL. */
export function endpointView({ record }: WebhookEndpoint, { webhooks }: Pick<HttpPorts, 'webhooks'>): EndpointView {
  const { id, description, eventTypes, channels, where, ordering, state, stateReason, createdAtMs } = record
  const { lastSuccessAtMs, failingSinceMs, droppedEvents = 0 } = webhooks.healthOf(record)
  return {
    ...{ id, url: maskUrl(record.url), description, eventTypes: [...eventTypes], channels: [...channels], where },
    ...{ ordering, state, stateReason },
    secretHints: record.secrets.map(secretHint),
    createdAt: new Date(createdAtMs).toISOString(),
    lastSuccessAt: timeOf(lastSuccessAtMs),
    failingSince: timeOf(failingSinceMs),
    droppedEvents,
  }
}

/** Returns what holds for the webhooks of a subscription's jobs as answers show it, without its secrets. */
export function jobWebhooksView({ state, secrets }: Pick<JobWebhooksRecord, 'state' | 'secrets'>): JobWebhooks {
  return { state, secretHints: secrets.map(secretHint) }
}

function secretHint({ endsWith, createdAtMs, expiresAtMs }: SealedSecret): WebhookSecretHint {
  return { endsWith, createdAt: new Date(createdAtMs).toISOString(), expiresAt: timeOf(expiresAtMs) }
}
