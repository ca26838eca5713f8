import { sendDeliveries } from '../answer/webhook-deliveries-page.ts'
import type { JobId } from '../../model/ids.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listWebhookDeliveries: OperationHandler<'listWebhookDeliveries', 'webhooks' | 'pageTokens'> = (call) =>
  sendDeliveries(call, { filters: call.query, jobIds: call.query.jobId as readonly JobId[] | undefined })
