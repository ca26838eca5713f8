import { MAX_OPEN_JOBS } from './limits.ts'

/** The configured limits of a subscription. */
export interface SubscriptionLimits {
  /** Its share of a channel that several want at once, against the others' weights. */
  readonly weight: number
  /** Items of its own accepted and not ended at once; null: only the server's own limit. */
  readonly maxPendingItems: number | null
  /** Jobs of its own that are open, and so take items, at once. */
  readonly maxOpenJobs: number
  /** Calls of its own at once, over all channels; null: no limit. */
  readonly maxRunningCalls: number | null
}

export const defaultSubscription: SubscriptionLimits = {
  weight: 1,
  maxPendingItems: null,
  maxOpenJobs: MAX_OPEN_JOBS,
  maxRunningCalls: null,
}

/** The limits of every subscription; one that nobody configured has the defaults. */
export interface Subscriptions {
  get(name: string): SubscriptionLimits
}

/** Looks up those that are configured. */
export function subscriptionsOf(configured: Readonly<Record<string, SubscriptionLimits>>): Subscriptions {
  const known = new Map(Object.entries(configured))
  return { get: (name) => known.get(name) ?? defaultSubscription }
}
