import type { WebhookEndpointId } from '../../model/ids.ts'
import { sendJson } from '../answer/json-answer.ts'
import { endpointView } from '../answer/webhook-view.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const revokePreviousWebhookSecret: OperationHandler<'revokePreviousWebhookSecret', 'webhooks'> = async (
  call,
) => {
  const { ports, path, caller, reply } = call
  const id = path.endpointId as WebhookEndpointId
  const endpoint = await ports.webhooks.endpoints.revokePreviousSecret(id, caller.subscription)
  return sendJson(reply, 200, endpointView(endpoint, ports))
}
