import type { KeyRing } from '../../secrets/key-ring.ts'
import { sealEndpoint, sealJobWebhooks } from '../sealed-secrets.ts'
import type { WebhookDeliveryStore } from '../webhook-delivery-store.ts'
import type { WebhookEndpointStore } from '../webhook-endpoint-store.ts'
import type { WebhookEventStore } from '../webhook-event-store.ts'
import { COPIED, type StoreCalls } from './store-calls.ts'

export type WebhookCalls = WebhookEventStore & WebhookEndpointStore & WebhookDeliveryStore

/** The calls for webhook endpoints, whose URLs are sealed on their way, their events and deliveries. */
export function webhookCalls({ read, write, reporting, onWebhookEvents }: StoreCalls, keyRing: KeyRing): WebhookCalls {
  return {
    async saveWebhookEndpoint(endpoint, events) {
      const sealed = sealEndpoint(endpoint, keyRing)
      await reporting(events, write('saveWebhookEndpoint', { endpoint: sealed, events }, COPIED))
    },
    async updateWebhookEndpoint(endpoint, events) {
      await reporting(events, write('updateWebhookEndpoint', { endpoint, events }, COPIED))
    },
    async saveJobWebhooks(webhooks, change) {
      await write('saveJobWebhooks', { webhooks: sealJobWebhooks(webhooks, keyRing), change }, COPIED)
    },
    async removeWebhookEndpoint(id) {
      await write('removeWebhookEndpoint', { id })
    },
    listWebhookDeliveries: (query) => read('listWebhookDeliveries', query),
    latestWebhookDeliveries: (endpoint, events) => read('latestWebhookDeliveries', { endpoint, events }),
    onWebhookEvents,
    async appendWebhookEvents(events) {
      await reporting(events, write('appendWebhookEvents', { events }, COPIED))
    },
    async forwardWebhookEvents(forward) {
      await write('forwardWebhookEvents', { forward }, COPIED)
    },
    dropWebhookBacklog: (endpoint) => write('dropWebhookBacklog', { endpoint }),
    purgeWebhookEvents: (purge) => write('purgeWebhookEvents', purge),
    listWaitingWebhookEvents: (limit) => read('listWaitingWebhookEvents', limit),
    listWebhookBacklog: (endpoint, limit) => read('listWebhookBacklog', { ...limit, endpoint }),
    countWebhookBacklogs: () => read('countWebhookBacklogs', null),
    listWebhookEvents: (query) => read('listWebhookEvents', query),
  }
}
