import type {
  CreatedWebhookEndpoint,
  ItemStatus,
  JobWebhooks,
  JobWebhooksUpdate,
  WebhookDeliveryPage,
  WebhookEnabling,
  WebhookEndpoint,
  WebhookEndpointRequest,
  WebhookEndpointUpdate,
  WebhookEventType,
  WebhookReplay,
  WebhookReplayRequest,
  WebhookSecretRotation,
} from '@waybill/spec'
import { isEnded, type MockDelivery, type MockEndpoint } from '../engine/mock-webhook.ts'
import { randomHex } from '../engine/random.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { cutPage, type PageQuery } from '../show/pages.ts'
import { badRequest } from '../show/problems.ts'
import { deliveryView, endpointView, eventRef, secretHint } from '../show/webhook-views.ts'
import type { OperationHandlers } from './operation-handler.ts'
import { foundJob } from './job-handlers.ts'

type WebhookOperation = Extract<keyof OperationHandlers, `${string}Webhook${string}`>

const MAX_EVENTS_PER_REPLAY = 10_000
const KEPT_MS = 7 * 86_400_000

/** Webhook endpoints, and the log of their deliveries. */
export const webhookHandlers: Pick<OperationHandlers, WebhookOperation> = {
  async createWebhookEndpoint(call) {
    const { world } = call
    const endpoint = world.webhooks.endpoints.add(await call.json<WebhookEndpointRequest>())
    const headers = { Location: `/v1/webhook-endpoints/${endpoint.id}` }
    return { status: 201, body: showWithSecret(endpoint, world), headers }
  },

  listWebhookEndpoints({ world }) {
    return { status: 200, body: { endpoints: world.webhooks.endpoints.all().map((one) => show(one, world)) } }
  },

  getWebhookEndpoint: ({ path, world }) => ({ status: 200, body: show(found(path, world), world) }),

  async updateWebhookEndpoint(call) {
    const { path, world } = call
    const changes = await call.json<WebhookEndpointUpdate>()
    const endpoint = found(path, world)
    world.webhooks.endpoints.change(endpoint, changes)
    return { status: 200, body: show(endpoint, world) }
  },

  deleteWebhookEndpoint({ path, world }) {
    const endpoint = found(path, world)
    world.webhooks.endpoints.remove(endpoint)
    world.webhooks.deliveries.remove(endpoint)
    return { status: 204, body: null }
  },

  async rotateWebhookSecret(call) {
    const { path, world } = call
    const { graceSeconds = 86_400 } = await call.json<WebhookSecretRotation>()
    const endpoint = found(path, world)
    world.webhooks.endpoints.rotate(endpoint, graceSeconds)
    return { status: 200, body: showWithSecret(endpoint, world) }
  },

  revokePreviousWebhookSecret({ path, world }) {
    const endpoint = found(path, world)
    world.webhooks.endpoints.revokePrevious(endpoint)
    return { status: 200, body: show(endpoint, world) }
  },

  async enableWebhookEndpoint(call) {
    const { path, world } = call
    const { replayMissed = true } = await call.json<WebhookEnabling>()
    const endpoint = found(path, world)
    if (endpoint.state === 'disabled') {
      if (!replayMissed) world.webhooks.deliveries.cancel(endpoint)
      Object.assign(endpoint, { state: 'enabled', stateReason: null, failingSinceMs: null, isReported: false })
      world.webhooks.deliveries.resume(endpoint)
    }
    return { status: 200, body: show(endpoint, world) }
  },

  disableWebhookEndpoint({ path, world }) {
    const endpoint = found(path, world)
    if (endpoint.state === 'enabled') Object.assign(endpoint, { state: 'disabled', stateReason: 'caller' })
    return { status: 200, body: show(endpoint, world) }
  },

  testWebhookEndpoint({ path, world }) {
    return { status: 202, body: { event: eventRef(world.webhooks.events.test(found(path, world))) } }
  },

  async replayWebhookEvents(call) {
    const { path, world } = call
    const request = await call.json<WebhookReplayRequest>()
    return { status: 202, body: { replay: replay(found(path, world), request, world) } }
  },

  listWebhookDeliveries: ({ query, world }) => ({ status: 200, body: listDeliveries(query, world) }),

  listJobWebhookDeliveries({ path, query, world }) {
    const { id } = foundJob(world, path.jobId)
    return { status: 200, body: listDeliveries({ ...query, jobId: [id] }, world) }
  },

  getJobWebhooks: ({ world }) => ({ status: 200, body: showOfJobs(world) }),

  async updateJobWebhooks(call) {
    const { world } = call
    const { ofJobs, deliveries } = world.webhooks
    const { state } = await call.json<JobWebhooksUpdate>()
    ofJobs.state = state
    if (state === 'enabled') for (const endpoint of ofJobs.all()) deliveries.resume(endpoint)
    return { status: 200, body: showOfJobs(world) }
  },

  async rotateJobWebhookSecret(call) {
    const { world } = call
    const { graceSeconds = 86_400 } = await call.json<WebhookSecretRotation>()
    const secret = world.webhooks.ofJobs.rotate(graceSeconds)
    return { status: 200, body: { ...showOfJobs(world), secret } }
  },
}

function showOfJobs({ clock, webhooks }: MockWorld): JobWebhooks {
  const { state, secrets } = webhooks.ofJobs
  const valid = secrets.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > clock.nowMs())
  return { state, secretHints: valid.map(secretHint) }
}

function found({ endpointId }: { endpointId: string }, { webhooks }: MockWorld): MockEndpoint {
  return webhooks.endpoints.found(endpointId)
}

function show(endpoint: MockEndpoint, { webhooks }: MockWorld): WebhookEndpoint {
  return endpointView(endpoint, webhooks.endpoints.validSecrets(endpoint))
}

function showWithSecret(endpoint: MockEndpoint, world: MockWorld): CreatedWebhookEndpoint {
  return { ...show(endpoint, world), secret: endpoint.secrets[0]!.text }
}

/** @throws MockProblem `bad_request` */
function replay(endpoint: MockEndpoint, request: WebhookReplayRequest, world: MockWorld): WebhookReplay {
  const { since, until, status, eventTypes } = request
  const { clock, random, webhooks } = world
  const sinceMs = Date.parse(since)
  const untilMs = until === undefined ? clock.nowMs() : Date.parse(until)
  if (!(untilMs > sinceMs)) {
    const [pointer, order] = until === undefined ? ['/since', 'in the past'] : ['/until', `after since, ${since}`]
    throw badRequest('replay events', { pointer, detail: `must be ${order}: it is ${until ?? since}` })
  }
  const latest = new Map<string, MockDelivery>()
  for (const delivery of webhooks.deliveries.all().reverse()) {
    if (delivery.endpoint === endpoint) latest.set(delivery.event.id, delivery)
  }
  const matching = [...latest.values()]
    .filter((delivery) => isEnded(delivery) && (status === undefined || status.includes(delivery.status as 'failed')))
    .map(({ event }) => event)
    .filter(({ type, atMs }) => atMs >= sinceMs && atMs < untilMs && (eventTypes?.includes(type) ?? true))
  const events = matching.slice(0, MAX_EVENTS_PER_REPLAY)
  const next = matching[MAX_EVENTS_PER_REPLAY]
  for (const event of events) webhooks.deliveries.add(event, endpoint)
  return {
    id: events.length === 0 ? null : `whr_${randomHex(random, 32)}`,
    events: events.length,
    continueAt: next === undefined ? null : new Date(next.atMs).toISOString(),
  }
}

interface DeliveryQuery extends PageQuery {
  readonly endpointId?: readonly string[]
  readonly eventType?: readonly WebhookEventType[]
  readonly status?: readonly ItemStatus[]
  readonly jobId?: readonly string[]
  readonly include?: readonly 'body'[]
}

function listDeliveries(query: DeliveryQuery, { clock, webhooks }: MockWorld): WebhookDeliveryPage {
  const { endpointId, eventType, status, jobId, include = [] } = query
  const matching = webhooks.deliveries
    .all()
    .filter(({ event }) => event.atMs > clock.nowMs() - KEPT_MS)
    .filter(
      (delivery) =>
        (endpointId?.includes(delivery.endpoint.ofJob === null ? delivery.endpoint.id : '') ?? true) &&
        (eventType?.includes(delivery.event.type) ?? true) &&
        (status?.includes(delivery.status) ?? true) &&
        (jobId?.includes(delivery.event.jobId ?? '') ?? true),
    )
  const scope = ['listWebhookDeliveries', endpointId, eventType, status, jobId]
  const page = cutPage(matching, query, { scope, idOf: ({ id }) => id })
  const withBody = include.includes('body')
  return {
    deliveries: page.entries.map((delivery) =>
      deliveryView(delivery, { withBody, isFirst: webhooks.deliveries.isFirst(delivery) }),
    ),
    ...page.next,
  }
}
