import type { WebhookEndpointId } from '../../model/ids.ts'
import { sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const testWebhookEndpoint: OperationHandler<'testWebhookEndpoint', 'webhooks'> = async (call) => {
  const { ports, path, caller, reply } = call
  const { id, type, atMs } = await ports.webhooks.sendTest(path.endpointId as WebhookEndpointId, caller.subscription)
  return sendJson(reply, 202, { event: { id, type, timestamp: new Date(atMs).toISOString(), jobId: null } })
}
