import type { SubscriptionSettings } from '../model/subscription.ts'

/** Stored limits of subscriptions; `recover` returns all of them. The rules of every call stand in `store.ts`. */
export interface SubscriptionStore {
  /** Keeps the limits of a subscription; the last write of a name counts. */
  saveSubscription(settings: SubscriptionSettings): Promise<void>

  /** Forgets the limits of a subscription. An unknown name does nothing. */
  removeSubscription(name: string): Promise<void>
}
