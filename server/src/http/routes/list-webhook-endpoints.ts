import { serializeAll } from '../answer/json-answer.ts'
import { sendPage } from '../answer/send-page.ts'
import { endpointView } from '../answer/webhook-view.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listWebhookEndpoints: OperationHandler<'listWebhookEndpoints', 'webhooks'> = async (call) => {
  const { ports, caller, shareKey } = call
  const newestFirst = ports.webhooks.endpoints.list(caller.subscription).toReversed()
  const entries = await serializeAll(
    newestFirst.map((endpoint) => endpointView(endpoint, ports)),
    shareKey,
  )
  return sendPage(call, { name: 'endpoints', entries, nextPageToken: null })
}
