import type { RetryRequest } from '@waybill/spec'
import type { JobId } from '../../model/ids.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { readRetryRequest, sendRetryReceipt } from '../answer/retry-answer.ts'

export const retryJob: OperationHandler<'retryJob', 'retries'> = async (call) => {
  const { wish, request } = await readRetryRequest<RetryRequest>(call)
  const { status = ['failed'], allowStale = false } = wish
  const job = { id: call.path.jobId as JobId, subscription: call.caller.subscription }
  return sendRetryReceipt(call, await call.ports.retries.retryJob(job, { status, allowStale }, request))
}
