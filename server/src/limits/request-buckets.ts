import type { RequestRate } from '../model/subscription.ts'
import type { Clock } from '../runtime/clock.ts'

/** The result of one request for a token. */
export interface TakenRequest {
  readonly admitted: boolean
  /** Whole requests that are left. */
  readonly left: number
  /** Seconds until there is another one; 0: there is one. */
  readonly waitSeconds: number
}

interface Bucket {
  requests: number
  atUs: number
}

/**
 * Token buckets of requests, by name. Those used last are kept, `maxBuckets` of them; one that was dropped begins full. In memory only: after a restart all
 * are full.
 */
export class RequestBuckets {
  readonly #clock: Pick<Clock, 'monotonicUs'>
  readonly #maxBuckets: number
  /** The one that was used last stands last. */
  readonly #buckets = new Map<string, Bucket>()

  constructor({ clock, maxBuckets }: { readonly clock: Pick<Clock, 'monotonicUs'>; readonly maxBuckets: number }) {
    this.#clock = clock
    this.#maxBuckets = maxBuckets
  }

  get size(): number {
    return this.#buckets.size
  }

  /** Whether there is one left; takes none. */
  hasLeft(name: string, rate: RequestRate): boolean {
    const bucket = this.#buckets.get(name)
    if (bucket === undefined) return true
    const unitUs = 60_000_000 / rate.perMinute
    return bucket.requests + (this.#clock.monotonicUs() - bucket.atUs) / unitUs >= 1
  }

  /** Takes one request if there is one. A rate that changed holds from this call on. */
  take(name: string, { perMinute, burst }: RequestRate): TakenRequest {
    const nowUs = this.#clock.monotonicUs()
    const bucket = this.#buckets.get(name) ?? { requests: burst, atUs: nowUs }
    const unitUs = 60_000_000 / perMinute
    bucket.requests = Math.min(burst, bucket.requests + (nowUs - bucket.atUs) / unitUs)
    bucket.atUs = nowUs
    const admitted = bucket.requests >= 1
    if (admitted) bucket.requests--
    this.#keep(name, bucket)
    const left = Math.floor(bucket.requests)
    return { admitted, left, waitSeconds: left > 0 ? 0 : ((1 - bucket.requests) * unitUs) / 1_000_000 }
  }

  #keep(name: string, bucket: Bucket): void {
    this.#buckets.delete(name)
    this.#buckets.set(name, bucket)
    if (this.#buckets.size <= this.#maxBuckets) return
    const [oldest] = this.#buckets.keys()
    this.#buckets.delete(oldest!)
  }
}
