import type { WebhookEnabling } from '@waybill/spec'
import type { WebhookEndpointId } from '../../model/ids.ts'
import { sendJson } from '../answer/json-answer.ts'
import { endpointView } from '../answer/webhook-view.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const enableWebhookEndpoint: OperationHandler<'enableWebhookEndpoint', 'webhooks'> = async (call) => {
  const { ports, path, caller, reply } = call
  const { replayMissed = true } = (await call.json()) as WebhookEnabling
  const id = path.endpointId as WebhookEndpointId
  const endpoint = await ports.webhooks.control.enable(id, caller.subscription, { replayMissed })
  return sendJson(reply, 200, endpointView(endpoint, ports))
}
