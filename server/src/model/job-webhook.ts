import type { WebhookEndpointId } from './ids.ts'

/** The types of events that the webhook of a job receives; equal to the spec's `JobWebhookEventType`. */
export type JobWebhookEventType =
  | 'job.accepted'
  | 'job.started'
  | 'job.ended'
  | 'job.blocked'
  | 'job.progress'
  | 'job.deadline_at_risk'
  | 'item.parked'

/** Where the events of one job go, as its envelope keeps it. */
export interface JobWebhook {
  /** The origin of its URL, by `jobWebhookTarget`. */
  readonly target: WebhookEndpointId
  /** Its URL as answers show it. */
  readonly url: string
  /** Its URL, sealed with the key of its subscription; see `job-url.ts`. */
  readonly sealedUrl: string
  /** At least one. */
  readonly events: readonly JobWebhookEventType[]
}

/** A webhook as a request asks for it. */
export interface JobWebhookWish {
  /** Valid, whole. */
  readonly url: string
  readonly events: readonly JobWebhookEventType[]
}

/** Whether the webhook of a job receives events of a type. */
export function wantsOfJob(webhook: JobWebhook | undefined, type: string): boolean {
  return webhook !== undefined && (webhook.events as readonly string[]).includes(type)
}
