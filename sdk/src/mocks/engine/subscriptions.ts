import type { Subscription, SubscriptionConfig, SubscriptionLimits } from '@waybill/spec'
import { rootPaths } from '@waybill/spec/rules'
import { limits } from './limits.ts'
import type { MockClock } from './mock-clock.ts'

/** The rest of a caller's quota on requests, after one request. */
export interface RequestsLeft {
  readonly rate: NonNullable<SubscriptionLimits['requestRate']>
  readonly admitted: boolean
  readonly left: number
  /** Seconds until there is another one; 0: there is one. */
  readonly waitSeconds: number
}

/** The limits of subscriptions, and the requests that they have left. */
export interface MockSubscriptions {
  /** The limits of any; one that nobody set has the defaults. */
  limitsOf(name: string): SubscriptionLimits
  /** Those with limits of their own, by name. */
  all(): Subscription[]
  find(name: string): Subscription | null
  put(name: string, config: SubscriptionConfig): Subscription
  remove(name: string): void
  /** Counts a request. Null: no quota applies. */
  takeRequest(name: string): RequestsLeft | null
}

/** @param options.file those of the configuration file of the server that is mocked */
export function createMockSubscriptions(options: {
  readonly clock: MockClock
  readonly file: Readonly<Record<string, SubscriptionConfig>>
}): MockSubscriptions {
  const { clock, file } = options
  const own = new Map<string, Subscription>()
  const buckets = new Map<string, { requests: number; atMs: number }>()
  for (const [name, config] of Object.entries(file)) own.set(name, complete(name, config, 'file'))

  function limitsOf(name: string): SubscriptionLimits {
    const subscription = own.get(name)
    if (subscription === undefined) return limits.subscription
    const { weight, maxPendingItems, maxOpenJobs, maxRunningCalls, requestRate } = subscription
    return { weight, maxPendingItems, maxOpenJobs, maxRunningCalls, requestRate }
  }

  return {
    limitsOf,
    all: () => [...own.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: (name) => own.get(name) ?? null,
    put(name, config) {
      const subscription = complete(name, config, 'api')
      own.set(name, subscription)
      return subscription
    },
    remove: (name) => void own.delete(name),
    takeRequest(name) {
      const { requestRate: rate } = limitsOf(name)
      if (rate === null) return null
      const nowMs = clock.nowMs()
      const bucket = buckets.get(name) ?? { requests: rate.burst, atMs: nowMs }
      const unitMs = 60_000 / rate.perMinute
      const requests = Math.min(rate.burst, bucket.requests + Math.max(0, nowMs - bucket.atMs) / unitMs)
      const admitted = requests >= 1
      const rest = admitted ? requests - 1 : requests
      buckets.set(name, { requests: rest, atMs: nowMs })
      const left = Math.floor(rest)
      return { rate, admitted, left, waitSeconds: left > 0 ? 0 : ((1 - rest) * unitMs) / 1000 }
    },
  }
}

function complete(
  name: string,
  { requestRate = null, ...config }: SubscriptionConfig,
  origin: Subscription['origin'],
): Subscription {
  return {
    ...{ name, origin },
    ...limits.subscription,
    ...config,
    requestRate:
      requestRate === null
        ? null
        : { perMinute: requestRate.perMinute, burst: requestRate.burst ?? requestRate.perMinute },
    links: { self: rootPaths.subscription(name) },
  }
}
