import type { DeadLetterRetryRequest } from '@waybill/spec'
import { deadLetterFilter } from '../dead-letter-filter.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { sendRetryReceipt } from '../retry-answer.ts'

export const retryDeadLetters: OperationHandler<'retryDeadLetters'> = async (call) => {
  const { allowStale = false, ...wish } = (await call.json()) as Partial<DeadLetterRetryRequest>
  const filter = deadLetterFilter(wish, { subscription: call.subscription, place: { pointer: '/partitionKey' } })
  return sendRetryReceipt(call, await call.parts.retries.retryDeadLetters({ ...filter, allowStale }))
}
