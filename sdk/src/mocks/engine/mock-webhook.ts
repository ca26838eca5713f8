import type { ItemStatus, WebhookAttempt, WebhookEventType } from '@waybill/spec'

export interface MockSecret {
  readonly text: string
  readonly createdAtMs: number
  /** Null: it does not expire. */
  readonly expiresAtMs: number | null
}

/** A webhook endpoint as the mock keeps it. */
export interface MockEndpoint {
  readonly id: string
  /** As it was given, with its secrets. */
  url: string
  description: string
  eventTypes: readonly WebhookEventType[]
  channels: readonly string[]
  /** Kept and shown: a mock evaluates no expressions. */
  where: string | null
  ordering: 'job' | 'endpoint' | 'none'
  state: 'enabled' | 'disabled'
  stateReason: 'caller' | 'failures' | 'gone' | null
  /** Newest first. */
  secrets: readonly MockSecret[]
  readonly createdAtMs: number
  lastSuccessAtMs: number | null
  failingSinceMs: number | null
  /** `webhook_endpoint.failing` was sent since `failingSinceMs`. */
  isReported: boolean
}

/** An event, made once. */
export interface MockEvent {
  readonly id: string
  readonly type: WebhookEventType
  readonly atMs: number
  readonly channel: string | null
  readonly jobId: string | null
  /** The body of its requests. */
  readonly body: string
}

/** An event on its way to one endpoint. */
export interface MockDelivery {
  readonly id: string
  readonly endpoint: MockEndpoint
  readonly event: MockEvent
  /** Names what is delivered one after another. */
  readonly line: string
  status: ItemStatus
  /** When its next attempt is due; null when none is. */
  nextAttemptAtMs: number | null
  /** Why it failed; null when it did not. */
  code: string | null
  readonly log: WebhookAttempt[]
  cancelTimer: (() => void) | null
}

export function isEnded({ status }: MockDelivery): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled'
}
