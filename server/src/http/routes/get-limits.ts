import type { Limits } from '@waybill/spec'
import { subscriptionsOf } from '../../model/subscription.ts'
import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getLimits: OperationHandler<'getLimits', 'config'> = async (call) => {
  const subscription = subscriptionsOf(call.ports.config.subscriptions).get(call.caller.subscription)
  const limits: Limits = { ...call.limits, subscription }
  return sendJson(call.reply.header('cache-control', READ_CACHE_CONTROL), 200, limits)
}
