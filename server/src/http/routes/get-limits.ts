import type { Limits } from '@waybill/spec'
import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getLimits: OperationHandler<'getLimits', 'subscriptions'> = async (call) => {
  const subscription = call.ports.subscriptions.get(call.caller.subscription)
  const limits: Limits = { ...call.limits, subscription }
  return sendJson(call.reply.header('cache-control', READ_CACHE_CONTROL), 200, limits)
}
