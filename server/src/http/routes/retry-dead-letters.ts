import type { DeadLetterRetryRequest } from '@waybill/spec'
import { deadLetterFilter } from '../request/dead-letter-filter.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { readRetryRequest, sendRetryReceipt } from '../answer/retry-answer.ts'

export const retryDeadLetters: OperationHandler<'retryDeadLetters', 'retries' | 'itemReads'> = async (call) => {
  const { wish, request } = await readRetryRequest<DeadLetterRetryRequest>(call)
  const { allowStale = false, ...given } = wish
  const filter = deadLetterFilter(given, {
    caller: call.caller,
    place: { pointer: '/partitionKey' },
    redacts: (name) => call.ports.itemReads.redacts(name),
  })
  return sendRetryReceipt(call, await call.ports.retries.retryDeadLetters({ ...filter, allowStale }, request))
}
