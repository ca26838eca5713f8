import { ProblemError } from '../model/errors.ts'
import type { Subscription } from '../model/subscription.ts'
import type { HttpPorts } from './http-ports.ts'

/** @throws ProblemError `subscription_not_found`: it has the defaults */
export function foundSubscription(ports: Pick<HttpPorts, 'subscriptions'>, name: string): Subscription {
  const subscription = ports.subscriptions.find(name)
  if (subscription !== null) return subscription
  throw new ProblemError({
    code: 'subscription_not_found',
    detail: `Cannot find limits of subscription ${name} as they must have been set: it has the defaults`,
  })
}

/** @throws ProblemError `subscription_not_settable`: its limits stand in the configuration file */
export function requireLimitsSettable({ name, origin }: Subscription): void {
  if (origin === 'api') return
  throw new ProblemError({
    code: 'subscription_not_settable',
    detail: `Cannot change subscription ${name} over HTTP as its limits must have been set over HTTP: they stand in the configuration file`,
  })
}
