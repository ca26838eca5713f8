import { newWebhookEndpointId, type WebhookEndpointId } from '../../model/ids.ts'
import type { WebhookEventType, WebhookOrdering, WebhookRouting, WebhookTargets } from '../../model/webhook-event.ts'

export interface FakeEndpoint {
  readonly subscription: string
  /** @default all */
  readonly types?: readonly WebhookEventType[]
  /** @default all */
  readonly channels?: readonly string[]
  readonly ordering?: WebhookOrdering
}

/** Endpoints as tests need them: in memory, with filters by type and channel. */
export class FakeEndpoints implements WebhookRouting, WebhookTargets {
  readonly #endpoints = new Map<WebhookEndpointId, FakeEndpoint>()
  readonly drops: { readonly id: WebhookEndpointId; readonly count: number; readonly reason: string }[] = []

  add(endpoint: FakeEndpoint): WebhookEndpointId {
    const id = newWebhookEndpointId(Date.now())
    this.#endpoints.set(id, endpoint)
    return id
  }

  set(id: WebhookEndpointId, endpoint: FakeEndpoint): void {
    this.#endpoints.set(id, endpoint)
  }

  remove(id: WebhookEndpointId): void {
    this.#endpoints.delete(id)
  }

  hasEndpoints(subscription: string): boolean {
    return this.#of(subscription).length > 0
  }

  subscriptions(): Iterable<string> {
    return new Set([...this.#endpoints.values()].map(({ subscription }) => subscription))
  }

  namesChannel(subscription: string, channel: string): boolean {
    return this.#of(subscription).some(([, { channels = [] }]) => channels.includes(channel))
  }

  wantsType(subscription: string, type: WebhookEventType): boolean {
    return this.#of(subscription).some(([, { types }]) => types?.includes(type) ?? true)
  }

  endpointsFor(event: Parameters<WebhookRouting['endpointsFor']>[0]): WebhookEndpointId[] {
    const { subscription, type, channel } = event
    return this.#of(subscription)
      .filter(([, { types }]) => types?.includes(type) ?? true)
      .filter(([, { channels }]) => channel === null || (channels?.includes(channel) ?? true))
      .map(([id]) => id)
  }

  orderingOf(id: WebhookEndpointId): WebhookOrdering | null {
    const endpoint = this.#endpoints.get(id)
    return endpoint === undefined ? null : (endpoint.ordering ?? 'job')
  }

  dropped(id: WebhookEndpointId, count: number, reason: string): void {
    this.drops.push({ id, count, reason })
  }

  #of(subscription: string): [WebhookEndpointId, FakeEndpoint][] {
    return [...this.#endpoints].filter(([, endpoint]) => endpoint.subscription === subscription)
  }
}
