import type { ItemStatus, WebhookAttempt, WebhookEventType } from '@waybill/spec'
import type { MockClock } from './mock-clock.ts'

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
  /** Set for the webhook of a job, which stands in no list of endpoints. `isGone`: it was answered with 410, and is called no more. */
  readonly ofJob: { isGone: boolean } | null
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
  /** Calls that do not count: answered 429 or 503 with `Retry-After`. */
  uncounted: number
  cancelTimer: (() => void) | null
}

const SECRET_BYTES = 32

/** Makes a secret that signs from now on. */
export function newSecret({ clock, random }: { clock: MockClock; random: () => number }): MockSecret {
  const bytes = Array.from({ length: SECRET_BYTES }, () => Math.floor(random() * 256))
  return { text: `whsec_${btoa(String.fromCharCode(...bytes))}`, createdAtMs: clock.nowMs(), expiresAtMs: null }
}

export function isEnded({ status }: MockDelivery): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled'
}
