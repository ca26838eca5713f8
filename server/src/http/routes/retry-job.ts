import type { RetryRequest } from '@waybill/spec'
import type { JobId } from '../../model/ids.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { sendRetryReceipt } from '../retry-answer.ts'

export const retryJob: OperationHandler<'retryJob'> = async (call) => {
  const { status = ['failed'], allowStale = false } = (await call.json()) as Partial<RetryRequest>
  const ids = await call.parts.retries.retryJob(call.path.jobId as JobId, call.subscription, { status, allowStale })
  return sendRetryReceipt(call, ids)
}
