import type { JobWebhooksUpdate } from '@waybill/spec'
import { sendJson } from '../answer/json-answer.ts'
import { jobWebhooksView } from '../answer/webhook-view.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const updateJobWebhooks: OperationHandler<'updateJobWebhooks', 'webhooks'> = async (call) => {
  const { state } = (await call.json()) as JobWebhooksUpdate
  const webhooks = await call.ports.webhooks.ofJobs.setState(call.caller.subscription, state)
  return sendJson(call.reply, 200, jobWebhooksView(webhooks))
}
