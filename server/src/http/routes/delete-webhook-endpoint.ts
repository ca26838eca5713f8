import type { WebhookEndpointId } from '../../model/ids.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const deleteWebhookEndpoint: OperationHandler<'deleteWebhookEndpoint', 'webhooks'> = async (call) => {
  const { ports, path, caller, reply } = call
  await ports.webhooks.control.remove(path.endpointId as WebhookEndpointId, caller.subscription)
  return reply.code(204).send()
}
