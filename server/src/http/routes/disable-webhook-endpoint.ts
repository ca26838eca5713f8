import type { WebhookEndpointId } from '../../model/ids.ts'
import { sendJson } from '../answer/json-answer.ts'
import { endpointView } from '../answer/webhook-view.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const disableWebhookEndpoint: OperationHandler<'disableWebhookEndpoint', 'webhooks'> = async (call) => {
  const { ports, path, caller, reply } = call
  const endpoint = await ports.webhooks.control.disable(path.endpointId as WebhookEndpointId, caller.subscription)
  return sendJson(reply, 200, endpointView(endpoint, ports))
}
