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

/** An event of a type that was added later. */
export interface UnknownWebhookEvent {
  /** `evt_` and 32 hex digits, the same in every attempt and replay. */
  readonly id: string
  /**
   * At run time the type as it was sent. For the compiler it is a word of its own: were it `string`, a comparison of `event.type` with a known type
   * could not narrow the event.
   */
  readonly type: '(a later type)'
  /** When it happened, RFC 3339. */
  readonly timestamp: string
  readonly data: unknown
}

/** A verified event: `event.type` says which, and types `event.data`. */
export type WebhookEvent = KnownWebhookEvent | UnknownWebhookEvent
