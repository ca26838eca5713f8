import type {
  ItemStatus,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookEndpointRequest,
  WebhookEndpointUpdate,
  WebhookEventRef,
  WebhookEventType,
  WebhookReplay,
  WebhookReplayRequest,
} from '@waybill/spec'
import type { CreatedWebhookEndpoint, JobId, WebhookEndpoint, WebhookEndpointId } from '../ids.ts'
import type { Calls, RawAnswer } from '../client.ts'
import { deleteOnce } from './delete-once.ts'
import type { CallOptions } from '../job-handle.ts'
import { readPages, toList } from '../transport/pages.ts'

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

/** The log of deliveries, of the last 7 days. */
export interface WebhookDeliveries {
  /** Deliveries to the endpoints of the caller's subscription, newest first; pages are read as needed. */
  list(filter?: WebhookDeliveriesFilter): AsyncIterable<WebhookDelivery>
  /**
   * Those of the events of one job.
   * @throws {NotFoundError} there is no such job
   * @throws {TypeError} `jobId` is no id of a job
   */
  forJob(jobId: JobId, filter?: Omit<WebhookDeliveriesFilter, 'jobId'>): AsyncIterable<WebhookDelivery>
}

/** Webhooks: who is called with which events, and what became of it. All of it requires the scope `webhooks:write`. */
export interface Webhooks {
  readonly endpoints: WebhookEndpoints
  readonly deliveries: WebhookDeliveries
}

const one = '/v1/webhook-endpoints/{endpointId}'

interface EndpointInPath {
  readonly path: { readonly endpointId: string }
}

export function createWebhooks(calls: Calls): Webhooks {
  const { raw, via, read } = calls
  const again = via({ repeatable: true })

  /** @throws {TypeError} the id is none: `.` and `..` would become another path, and a secret must not be sent in a URL */
  function pathOf(action: string, endpointId: string): EndpointInPath {
    if (/^whe_[0-9a-f]{32}$/.test(endpointId)) return { path: { endpointId } }
    const wanted = 'its id must be whe_ and 32 hex digits: current value is another text'
    throw new TypeError(`Cannot ${action} webhook endpoint as ${wanted}`)
  }

  async function ask<Data>(
    action: string,
    id: string,
    send: (params: EndpointInPath) => Promise<RawAnswer<Data>>,
  ): Promise<Data> {
    return (await read(`${action} webhook endpoint ${id}`, send(pathOf(action, id)))).data
  }

  function readDeliveries(
    readPage: (pageToken: string | undefined) => Promise<RawAnswer<WebhookDeliveryPage>>,
  ): AsyncIterable<WebhookDelivery> {
    return readPages(
      async (pageToken) => (await read('list webhook deliveries', readPage(pageToken))).data,
      (page) => page.deliveries,
    )
  }

  return {
    endpoints: {
      async create(body, { signal } = {}) {
        return (await read('create webhook endpoint', raw.POST('/v1/webhook-endpoints', { body, signal }))).data
      },
      async list({ signal } = {}) {
        return (await read('list webhook endpoints', raw.GET('/v1/webhook-endpoints', { signal }))).data.endpoints
      },
      get: (id, { signal } = {}) => ask('get', id, (params) => raw.GET(one, { params, signal })),
      update: (id, body, { signal } = {}) => ask('change', id, (params) => raw.PATCH(one, { params, body, signal })),
      async delete(id, { signal } = {}) {
        const params = pathOf('delete', id)
        await deleteOnce(calls, `delete webhook endpoint ${id}`, (viaRemove) =>
          raw.DELETE(one, { params, signal, ...viaRemove }),
        )
      },
      rotateSecret: (id, { signal, ...body } = {}) =>
        ask('rotate secret of', id, (params) => raw.POST(`${one}/rotate-secret`, { params, body, signal })),
      revokePreviousSecret: (id, { signal } = {}) =>
        ask('revoke secret of', id, (params) =>
          raw.POST(`${one}/revoke-previous-secret`, { params, signal, ...again }),
        ),
      enable: (id, { signal, ...body } = {}) =>
        ask('enable', id, (params) => raw.POST(`${one}/enable`, { params, body, signal, ...again })),
      disable: (id, { signal } = {}) =>
        ask('disable', id, (params) => raw.POST(`${one}/disable`, { params, signal, ...again })),
      test: async (id, { signal } = {}) =>
        (await ask('test', id, (params) => raw.POST(`${one}/test`, { params, signal }))).event,
      replay: async (id, body, { signal } = {}) =>
        (await ask('replay', id, (params) => raw.POST(`${one}/replay`, { params, body, signal }))).replay,
    },
    deliveries: {
      list: ({ signal, jobId, ...filter } = {}) =>
        readDeliveries((pageToken) => {
          const query = { ...toQuery(filter), jobId: toList(jobId), pageToken }
          return raw.GET('/v1/webhook-deliveries', { params: { query }, signal })
        }),
      forJob: (jobId, { signal, ...filter } = {}) => {
        // `.` and `..` would become another path.
        if (!/^job_[0-9a-f]{32}$/.test(jobId)) {
          throw new TypeError(
            `Cannot list webhook deliveries as the job's id must be job_ and 32 hex digits: current value is ${JSON.stringify(jobId)}`,
          )
        }
        return readDeliveries((pageToken) => {
          const params = { path: { jobId }, query: { ...toQuery(filter), pageToken } }
          return raw.GET('/v1/jobs/{jobId}/webhook-deliveries', { params, signal })
        })
      },
    },
  }
}

type Query = Omit<WebhookDeliveriesFilter, 'jobId' | 'signal'>

function toQuery({ endpointId, eventType, status, ...rest }: Query) {
  return {
    ...(rest as { include?: 'body'[]; pageSize?: number }),
    ...{ endpointId: toList(endpointId), eventType: toList(eventType), status: toList(status) },
  }
}
