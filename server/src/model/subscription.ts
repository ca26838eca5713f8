import { MAX_OPEN_JOBS } from './limits.ts'

/** The limits of a subscription. */
export interface SubscriptionLimits {
  /** Its share of a channel that several want at once, against the others' weights. */
  readonly weight: number
  /** Items of its own accepted and not ended at once; null: only the server's own limit. */
  readonly maxPendingItems: number | null
  /** Jobs of its own that are open, and so take items, at once. */
  readonly maxOpenJobs: number
  /** Calls of its own at once, over all channels; null: no limit. */
  readonly maxRunningCalls: number | null
  /** Requests that it may make; null: no limit. */
  readonly requestRate: RequestRate | null
}

/** A token bucket of requests. */
export interface RequestRate {
  /** Requests a minute over time, 1 and up. */
  readonly perMinute: number
  /** Requests at once after an idle time, 1 and up. */
  readonly burst: number
}

/** The limits of a subscription as they are written: a field that is left out has its default. */
export interface SubscriptionInput extends Partial<Omit<SubscriptionLimits, 'requestRate'>> {
  /** @default burst: as many as in a minute */
  readonly requestRate?: { readonly perMinute: number; readonly burst?: number } | null
}

export const defaultSubscription: SubscriptionLimits = {
  weight: 1,
  maxPendingItems: null,
  maxOpenJobs: MAX_OPEN_JOBS,
  maxRunningCalls: null,
  requestRate: null,
}

/** Fills in the defaults. */
export function completeSubscription({ requestRate = null, ...limits }: SubscriptionInput): SubscriptionLimits {
  return {
    ...defaultSubscription,
    ...limits,
    requestRate:
      requestRate === null
        ? null
        : { perMinute: requestRate.perMinute, burst: requestRate.burst ?? requestRate.perMinute },
  }
}

/** The limits of every subscription; one that nobody configured has the defaults. */
export interface Subscriptions {
  get(name: string): SubscriptionLimits
  /** Calls back after the limits of one were changed. */
  onChange(listener: (name: string) => void): void
}

/** A subscription that has limits of its own. */
export interface Subscription {
  readonly name: string
  /** Where its limits were set: only those set over the API can be changed there. */
  readonly origin: 'file' | 'api'
  readonly limits: SubscriptionLimits
}

/** Limits that were set over the API, as they are stored. */
export interface SubscriptionSettings {
  readonly name: string
  readonly limits: SubscriptionLimits
}

/** Names with this at their beginning are kept for internal use: no caller can name them. */
const RESERVED = '~'

/** Text of 1 to 128 characters without control characters, as the spec's `SubscriptionName`. JSON Schema. */
export const subscriptionName: object = {
  type: 'string',
  pattern: `^[^${RESERVED}\\u0000-\\u001f\\u007f\\ud800-\\udfff][^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$`,
  minLength: 1,
  maxLength: 128,
}
