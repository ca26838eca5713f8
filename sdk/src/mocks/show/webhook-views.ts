import type {
  Job,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookEventEndpoint,
  WebhookEventJob,
  WebhookEventRef,
  WebhookSecretHint,
} from '@waybill/spec'
import { maskUrl } from '@waybill/spec/rules'
import type { MockDelivery, MockEndpoint, MockEvent, MockSecret } from '../engine/mock-webhook.ts'
import { time, timeOrNull } from './job-view.ts'

/** @param secrets those that hold now */
export function endpointView(endpoint: MockEndpoint, secrets: readonly MockSecret[]): WebhookEndpoint {
  const { id, description, eventTypes, channels, where, ordering, state, stateReason } = endpoint
  return {
    ...{ id, url: maskUrl(endpoint.url), description, eventTypes: [...eventTypes], channels: [...channels], where },
    ...{ ordering, state, stateReason },
    secretHints: secrets.map(secretHint),
    createdAt: time(endpoint.createdAtMs),
    lastSuccessAt: timeOrNull(endpoint.lastSuccessAtMs),
    failingSince: timeOrNull(endpoint.failingSinceMs),
    droppedEvents: 0,
  }
}

export function secretHint({ text, createdAtMs, expiresAtMs }: MockSecret): WebhookSecretHint {
  return {
    endsWith: text.replace(/=+$/, '').slice(-4),
    createdAt: time(createdAtMs),
    expiresAt: timeOrNull(expiresAtMs),
  }
}

/** @param moment `isFirst`: nothing that has not ended is before it */
export function deliveryView(
  delivery: MockDelivery,
  { withBody, isFirst }: { readonly withBody: boolean; readonly isFirst: boolean },
): WebhookDelivery {
  const { id, endpoint, event, status, log, nextAttemptAtMs } = delivery
  return {
    ...{
      id,
      endpointId: endpoint.ofJob === null ? endpoint.id : null,
      event: { ...eventRef(event), ...(withBody && { body: event.body }) },
      status,
    },
    ...{
      attempts: log.length,
      nextAttemptAt: isHeld(delivery) ? null : timeOrNull(nextAttemptAtMs),
      reason: reasonOf(delivery, isFirst),
      log: [...log],
    },
  }
}

export function eventRef({ id, type, atMs, jobId }: MockEvent): WebhookEventRef {
  return { id, type, timestamp: time(atMs), jobId }
}

function reasonOf(delivery: MockDelivery, isFirst: boolean): string | null {
  const { status, code } = delivery
  if (status === 'failed') return code
  if (isHeld(delivery)) return 'endpoint_disabled'
  if (status === 'waiting') return 'retry'
  return status === 'pending' && !isFirst ? 'partition' : null
}

function isHeld({ status, endpoint }: MockDelivery): boolean {
  return endpoint.state === 'disabled' && (status === 'waiting' || status === 'pending')
}

/** Metadata beyond it is left out: an event has at most 20 kB. */
const MAX_METADATA_BYTES = 8192

export function jobOfEvent(job: Job): WebhookEventJob {
  const { id, channel, objectType, action, source, executionId, status, outcome, counts } = job
  const { metadata, createdAt, startedAt, endedAt, links } = job
  const isSmall = new TextEncoder().encode(JSON.stringify(metadata)).length <= MAX_METADATA_BYTES
  return {
    ...{ id, channel, objectType, action, source, executionId, status, outcome, counts },
    ...{ metadata: isSmall ? metadata : null, createdAt, startedAt, endedAt, links },
  }
}

export function endpointOfEvent({ id, url, state, stateReason }: MockEndpoint): WebhookEventEndpoint {
  return { id, url: maskUrl(url).replace(/\?.*$/s, ''), state, reason: stateReason }
}
