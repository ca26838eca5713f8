import { type ChannelConfig, defaultRetry } from './channel.ts'
import type { WebhookEndpointId } from './ids.ts'
import type { WebhookEventType, WebhookOrdering } from './webhook-event.ts'

/** Why an endpoint is disabled: a caller did it, everything failed for days, or it answered 410; equal to the spec's `WebhookStateReason`. */
export const webhookStateReasons = ['caller', 'failures', 'gone'] as const
export type WebhookStateReason = (typeof webhookStateReasons)[number]

/** A secret that signs events, sealed by the key ring. */
export interface SealedSecret {
  /** As `KeyRing.seal` returns it. */
  readonly sealed: string
  /** Its last 4 characters before the padding. */
  readonly endsWith: string
  readonly createdAtMs: number
  /** When it no longer signs; null: it is the current one. */
  readonly expiresAtMs: number | null
}

/** A registered URL that receives events of its subscription, as it is stored. */
export interface WebhookEndpointRecord {
  readonly id: WebhookEndpointId
  readonly subscription: string
  readonly url: string
  readonly description: string
  /** Empty: all types. */
  readonly eventTypes: readonly WebhookEventType[]
  /** Empty: all channels. Events that belong to none are sent whatever it says. */
  readonly channels: readonly string[]
  /** An expression over `event` that gives a boolean; null: every event is sent. */
  readonly where: string | null
  readonly ordering: WebhookOrdering
  readonly state: 'enabled' | 'disabled'
  /** Null: it is enabled. */
  readonly stateReason: WebhookStateReason | null
  readonly createdAtMs: number
  /** The current secret first; at most one other. */
  readonly secrets: readonly SealedSecret[]
  readonly health: WebhookHealth
}

/** The results of an endpoint's calls. */
export interface WebhookHealth {
  /** Null: no call has succeeded. */
  readonly lastSuccessAtMs: number | null
  /** The first call that failed since one succeeded; null: the last one succeeded, or there was none. */
  readonly failingSinceMs: number | null
  readonly lastFailureAtMs: number | null
  /** `webhook_endpoint.failing` was emitted since a call succeeded. */
  readonly reportedFailing: boolean
  /** Events that it never received; missing: none, as stored by an earlier version. */
  readonly droppedEvents?: number
}

export const newHealth: WebhookHealth = {
  lastSuccessAtMs: null,
  failingSinceMs: null,
  lastFailureAtMs: null,
  reportedFailing: false,
}

/** Endpoints of one subscription: each is a channel with its queue, circuit and connections. */
export const MAX_WEBHOOK_ENDPOINTS = 50
/** Time for the answer to one call, as most senders of Standard Webhooks give: 15 to 30 s. */
export const WEBHOOK_TIMEOUT_MS = 15_000
/** Calls at once to one endpoint: at 100 ms a call 80 events a second. */
const WEBHOOK_CONCURRENCY = 8
/**
 * Waits after the first to the seventh failed attempt: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h (the schedule of Standard Webhooks), each extended by up to 10 %.
 * With 24 h of an outage and 20 waits of `Retry-After` of at most 50 min, the last attempt is made within 75 h of the first.
 */
export const WEBHOOK_DELAYS_MS: readonly number[] = [
  5000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000,
]
const WEBHOOK_MAX_RETRY_AFTER_MS = 3_000_000

/** Returns the configuration of the channel that delivers to an endpoint. @param target.secrets those that sign, the current one first */
export function webhookChannelConfig(target: {
  readonly url: string
  readonly secrets: readonly string[]
  readonly allowPrivateAddresses: boolean
}): ChannelConfig {
  return {
    connector: { type: 'webhook', ...target, timeoutMs: WEBHOOK_TIMEOUT_MS, batchSize: 1 },
    rateLimit: null,
    concurrency: WEBHOOK_CONCURRENCY,
    retry: { ...defaultRetry, maxAttempts: WEBHOOK_DELAYS_MS.length + 1, delaysMs: WEBHOOK_DELAYS_MS },
    maxRetryAfterMs: WEBHOOK_MAX_RETRY_AFTER_MS,
    rateLimitHeaders: null,
    circuit: { failureRatio: 0.5, minCalls: 20, openMs: 30_000 },
    parkForSeconds: 0,
    trace: null,
    credentials: {},
    itemSchema: null,
    payload: null,
  }
}
