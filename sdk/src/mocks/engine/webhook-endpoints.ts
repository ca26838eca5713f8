import type { WebhookEndpointRequest, WebhookEndpointUpdate } from '@waybill/spec'
import { unmaskUrl } from '@waybill/spec/rules'
import { limits } from './limits.ts'
import type { MockClock } from './mock-clock.ts'
import { type MockEndpoint, type MockSecret, newSecret } from './mock-webhook.ts'
import { urlFault } from './webhook-url.ts'
import { randomHex } from './random.ts'
import { badRequest, MockProblem } from '../show/problems.ts'

/** The webhook endpoints of a mock. Jobs are of one subscription, and so are they. */
export interface MockEndpoints {
  /** Newest first. */
  all(): MockEndpoint[]
  /** @throws MockProblem `webhook_endpoint_not_found` */
  found(id: string): MockEndpoint
  /** @throws MockProblem `bad_request`, `webhook_endpoint_limit_reached` */
  add(request: WebhookEndpointRequest): MockEndpoint
  /** @throws MockProblem `bad_request` */
  change(endpoint: MockEndpoint, changes: WebhookEndpointUpdate): void
  /** Makes a secret beside which the previous one holds for a while. */
  rotate(endpoint: MockEndpoint, graceSeconds: number): void
  revokePrevious(endpoint: MockEndpoint): void
  remove(endpoint: MockEndpoint): void
  /** Those of its secrets that hold now, newest first. */
  validSecrets(endpoint: MockEndpoint): readonly MockSecret[]
}

export function createMockEndpoints({ clock, random }: { clock: MockClock; random: () => number }): MockEndpoints {
  const endpoints = new Map<string, MockEndpoint>()
  let lastMs = 0

  function newId(): string {
    lastMs = Math.max(lastMs + 1, Math.floor(clock.nowMs()))
    return `whe_${lastMs.toString(16).padStart(12, '0')}7${randomHex(random, 3)}8${randomHex(random, 15)}`
  }

  function validSecrets({ secrets }: MockEndpoint): readonly MockSecret[] {
    return secrets.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > clock.nowMs())
  }

  return {
    all: () => [...endpoints.values()].reverse(),
    found(id) {
      const endpoint = endpoints.get(id)
      if (endpoint !== undefined) return endpoint
      const wanted = 'there must be one of this id for the caller: there is none'
      throw new MockProblem('webhook_endpoint_not_found', `Cannot find webhook endpoint ${id} as ${wanted}`)
    },
    add({ url, description = '', eventTypes = [], channels = [], where = null, ordering = 'job', state = 'enabled' }) {
      requireBelow(endpoints.size)
      const endpoint: MockEndpoint = {
        ...{ id: newId(), url: readUrl(url, null), description, eventTypes, channels, where, ordering, state },
        stateReason: state === 'disabled' ? 'caller' : null,
        secrets: [newSecret({ clock, random })],
        createdAtMs: clock.nowMs(),
        ...{ lastSuccessAtMs: null, failingSinceMs: null, isReported: false, ofJob: null },
      }
      endpoints.set(endpoint.id, endpoint)
      return endpoint
    },
    change(endpoint, { url, ...changes }) {
      if (url !== undefined) endpoint.url = readUrl(url, endpoint.url)
      Object.assign(endpoint, changes)
    },
    rotate(endpoint, graceSeconds) {
      const [current] = endpoint.secrets
      const expiresAtMs = clock.nowMs() + graceSeconds * 1000
      endpoint.secrets = [newSecret({ clock, random }), ...(graceSeconds > 0 ? [{ ...current!, expiresAtMs }] : [])]
    },
    revokePrevious(endpoint) {
      endpoint.secrets = endpoint.secrets.slice(0, 1)
    },
    remove: ({ id }) => void endpoints.delete(id),
    validSecrets,
  }
}

function requireBelow(present: number): void {
  const name = 'maxWebhookEndpointsPerSubscription'
  const value = limits[name]
  if (present < value) return
  const detail = `Cannot create webhook endpoint as there must be fewer than ${value}: current value is ${present}`
  throw new MockProblem('webhook_endpoint_limit_reached', detail, { members: { limit: { name, value } } })
}

/** The URL, with what is stored for the values that read `***`. @throws MockProblem `bad_request` */
function readUrl(url: string, stored: string | null): string {
  const detail = urlFault(url, stored)
  if (detail !== null) throw badRequest('set the webhook endpoint', { pointer: '/url', detail })
  return stored === null ? url : (unmaskUrl(url, stored) ?? url)
}
