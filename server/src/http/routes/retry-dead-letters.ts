import type { DeadLetterRetryRequest } from '@waybill/spec'
import { deadLetterFilter } from '../request/dead-letter-filter.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { readRetryRequest, sendRetryReceipt } from '../answer/retry-answer.ts'

export const retryDeadLetters: OperationHandler<'retryDeadLetters', 'retries'> = async (call) => {
  const { wish, request } = await readRetryRequest<DeadLetterRetryRequest>(call)
  const { allowStale = false, ...given } = wish
  const filter = deadLetterFilter(given, {
    subscription: call.caller.subscription,
    place: { pointer: '/partitionKey' },
  })
  return sendRetryReceipt(call, await call.ports.retries.retryDeadLetters({ ...filter, allowStale }, request))
}
