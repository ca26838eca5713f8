import type { WebhookEndpointUpdate } from '@waybill/spec'
import type { WebhookEndpointId } from '../../model/ids.ts'
import { sendJson } from '../answer/json-answer.ts'
import { endpointView } from '../answer/webhook-view.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { requestedSettings } from '../request/webhook-settings.ts'

export const updateWebhookEndpoint: OperationHandler<'updateWebhookEndpoint', 'webhooks' | 'channelReads'> = async (
  call,
) => {
  const { ports, operation, caller, reply } = call
  const { endpoints } = ports.webhooks
  const id = call.path.endpointId as WebhookEndpointId
  const wish = (await call.json()) as WebhookEndpointUpdate
  const stored = endpoints.get(id, caller.subscription).record.url
  const settings = await requestedSettings(wish, { operation, ports, stored })
  const endpoint = await endpoints.update(id, caller.subscription, settings)
  return sendJson(reply, 200, endpointView(endpoint, ports))
}
