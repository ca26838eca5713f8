import type { WebhookEndpointId } from '../model/ids.ts'
import type { StoredWebhookEvent, WebhookTargets } from '../model/webhook-event.ts'
import type { EndpointCount, EndpointEvents } from '../store/webhook-event-store.ts'
import type { DeliveryBacklogs } from './delivery-backlogs.ts'

export interface RouteRoundOptions {
  readonly targets: Pick<WebhookTargets, 'orderingOf'>
  readonly backlogs: Pick<DeliveryBacklogs, 'onDisk' | 'capacityOf'>
  /** Events of an endpoint that may wait on disk. */
  readonly maxBacklog: number
  /** Monotonic. */
  readonly nowMs: number
}

/** Where the events of a round go, for each endpoint that receives them; those of deleted endpoints go nowhere. */
export interface RoutedRound {
  /** Into the engine. */
  readonly now: ReadonlyMap<WebhookEndpointId, readonly StoredWebhookEvent[]>
  /** On disk, behind others of the endpoint. */
  readonly held: readonly EndpointEvents[]
  /** Nowhere, as too many wait on disk. */
  readonly full: readonly EndpointCount[]
}

interface Route {
  readonly now: StoredWebhookEvent[]
  readonly held: number[]
  readonly capacity: number
  readonly onDisk: number
  dropped: number
}

/** Decides where events go. The order of an endpoint's events is kept: behind one on disk all are. */
export function routeRound(
  waiting: readonly StoredWebhookEvent[],
  { targets, backlogs, maxBacklog, nowMs }: RouteRoundOptions,
): RoutedRound {
  const routes = new Map<WebhookEndpointId, Route | null>()
  for (const event of waiting) {
    for (const endpoint of event.endpoints) {
      let route = routes.get(endpoint)
      if (route === undefined) {
        const exists = targets.orderingOf(endpoint) !== null
        const onDisk = backlogs.onDisk(endpoint)
        const load = { capacity: onDisk > 0 ? 0 : backlogs.capacityOf(endpoint, nowMs), onDisk }
        route = exists ? { now: [], held: [], dropped: 0, ...load } : null
        routes.set(endpoint, route)
      }
      if (route === null) continue
      const behind = route.onDisk + route.held.length
      if (behind === 0 && route.now.length < route.capacity) route.now.push(event)
      else if (behind < maxBacklog) route.held.push(event.seq)
      else route.dropped++
    }
  }
  const now = new Map<WebhookEndpointId, readonly StoredWebhookEvent[]>()
  const held: EndpointEvents[] = []
  const full: EndpointCount[] = []
  for (const [endpoint, route] of routes) {
    if (route === null) continue
    if (route.now.length > 0) now.set(endpoint, route.now)
    if (route.held.length > 0) held.push({ endpoint, events: route.held })
    if (route.dropped > 0) full.push({ endpoint, events: route.dropped })
  }
  return { now, held, full }
}
