export { verifyWebhook, type VerifyWebhookOptions } from './verify-webhook.ts'
export { signWebhook, type SignedContent } from './sign-webhook.ts'
export { isWebhookVerificationError, type WebhookErrorCode, WebhookVerificationError } from './webhook-error.ts'
export type { KnownWebhookEvent, UnknownWebhookEvent, WebhookEvent } from './webhook-event.ts'
export type {
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
  WebhookEventEndpoint,
  WebhookEventJob,
  WebhookEventType,
} from '@waybill/spec'
