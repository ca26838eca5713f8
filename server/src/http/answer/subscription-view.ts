import type { Subscription as SubscriptionView } from '@waybill/spec'
import type { Subscription } from '../../model/subscription.ts'
import type { HttpPorts } from '../http-ports.ts'

/** The public Subscription. */
export function subscriptionView(
  { name, origin, limits }: Subscription,
  { paths }: Pick<HttpPorts, 'paths'>,
): SubscriptionView {
  return { name, origin, ...limits, links: { self: paths.subscription(name) } }
}
