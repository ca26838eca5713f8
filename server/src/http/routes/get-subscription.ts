import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import { subscriptionView } from '../answer/subscription-view.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { foundSubscription } from '../subscription-settings.ts'

export const getSubscription: OperationHandler<'getSubscription', 'subscriptions' | 'paths'> = async (call) => {
  const subscription = foundSubscription(call.ports, call.path.subscription)
  return sendJson(
    call.reply.header('cache-control', READ_CACHE_CONTROL),
    200,
    subscriptionView(subscription, call.ports),
  )
}
