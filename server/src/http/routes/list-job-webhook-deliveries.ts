import { sendDeliveries } from '../answer/webhook-deliveries-page.ts'
import { foundJob } from '../answer/job-answer.ts'
import type { JobId } from '../../model/ids.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listJobWebhookDeliveries: OperationHandler<
  'listJobWebhookDeliveries',
  'webhooks' | 'pageTokens' | 'progress'
> = async (call) => {
  const id = call.path.jobId as JobId
  foundJob(await call.ports.progress.find(id, call.caller.subscription), id)
  return sendDeliveries(call, { filters: call.query, jobIds: [id] })
}
