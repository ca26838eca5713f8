import type { WebhookEndpointId } from '../../model/ids.ts'
import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import { endpointView } from '../answer/webhook-view.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getWebhookEndpoint: OperationHandler<'getWebhookEndpoint', 'webhooks'> = async (call) => {
  const { ports, path, caller, reply } = call
  const endpoint = ports.webhooks.endpoints.get(path.endpointId as WebhookEndpointId, caller.subscription)
  return sendJson(reply.header('cache-control', READ_CACHE_CONTROL), 200, endpointView(endpoint, ports))
}
