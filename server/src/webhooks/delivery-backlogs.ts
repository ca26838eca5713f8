import type { WebhookEndpointId } from '../model/ids.ts'
import type { LiveJob } from '../model/live-job.ts'
import { endpointOfChannel } from '../model/webhook-event.ts'
import type { EndpointCount } from '../store/webhook-event-store.ts'

/** Events of one endpoint that the engine holds at once, about: those that are tried again for days are among them, and others must still pass. */
const MAX_IN_ENGINE = 5000

interface Load {
  /** Jobs that deliver its events and have not ended. */
  readonly jobs: Set<LiveJob>
  /** Events that wait on disk. */
  backlog: number
}

/** The events that wait for each endpoint: in the engine, and, behind these, on disk. */
export class DeliveryBacklogs {
  readonly #maxInEngine: number
  readonly #loads = new Map<WebhookEndpointId, Load>()

  constructor(
    { maxInEngine = MAX_IN_ENGINE }: { readonly maxInEngine?: number },
    stored: readonly EndpointCount[] = [],
  ) {
    this.#maxInEngine = maxInEngine
    for (const { endpoint, events } of stored) this.held(endpoint, events)
  }

  /** Counts a live job that delivers events; any other is none of these. */
  follow(job: LiveJob): void {
    const endpoint = endpointOfChannel(job.record.envelope.channel)
    if (endpoint !== null) this.#loadOf(endpoint).jobs.add(job)
  }

  /** A job that was followed has ended. @returns whether its endpoint has events on disk */
  ended(job: LiveJob): boolean {
    const endpoint = endpointOfChannel(job.record.envelope.channel)
    const load = endpoint === null ? undefined : this.#loads.get(endpoint)
    if (endpoint === null || load === undefined) return false
    load.jobs.delete(job)
    this.#forget(endpoint, load)
    return load.backlog > 0
  }

  /** Events joined those on disk. */
  held(endpoint: WebhookEndpointId, events: number): void {
    this.#loadOf(endpoint).backlog += events
  }

  /** Events left those on disk. @param events how many. @default all */
  released(endpoint: WebhookEndpointId, events = Infinity): void {
    const load = this.#loads.get(endpoint)
    if (load === undefined) return
    load.backlog = Math.max(0, load.backlog - events)
    this.#forget(endpoint, load)
  }

  /** Events on disk. */
  onDisk(endpoint: WebhookEndpointId): number {
    return this.#loads.get(endpoint)?.backlog ?? 0
  }

  /** The endpoints that have events on disk. */
  withBacklog(): WebhookEndpointId[] {
    const found: WebhookEndpointId[] = []
    for (const [endpoint, { backlog }] of this.#loads) if (backlog > 0) found.push(endpoint)
    return found
  }

  /** Events in the engine that have not ended; of one endpoint, or of all. */
  inEngine(endpoint?: WebhookEndpointId): number {
    const loads = endpoint === undefined ? this.#loads.values() : [this.#loads.get(endpoint)]
    let items = 0
    for (const load of loads)
      for (const { record, succeeded, failed, cancelled } of load?.jobs ?? [])
        items += record.total - succeeded - failed - cancelled
    return items
  }

  /** How many more events the engine takes of an endpoint now. */
  capacityOf(endpoint: WebhookEndpointId): number {
    return Math.max(0, this.#maxInEngine - this.inEngine(endpoint))
  }

  #loadOf(endpoint: WebhookEndpointId): Load {
    let load = this.#loads.get(endpoint)
    if (load === undefined) this.#loads.set(endpoint, (load = { jobs: new Set(), backlog: 0 }))
    return load
  }

  #forget(endpoint: WebhookEndpointId, load: Load): void {
    if (load.jobs.size === 0 && load.backlog === 0) this.#loads.delete(endpoint)
  }
}
