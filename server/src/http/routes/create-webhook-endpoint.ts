import type { CreatedWebhookEndpoint, WebhookEndpointRequest } from '@waybill/spec'
import { sendJson } from '../answer/json-answer.ts'
import { endpointView } from '../answer/webhook-view.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { requestedSettings } from '../request/webhook-settings.ts'

export const createWebhookEndpoint: OperationHandler<
  'createWebhookEndpoint',
  'webhooks' | 'channelReads' | 'paths' | 'config'
> = async (call) => {
  const { ports, operation, reply, caller } = call
  // A server that starts paused calls nobody.
  const { state = ports.config.paused ? 'disabled' : 'enabled', ...wish } =
    (await call.json()) as WebhookEndpointRequest
  const { url = wish.url, ...settings } = await requestedSettings(wish, { operation, ports, stored: null })
  const { endpoint, secret } = await ports.webhooks.endpoints.create(
    caller.subscription,
    { url, description: '', eventTypes: [], channels: [], where: null, ordering: 'job', ...settings },
    { state },
  )
  const created: CreatedWebhookEndpoint = { ...endpointView(endpoint, ports), secret }
  reply.header('location', ports.paths.webhookEndpoint(created.id)).header('cache-control', 'no-store')
  return sendJson(reply, 201, created)
}
