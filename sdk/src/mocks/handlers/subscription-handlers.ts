import type { Subscription, SubscriptionConfig } from '@waybill/spec'
import type { MockWorld } from '../engine/mock-world.ts'
import { cutPage } from '../show/pages.ts'
import { MockProblem } from '../show/problems.ts'
import type { OperationHandlers } from './operation-handler.ts'

type SubscriptionOperation = 'listSubscriptions' | 'getSubscription' | 'putSubscription' | 'deleteSubscription'

/** Limits of subscriptions. */
export const subscriptionHandlers: Pick<OperationHandlers, SubscriptionOperation> = {
  listSubscriptions({ query, world }) {
    const page = cutPage(world.subscriptions.all(), query, { scope: ['listSubscriptions'], idOf: ({ name }) => name })
    return { status: 200, body: { subscriptions: [...page.entries], ...page.next } }
  },

  getSubscription: ({ path, world }) => ({ status: 200, body: found(path.subscription, world) }),

  async putSubscription(call) {
    const { path, world } = call
    const config = await call.json<SubscriptionConfig>()
    const present = world.subscriptions.find(path.subscription)
    if (present !== null) requireSettable(present)
    const body = world.subscriptions.put(path.subscription, config)
    return present === null ? { status: 201, body, headers: { Location: body.links.self } } : { status: 200, body }
  },

  deleteSubscription({ path, world }) {
    requireSettable(found(path.subscription, world))
    world.subscriptions.remove(path.subscription)
    return { status: 204, body: null }
  },
}

/** @throws MockProblem `subscription_not_found` */
function found(name: string, { subscriptions }: MockWorld): Subscription {
  const subscription = subscriptions.find(name)
  if (subscription !== null) return subscription
  const detail = `Cannot find limits of subscription ${name} as they must have been set: it has the defaults`
  throw new MockProblem('subscription_not_found', detail)
}

/** @throws MockProblem `subscription_not_settable` */
function requireSettable({ name, origin }: Subscription): void {
  if (origin === 'api') return
  const detail = `Cannot change subscription ${name} over HTTP as its limits must have been set over HTTP: they stand in the configuration file`
  throw new MockProblem('subscription_not_settable', detail)
}
