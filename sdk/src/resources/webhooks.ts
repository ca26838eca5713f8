import type {
  ItemStatus,
  JobWebhooks,
  JobWebhooksUpdate,
  RotatedJobWebhooks,
  WebhookDelivery,
  WebhookEndpointRequest,
  WebhookEndpointUpdate,
  WebhookEventRef,
  WebhookEventType,
  WebhookReplay,
  WebhookReplayRequest,
} from '@waybill/spec'
import type { CreatedWebhookEndpoint, JobId, WebhookEndpoint, WebhookEndpointId } from '../ids.ts'
import type { CallOptions } from '../job-handle.ts'

/** How the secret before ends. */
export interface RotateSecretOptions extends CallOptions {
  /** How long it holds beside the new one, in seconds, 0 to 604,800. @default 86400 */
  graceSeconds?: number
}

export interface EnableEndpointOptions extends CallOptions {
  /** Whether the events that were recorded meanwhile are delivered; otherwise they are cancelled. @default true */
  replayMissed?: boolean
}

/** Which deliveries to list. Filters may be combined; a list matches any of its values. */
export interface WebhookDeliveriesFilter extends CallOptions {
  endpointId?: WebhookEndpointId | readonly WebhookEndpointId[]
  eventType?: WebhookEventType | readonly WebhookEventType[]
  status?: ItemStatus | readonly ItemStatus[]
  jobId?: JobId | readonly JobId[]
  /** `body` adds the body of each event. @default none */
  include?: readonly 'body'[]
  /** Deliveries fetched by one request, 1 to 1000. @default 100 */
  pageSize?: number
}

/** URLs that are called with events. */
export interface WebhookEndpoints {
  /**
   * Makes an endpoint. Its `secret` is shown once. It is not sent again when its answer is lost: whether the endpoint was made is then found with `list`.
   * @throws {BadRequestError} `url` cannot be used, `where` is no valid expression, or another field is not valid
   * @throws {ConflictError} `webhook_endpoint_limit_reached`: there are as many as there may be
   * @example
   * ```ts
   * const { id, secret } = await waybill.webhooks.endpoints.create({ url: 'https://hooks.example/waybill', eventTypes: ['job.ended'] })
   * ```
   */
  create(input: WebhookEndpointRequest, options?: CallOptions): Promise<CreatedWebhookEndpoint>
  /** All endpoints of the caller's subscription, newest first, without their secrets. */
  list(options?: CallOptions): Promise<WebhookEndpoint[]>
  /** @throws {NotFoundError} there is no such endpoint */
  get(id: WebhookEndpointId, options?: CallOptions): Promise<WebhookEndpoint>
  /**
   * Changes the fields that are given; the others stay.
   * @throws {NotFoundError} there is no such endpoint
   * @throws {BadRequestError} a field is not valid
   */
  update(id: WebhookEndpointId, changes: WebhookEndpointUpdate, options?: CallOptions): Promise<WebhookEndpoint>
  /**
   * Deletes an endpoint: events that wait for it are cancelled.
   * @throws {NotFoundError} there is no such endpoint
   */
  delete(id: WebhookEndpointId, options?: CallOptions): Promise<void>
  /**
   * Makes a new secret, shown once, beside which the previous one holds for a while. It is not sent again when its answer is lost: rotate once more then.
   * @throws {NotFoundError} there is no such endpoint
   */
  rotateSecret(id: WebhookEndpointId, options?: RotateSecretOptions): Promise<CreatedWebhookEndpoint>
  /**
   * Removes the previous secret before its time is up. May be repeated.
   * @throws {NotFoundError} there is no such endpoint
   */
  revokePreviousSecret(id: WebhookEndpointId, options?: CallOptions): Promise<WebhookEndpoint>
  /**
   * Starts the deliveries of a disabled endpoint. May be repeated.
   * @throws {NotFoundError} there is no such endpoint
   */
  enable(id: WebhookEndpointId, options?: EnableEndpointOptions): Promise<WebhookEndpoint>
  /**
   * Starts no further delivery: events are recorded and wait. May be repeated.
   * @throws {NotFoundError} there is no such endpoint
   */
  disable(id: WebhookEndpointId, options?: CallOptions): Promise<WebhookEndpoint>
  /**
   * Sends an event of type `webhook_endpoint.test`. Resolves before it is delivered: look for its id among the deliveries.
   * @throws {NotFoundError} there is no such endpoint
   */
  test(id: WebhookEndpointId, options?: CallOptions): Promise<WebhookEventRef>
  /**
   * Delivers events again that were recorded for this endpoint, at most 10,000; `continueAt` is the `since` of the next replay when there are more. It is not
   * sent again when its answer is lost.
   * @throws {NotFoundError} there is no such endpoint
   * @throws {BadRequestError} `until` is not after `since`
   */
  replay(id: WebhookEndpointId, events: WebhookReplayRequest, options?: CallOptions): Promise<WebhookReplay>
}

/** Settings of the `webhook` of each job of the caller's subscription. */
export interface WebhooksOfJobs {
  /** Whether they are called, and which secrets sign their events; without the secrets. */
  get(options?: CallOptions): Promise<JobWebhooks>
  /** Lets calls start, or lets events wait, for at most 7 days. May be repeated. */
  update(changes: JobWebhooksUpdate, options?: CallOptions): Promise<JobWebhooks>
  /**
   * Makes a new secret, shown once, beside which the previous one holds for a while. It is not sent again when its answer is lost: rotate once more then.
   * @example
   * ```ts
   * const { secret } = await waybill.webhooks.ofJobs.rotateSecret()
   * ```
   */
  rotateSecret(options?: RotateSecretOptions): Promise<RotatedJobWebhooks>
}

/** The log of deliveries, of the last 7 days. */
export interface WebhookDeliveries {
  /** Deliveries to the endpoints of the caller's subscription, newest first; pages are read as needed. */
  list(filter?: WebhookDeliveriesFilter): AsyncIterable<WebhookDelivery>
  /**
   * Those of the events of one job.
   * @throws {NotFoundError} there is no such job
   * @throws {TypeError} on reading: `jobId` is no id of a job
   */
  forJob(jobId: JobId, filter?: Omit<WebhookDeliveriesFilter, 'jobId'>): AsyncIterable<WebhookDelivery>
}

/** Webhooks: who is called with which events, and what became of it. All of it requires the scope `webhooks:write`. */
export interface Webhooks {
  readonly endpoints: WebhookEndpoints
  readonly deliveries: WebhookDeliveries
  readonly ofJobs: WebhooksOfJobs
}
