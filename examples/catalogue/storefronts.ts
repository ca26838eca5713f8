// The three storefronts: how each of them behaves, and what the channel that leads to it allows.

export interface Storefront {
  readonly name: string
  /** How long it takes for a call. */
  readonly latencyMs: number
  /** Items per call that it takes. */
  readonly batchSize: number
  readonly concurrency: number
  readonly rateLimit: {
    readonly limit: number
    readonly periodMs: number
    readonly burst: number
    readonly unit: 'calls' | 'items'
  }
  /** Every n-th call is answered 429 with `Retry-After: 1`; 0: never. */
  readonly throttleEvery: number
  /** Every n-th call is answered 503; 0: never. */
  readonly failEvery: number
}

export const storefronts: readonly Storefront[] = [
  {
    name: 'shop-eu',
    latencyMs: 40,
    batchSize: 50,
    concurrency: 8,
    rateLimit: { limit: 40, periodMs: 1000, burst: 4, unit: 'calls' },
    throttleEvery: 250,
    failEvery: 0,
  },
  {
    name: 'marketplace',
    latencyMs: 8,
    batchSize: 1,
    concurrency: 64,
    rateLimit: { limit: 900, periodMs: 1000, burst: 30, unit: 'calls' },
    throttleEvery: 0,
    failEvery: 0,
  },
  {
    name: 'search-index',
    latencyMs: 20,
    batchSize: 200,
    concurrency: 4,
    rateLimit: { limit: 3000, periodMs: 1000, burst: 400, unit: 'items' },
    throttleEvery: 0,
    failEvery: 23,
  },
]

/** The server's channel for a storefront. */
export function channelOf(storefront: Storefront, url: string): object {
  const { batchSize, concurrency, rateLimit } = storefront
  return {
    connector: { type: 'http', url, batchSize, timeoutMs: 5000 },
    rateLimit,
    concurrency,
    retry: { maxAttempts: 8, backoff: { initialMs: 100, factor: 2, maxMs: 2000 } },
  }
}
