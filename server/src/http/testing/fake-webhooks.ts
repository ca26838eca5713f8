import { EndpointWorld } from '../../webhooks/testing/endpoint-world.ts'
import { ControlEndpoints } from '../../webhooks/control-endpoints.ts'
import { makeEvent } from '../../webhooks/make-event.ts'
import { endpointFact } from '../../webhooks/endpoint-fact.ts'
import type { Clock } from '../../runtime/clock.ts'
import { silentLogger } from '../../runtime/logger.ts'
import type { WebhooksPort } from '../http-ports.ts'

/** The webhook endpoints over a store that takes everything; nothing is delivered. */
export function fakeWebhooks(clock: Clock): WebhooksPort {
  const { endpoints, jobWebhooks, watch } = new EndpointWorld(clock)
  return {
    endpoints,
    control: new ControlEndpoints({
      ...{ endpoints, jobWebhooks, watch, logger: silentLogger },
      liveJobs: { values: () => [].values() },
      jobs: { cancelAll: () => Promise.resolve() },
      forward: { whenForwarded: () => Promise.resolve(), dropBacklog: () => Promise.resolve(0) },
    }),
    ofJobs: jobWebhooks,
    deliveries: { page: () => Promise.resolve({ deliveries: [], next: null }) },
    replays: { replay: () => Promise.resolve({ id: null, events: 0, continueAtMs: null }) },
    sendTest: async (id, subscription) => {
      const { record } = endpoints.get(id, subscription)
      return makeEvent(endpointFact('webhook_endpoint.test', record, clock.nowMs()), [id])
    },
    healthOf: (record) => watch.healthOf(record),
    allowPrivateAddresses: false,
  }
}
