import type { Calls } from '../client.ts'
import { loadLater } from './load-later.ts'
import type { Webhooks } from './webhooks.ts'

export function createWebhooks(calls: Calls): Webhooks {
  const load = async () => (await import('./webhook-calls.ts')).webhookCalls(calls)
  return {
    endpoints: loadLater(async () => (await load()).endpoints, {
      calls: [
        ...(['create', 'list', 'get', 'update', 'delete', 'rotateSecret', 'revokePreviousSecret'] as const),
        ...(['enable', 'disable', 'test', 'replay'] as const),
      ],
    }),
    deliveries: loadLater(async () => (await load()).deliveries, { lists: ['list', 'forJob'] }),
    ofJobs: loadLater(async () => (await load()).ofJobs, { calls: ['get', 'update', 'rotateSecret'] }),
  }
}
