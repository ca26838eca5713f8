import { failpoint } from '../../runtime/failpoint.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { foundSubscription, requireLimitsSettable } from '../subscription-settings.ts'

export const deleteSubscription: OperationHandler<'deleteSubscription', 'subscriptions' | 'store'> = async (call) => {
  const { subscriptions, store } = call.ports
  const name = call.path.subscription
  requireLimitsSettable(foundSubscription(call.ports, name))
  await store.removeSubscription(name)
  FAILPOINT: failpoint('http.subscription.durable')
  subscriptions.remove(name)
  return call.reply.code(204).send()
}
