import type { ChannelConfig, OperationId, Server, SubscriptionConfig, WebhookDelivery } from '@waybill/spec'
import type { RequestHandler } from 'msw'
import type { Item, Job, WebhookEndpoint } from '../ids.ts'
import { answerRequest } from './handlers/answer-request.ts'
import type { DroppedStream, Outage, RateLimitFault } from './engine/faults.ts'
import { showFull } from './handlers/item-handlers.ts'
import { createRealClock, createVirtualClock, type VirtualClock } from './engine/mock-clock.ts'
import type { MockJob } from './engine/mock-job.ts'
import { createMockWorld, type MockWorld } from './engine/mock-world.ts'
import { createMswHandlers } from './msw.ts'
import { deliveryView, endpointView } from './show/webhook-views.ts'
import { type ScenarioName, scenarios } from './engine/scenarios.ts'
import type { CalledItem, ItemFailure, MatchItem } from './engine/scripted-calls.ts'

export interface MockWaybillOptions {
  /**
   * The `baseUrl` of the client: everything under it is answered by the mock. `'*'`: the API's paths on any host, and no other path.
   * @default '*'
   */
  readonly baseUrl?: string
  /**
   * `'real'`: jobs move with the timers and the `Date` of the program (also those that a test has faked). `'virtual'`: nothing
   * moves but by `advance`; waits, retries and time-outs of the *client* are not part of it, so `throttled` and `outage` say
   * `Retry-After: 0`.
   * @default 'real'
   */
  readonly time?: 'real' | 'virtual'
  /** The scenario. @default 'all-succeed' */
  readonly scenario?: ScenarioName
  /** Duration of the call of one item, in milliseconds. @default 5, in the scenario `slow` 2000 */
  readonly itemMs?: number
  /** Channels beside `sandbox`: their names, or what they are configured to beside the defaults. @default none */
  readonly channels?: readonly string[] | Readonly<Record<string, Partial<ChannelConfig>>>
  /** The `result` of an item that succeeds. @default null for all */
  readonly resultOf?: (item: CalledItem) => unknown
  /** The only bearer token that is taken, beside those that were made by `POST /v1/tokens`. A request without one is taken all the same, as by a server with `--dev`. @default any */
  readonly token?: string
  /**
   * Limits of the subscription `default`, of which all jobs are: beyond `maxPendingItems` and `maxOpenJobs` requests are refused with 429 `quota_exceeded`, beyond `requestRate` with 429
   * `rate_limited`; with virtual time with `Retry-After: 0`.
   * @default the limits of the server: 2,000,000 items, 1,000 open jobs, any number of requests
   */
  readonly quota?: SubscriptionConfig
  /** Limits of further subscriptions, as in the configuration file: those cannot be set over the API. @default none */
  readonly subscriptions?: Readonly<Record<string, SubscriptionConfig>>
  /**
   * The servers that `GET /v1/servers` lists, one of them with `role: 'active'`; what is left out is that of a healthy standby. The mock itself answers all the same.
   * @default one, active
   */
  readonly servers?: readonly Partial<Server>[]
  /** Ids and the jitter of retries are made from it. @default 1 */
  readonly seed?: number
}

/** The submitted jobs, for assertions in tests. */
export interface SubmittedJob {
  /** As `GET` would show it. */
  readonly job: Job
  /** Every item, as `GET` would show it, with data and log. */
  readonly items: readonly Item[]
  /** The `Idempotency-Key` that it came with; null: none. */
  readonly idempotencyKey: string | null
  /** How often the submission was repeated with this key: answered as at first, without a duplicate job. */
  readonly repeats: number
}

/** The webhooks of a mock, for assertions in tests. */
export interface SentWebhooks {
  /** Newest first, without their secrets: what made an endpoint got its secret. */
  readonly endpoints: readonly WebhookEndpoint[]
  /** Every event on its way to an endpoint, oldest first, with its body and the log of its attempts. */
  readonly deliveries: readonly WebhookDelivery[]
  /** Resolves when no webhook is under way. With virtual time it does not wait for attempts that `advance` makes due. */
  idle(): Promise<void>
}

/** A Waybill server for tests: no process, no network but for webhooks, and faults at will. */
export interface MockWaybill {
  /** For `setupServer(...mock.handlers)` of `msw/node`, or `setupWorker` of `msw/browser`. */
  readonly handlers: readonly RequestHandler[]
  /** All jobs that were accepted, oldest first, as they are now. */
  readonly jobs: readonly SubmittedJob[]
  /**
   * Webhooks are sent by the `fetch` of the program to the `url` of their endpoint, signed: an MSW handler of yours, or a server, gets them. Events are made as
   * the real server makes them, but `where` is not evaluated, nothing is said of circuits, and attempts are repeated without jitter.
   */
  readonly webhooks: SentWebhooks
  /**
   * Moves virtual time on, at once. A job has to be there first: what is submitted later begins at the new time.
   * @param ms milliseconds, >= 0
   * @throws TypeError with `time: 'real'`
   */
  advance(ms: number): void
  /** Makes items fail: an id, or a function that picks them. The last word counts. Items that have ended stay as they are. */
  failItem(match: MatchItem, failure?: ItemFailure): void
  /** Answers the next requests that submit work with 429 and `Retry-After`. */
  rateLimit(options?: RateLimitFault): void
  /** Carries out the next requests of an operation, and loses the answer on its way. @param times @default 1 @throws TypeError for an operation that there is none of */
  loseResponse(operation: OperationId, times?: number): void
  /** Breaks off the next streams of results or events. */
  dropStream(options?: DroppedStream): void
  /** Is not there for some requests, or for some time. */
  outage(options?: Outage): void
  /** Forgets everything, also what was prepared with the methods above; the scenario begins anew. Open waits are answered. */
  reset(): void
}

/**
 * Makes a Waybill server of MSW handlers. It keeps jobs and carries them out, in order per key, as the real one does; requests and
 * answers are checked against the API's specification. Nothing is kept on a disk, and no connector is called.
 * @throws TypeError for a scenario that there is none of
 */
export function createMockWaybill(options: MockWaybillOptions = {}): MockWaybill {
  const { baseUrl = '*', scenario = 'all-succeed', token = null, time = 'real' } = options
  if (!Object.hasOwn(scenarios, scenario)) {
    const wanted = Object.keys(scenarios).join(', ')
    throw new TypeError(`Cannot create mock as scenario must be one of ${wanted}: current value is ${scenario}`)
  }
  const virtual: VirtualClock | null = time === 'virtual' ? createVirtualClock(Date.now()) : null
  const clock = virtual ?? createRealClock()
  const ownsAll = baseUrl !== '*'
  const root = baseUrl.replace(/\/+$/, '')
  const answerOptions = {
    basePath: ownsAll ? new URL(root).pathname.replace(/\/$/, '') : '',
    ownsAll,
    token,
    runningAs: scenarios[scenario].runningAs ?? null,
  }
  let world = begin()

  function begin(): MockWorld {
    const { itemMs, resultOf = () => null, seed = 1, channels = [], quota, subscriptions = {}, servers } = options
    const configs = Array.isArray(channels) ? Object.fromEntries(channels.map((name: string) => [name, {}])) : channels
    return createMockWorld({
      clock,
      isVirtual: virtual !== null,
      scenario,
      itemMs,
      channels: configs as Readonly<Record<string, Partial<ChannelConfig>>>,
      resultOf,
      seed,
      servers: servers ?? [{ role: 'active' }],
      subscriptions: quota === undefined ? subscriptions : { ...subscriptions, default: quota },
    })
  }

  return {
    handlers: createMswHandlers(ownsAll ? `${root}/*` : '*', (request) => answerRequest(request, world, answerOptions)),
    get jobs() {
      return world.book.all().map((job) => submittedJob(job, world))
    },
    webhooks: {
      get endpoints() {
        const { endpoints } = world.webhooks
        return endpoints.all().map((endpoint) => endpointView(endpoint, endpoints.validSecrets(endpoint)))
      },
      get deliveries() {
        const { deliveries } = world.webhooks
        const all = deliveries.all().reverse()
        return all.map((delivery) => deliveryView(delivery, { withBody: true, isFirst: deliveries.isFirst(delivery) }))
      },
      idle: () => world.webhooks.deliveries.idle(),
    },
    advance(ms) {
      if (virtual === null) throw new TypeError(`Cannot advance as time must be 'virtual': current value is '${time}'`)
      virtual.advance(ms)
    },
    failItem: (match, failure) => world.calls.failItem(match, failure),
    rateLimit: (limit) => world.faults.rateLimit(limit),
    loseResponse: (operation, times) => world.faults.loseResponse(operation, times),
    dropStream: (drop) => world.faults.dropStream(drop),
    outage: (outage) => world.faults.outage(outage),
    reset() {
      world.ending.abort()
      clock.clear()
      world = begin()
    },
  }
}

function submittedJob(job: MockJob, world: MockWorld): SubmittedJob {
  const { idempotencyKey } = job
  return {
    job: world.book.show(job),
    items: job.items.map((item) => showFull(item, world)),
    idempotencyKey,
    repeats: idempotencyKey === null ? 0 : world.keys.replaysOf(idempotencyKey),
  }
}
