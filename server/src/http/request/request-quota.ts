import { addressGroup } from '../../model/address-range.ts'
import { RequestBuckets, type TakenRequest } from '../../limits/request-buckets.ts'
import type { Caller } from '../../model/caller.ts'
import { ProblemError } from '../../model/errors.ts'
import type { RequestRate } from '../../model/subscription.ts'
import type { HttpPorts } from '../http-ports.ts'

/** Requests of one address without a valid token: many programs behind one address may begin with a wrong one, and none needs to go on with it. */
const ADDRESS_RATE: RequestRate = { perMinute: 600, burst: 1000 }
/** About 150 bytes each: more subscriptions with a rate than one server has, and addresses of a flood from many hosts. */
const MAX_BUCKETS = 20_000

/** The rest of a caller's quota on requests, after one request. */
export interface RequestsLeft extends Pick<TakenRequest, 'left' | 'waitSeconds'> {
  readonly rate: RequestRate
}

/**
 * Counts requests. Those of a subscription against its `requestRate`: what one has used up refuses no other. Those without a valid token by address; they use up nothing of a
 * subscription, and do not keep a valid token of the same address out. The admin token is not counted: whoever has it can always change the limits.
 */
export class RequestQuota {
  readonly #subscriptions: Pick<HttpPorts['subscriptions'], 'get'>
  readonly #bySubscription: RequestBuckets
  readonly #byAddress: RequestBuckets
  readonly #sessions: RequestBuckets

  constructor({ clock, subscriptions }: Pick<HttpPorts, 'clock' | 'subscriptions'>) {
    this.#subscriptions = subscriptions
    this.#bySubscription = new RequestBuckets({ clock, maxBuckets: MAX_BUCKETS })
    this.#byAddress = new RequestBuckets({ clock, maxBuckets: MAX_BUCKETS })
    this.#sessions = new RequestBuckets({ clock, maxBuckets: MAX_BUCKETS })
  }

  /** Counts a request of a caller with a token. @returns null: no quota applies */
  take({ subscription, actor }: Pick<Caller, 'subscription' | 'actor'>): (RequestsLeft & TakenRequest) | null {
    const { requestRate: rate } = this.#subscriptions.get(subscription)
    if (rate === null || actor === 'admin') return null
    return { ...this.#bySubscription.take(subscription, rate), rate }
  }

  /**
   * Refuses to open a session for an address that has used up its failed attempts at that, also with a valid token: whoever guesses learns nothing more.
   * Counts nothing while there are some left. @throws ProblemError `rate_limited`
   */
  refuseGuesser(address: string): void {
    if (!this.#sessions.hasLeft(addressGroup(address), ADDRESS_RATE)) this.takeGuess(address)
  }

  /** Counts a failed attempt to open a session, apart from other requests without a valid token. @throws ProblemError `rate_limited` */
  takeGuess(address: string): void {
    takeOf(this.#sessions, address)
  }

  /** Counts a request without a valid token. @throws ProblemError `rate_limited` */
  takeAnonymous(address: string): void {
    takeOf(this.#byAddress, address)
  }
}

function takeOf(buckets: RequestBuckets, address: string): void {
  const { admitted, waitSeconds } = buckets.take(addressGroup(address), ADDRESS_RATE)
  if (admitted) return
  throw new ProblemError({
    code: 'rate_limited',
    detail: `Cannot take this request as one address must make at most ${ADDRESS_RATE.perMinute} a minute without a valid token: it made more`,
    retryAfterSeconds: waitSeconds,
  })
}

/** Returns the refusal of a request for which nothing is left. */
export function rateLimited(subscription: string, { rate, waitSeconds }: RequestsLeft): ProblemError {
  return new ProblemError({
    code: 'rate_limited',
    detail: `Cannot take this request as subscription ${subscription} must make at most ${rate.perMinute} a minute, ${rate.burst} of them at once: there is none left`,
    retryAfterSeconds: waitSeconds,
    members: { limit: { name: 'subscription.requestRate', value: rate.perMinute } },
  })
}
