import { defaultSubscription, type SubscriptionLimits, type Subscriptions } from '../../model/subscription.ts'

/** A consumer of a subscription's calls: its line on a channel. */
export interface CallConsumer {
  /** A call may be available. */
  callMayStart(): void
}

/** The calls of one subscription over all channels, and who waits for one of them to be over. */
export class SubscriptionShare {
  weight: number
  #maxRunningCalls: number
  readonly #waiting = new Set<CallConsumer>()
  #runningCalls = 0

  constructor(limits: Pick<SubscriptionLimits, 'weight' | 'maxRunningCalls'>) {
    this.weight = limits.weight
    this.#maxRunningCalls = limits.maxRunningCalls ?? Infinity
  }

  /** Takes over other limits. Calls beyond a lower one may end. */
  limit({ weight, maxRunningCalls }: Pick<SubscriptionLimits, 'weight' | 'maxRunningCalls'>): void {
    this.weight = weight
    this.#maxRunningCalls = maxRunningCalls ?? Infinity
    this.#release()
  }

  /** Its calls are limited. */
  get limited(): boolean {
    return this.#maxRunningCalls !== Infinity
  }

  /** No further call of it may start. */
  get full(): boolean {
    return this.#runningCalls >= this.#maxRunningCalls
  }

  callStarted(): void {
    this.#runningCalls++
  }

  /** A call's outcome is durable, or it was not made after all. All that wait try again, the longest waiting first. */
  callEnded(): void {
    this.#runningCalls--
    this.#release()
  }

  #release(): void {
    if (this.#waiting.size === 0 || this.full) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const consumer of waiting) consumer.callMayStart()
  }

  wait(consumer: CallConsumer): void {
    this.#waiting.add(consumer)
  }

  forget(consumer: CallConsumer): void {
    this.#waiting.delete(consumer)
  }
}

/** The calls of all subscriptions: those of deliveries, and those of tests. */
export class SubscriptionShares {
  readonly #subscriptions: Pick<Subscriptions, 'get'>
  readonly #shares = new Map<string, SubscriptionShare>()

  /** @param subscriptions their limits. @default the defaults */
  constructor(subscriptions: Pick<Subscriptions, 'get'> = { get: () => defaultSubscription }) {
    this.#subscriptions = subscriptions
  }

  of(subscription: string): SubscriptionShare {
    let share = this.#shares.get(subscription)
    if (share === undefined) {
      share = new SubscriptionShare(this.#subscriptions.get(subscription))
      this.#shares.set(subscription, share)
    }
    return share
  }

  /** Takes over the limits that a subscription has now. @returns null: it has had no call */
  limit(subscription: string): SubscriptionShare | null {
    const share = this.#shares.get(subscription) ?? null
    share?.limit(this.#subscriptions.get(subscription))
    return share
  }
}
