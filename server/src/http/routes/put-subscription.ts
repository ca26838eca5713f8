import { completeSubscription, type SubscriptionInput } from '../../model/subscription.ts'
import { failpoint } from '../../runtime/failpoint.ts'
import { sendJson } from '../answer/json-answer.ts'
import { subscriptionView } from '../answer/subscription-view.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { requireLimitsSettable } from '../subscription-settings.ts'

export const putSubscription: OperationHandler<'putSubscription', 'subscriptions' | 'store' | 'paths'> = async (
  call,
) => {
  const { ports, reply } = call
  const { subscriptions, store, paths } = ports
  const name = call.path.subscription
  const limits = completeSubscription((await call.json()) as SubscriptionInput)
  const present = subscriptions.find(name)
  if (present !== null) requireLimitsSettable(present)
  await store.saveSubscription({ name, limits })
  FAILPOINT: failpoint('http.subscription.durable')
  const made = subscriptions.find(name) === null
  const subscription = subscriptions.put(name, limits)
  if (made) reply.header('location', paths.subscription(name))
  return sendJson(reply, made ? 201 : 200, subscriptionView(subscription, ports))
}
