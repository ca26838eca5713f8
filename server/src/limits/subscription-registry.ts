import {
  defaultSubscription,
  type Subscription,
  type SubscriptionLimits,
  type Subscriptions,
  type SubscriptionSettings,
} from '../model/subscription.ts'

export interface SubscriptionRegistryOptions {
  /** Those of the configuration file. */
  readonly file: Readonly<Record<string, SubscriptionLimits>>
  readonly stored: readonly SubscriptionSettings[]
}

/**
 * The limits of all subscriptions: those that were set, by name, and the defaults for all others. Every stage asks here, so that a change holds at once.
 * Durable only through its callers: they save a change first, then make it here. Those of the file take precedence over API-defined ones of the
 * same name.
 */
export class SubscriptionRegistry implements Subscriptions {
  readonly #own = new Map<string, Subscription>()
  readonly #listeners = new Set<(name: string) => void>()

  constructor({ file, stored }: SubscriptionRegistryOptions) {
    // Limits saved by an earlier version lack later ones.
    for (const { name, limits } of stored)
      this.#own.set(name, { name, origin: 'api', limits: { ...defaultSubscription, ...limits } })
    for (const [name, limits] of Object.entries(file)) this.#own.set(name, { name, origin: 'file', limits })
  }

  get(name: string): SubscriptionLimits {
    return this.#own.get(name)?.limits ?? defaultSubscription
  }

  /** Null: it has the defaults. */
  find(name: string): Subscription | null {
    return this.#own.get(name) ?? null
  }

  /** Those with limits of their own, by name. @returns at most `limit`, and whether there are more */
  list({ limit, afterName }: { readonly limit: number; readonly afterName: string | null }): {
    readonly subscriptions: readonly Subscription[]
    readonly more: boolean
  } {
    const names = [...this.#own.keys()].filter((name) => afterName === null || name > afterName).sort()
    return { subscriptions: names.slice(0, limit).map((name) => this.#own.get(name)!), more: names.length > limit }
  }

  /** Sets limits over the API. */
  put(name: string, limits: SubscriptionLimits): Subscription {
    const subscription: Subscription = { name, origin: 'api', limits }
    this.#own.set(name, subscription)
    this.#report(name)
    return subscription
  }

  /** Returns a subscription to the defaults. */
  remove(name: string): void {
    if (this.#own.delete(name)) this.#report(name)
  }

  /** Calls back after every put and remove. */
  onChange(listener: (name: string) => void): void {
    this.#listeners.add(listener)
  }

  #report(name: string): void {
    for (const listener of this.#listeners) listener(name)
  }
}
