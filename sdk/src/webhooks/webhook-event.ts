import type {
  CircuitClosedEvent,
  CircuitOpenedEvent,
  ItemsParkedEvent,
  JobAcceptedEvent,
  JobBlockedEvent,
  JobDeadlineAtRiskEvent,
  JobEndedEvent,
  JobProgressedEvent,
  JobStartedEvent,
  WebhookEndpointDisabledEvent,
  WebhookEndpointFailingEvent,
  WebhookEndpointTestedEvent,
} from '@waybill/spec'

/** An event of a type that this version of the package knows. */
export type KnownWebhookEvent =
  | JobAcceptedEvent
  | JobStartedEvent
  | JobEndedEvent
  | JobBlockedEvent
  | JobProgressedEvent
  | JobDeadlineAtRiskEvent
  | ItemsParkedEvent
  | CircuitOpenedEvent
  | CircuitClosedEvent
  | WebhookEndpointFailingEvent
  | WebhookEndpointDisabledEvent
  | WebhookEndpointTestedEvent

/** An event of a type that was added later. Its type carries a mark, so that a comparison with a known type leaves it out. */
export interface UnknownWebhookEvent {
  /** `evt_` and 32 hex digits, the same in every attempt and replay. */
  readonly id: string
  readonly type: string & { readonly __unknown: true }
  /** When it happened, RFC 3339. */
  readonly timestamp: string
  readonly data: unknown
}

/** A verified event: `event.type` says which, and types `event.data`. */
export type WebhookEvent = KnownWebhookEvent | UnknownWebhookEvent
