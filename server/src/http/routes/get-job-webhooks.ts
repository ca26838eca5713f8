import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import { jobWebhooksView } from '../answer/webhook-view.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getJobWebhooks: OperationHandler<'getJobWebhooks', 'webhooks'> = async ({ ports, caller, reply }) => {
  const view = jobWebhooksView(ports.webhooks.ofJobs.of(caller.subscription))
  return sendJson(reply.header('cache-control', READ_CACHE_CONTROL), 200, view)
}
