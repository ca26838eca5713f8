import type { WebhookEndpointId } from '../model/ids.ts'
import type { LiveJob } from '../model/live-job.ts'
import { endpointOfChannel } from '../model/webhook-event.ts'
import type { EndpointCount } from '../store/webhook-event-store.ts'

/** Events of one endpoint that the engine holds at once, about: those that are tried again for days are among them, and others must still pass. */
const MAX_IN_ENGINE = 5000
/** Jobs beyond which the next one waits, so that a job is made of all that came meanwhile: an event alone each would be thousands of live jobs. */
const FEW_JOBS = 16
const WAIT_A_JOB_MS = 250

interface Load {
  /** Jobs that deliver its events and have not ended. */
  readonly jobs: Set<LiveJob>
  /** Events that wait on disk. */
  backlog: number
  /** When the last job was made, monotonic ms. */
  lastJobAtMs: number
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

  /** Counts a live job that delivers events; any other is none of these. @param nowMs monotonic */
  follow(job: LiveJob, nowMs: number): void {
    const endpoint = endpointOfChannel(job.record.envelope.channel)
    if (endpoint === null) return
    const load = this.#loadOf(endpoint)
    load.jobs.add(job)
    load.lastJobAtMs = nowMs
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

  /** How many more events the engine takes of an endpoint now: none for a while after a job when there are many that have not ended. @param nowMs monotonic */
  capacityOf(endpoint: WebhookEndpointId, nowMs: number): number {
    const load = this.#loads.get(endpoint)
    const jobs = load?.jobs.size ?? 0
    if (load !== undefined && jobs > FEW_JOBS && nowMs < load.lastJobAtMs + jobs * WAIT_A_JOB_MS) return 0
    return Math.max(0, this.#maxInEngine - this.inEngine(endpoint))
  }

  #loadOf(endpoint: WebhookEndpointId): Load {
    let load = this.#loads.get(endpoint)
    if (load === undefined) this.#loads.set(endpoint, (load = { jobs: new Set(), backlog: 0, lastJobAtMs: -Infinity }))
    return load
  }

  #forget(endpoint: WebhookEndpointId, load: Load): void {
    if (load.jobs.size === 0 && load.backlog === 0) this.#loads.delete(endpoint)
  }
}
