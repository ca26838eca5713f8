import type { WebhookEndpoint as EndpointView } from '@waybill/spec'
import { maskUrl } from '@waybill/spec/rules'
import type { WebhookEndpoint } from '../../webhooks/webhook-endpoints.ts'
import type { HttpPorts } from '../http-ports.ts'
import { timeOf } from './token-view.ts'

/** Returns an endpoint as answers show it: without its secrets, and those in its URL. */
export function endpointView({ record }: WebhookEndpoint, { webhooks }: Pick<HttpPorts, 'webhooks'>): EndpointView {
  const { id, description, eventTypes, channels, where, ordering, state, stateReason, createdAtMs } = record
  const { lastSuccessAtMs, failingSinceMs } = webhooks.healthOf(record)
  return {
    ...{ id, url: maskUrl(record.url), description, eventTypes: [...eventTypes], channels: [...channels], where },
    ...{ ordering, state, stateReason },
    secretHints: record.secrets.map((secret) => ({
      endsWith: secret.endsWith,
      createdAt: new Date(secret.createdAtMs).toISOString(),
      expiresAt: timeOf(secret.expiresAtMs),
    })),
    createdAt: new Date(createdAtMs).toISOString(),
    lastSuccessAt: timeOf(lastSuccessAtMs),
    failingSince: timeOf(failingSinceMs),
  }
}
