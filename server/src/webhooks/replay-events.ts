import { FairShare } from '../limits/fair-share.ts'
import { ProblemError } from '../model/errors.ts'
import type { Clock } from '../runtime/clock.ts'
import type { JobId, WebhookEndpointId } from '../model/ids.ts'
import type { ItemStatus } from '../model/item.ts'
import { type StoredWebhookEvent, WEBHOOK_SUBSCRIPTION, type WebhookEventType } from '../model/webhook-event.ts'
import type { ItemReads } from '../progress/item-reads.ts'
import type { Logger } from '../runtime/logger.ts'
import type { LatestWebhookDelivery, WebhookDeliveryStore } from '../store/webhook-delivery-store.ts'
import type { WebhookEventStore } from '../store/webhook-event-store.ts'
import type { WebhookEndpoints } from './webhook-endpoints.ts'

/** Events of one replay. */
export const MAX_REPLAYED_EVENTS = 10_000
/** Characters of their bodies: a replay is held in memory until it is durable. */
const MAX_REPLAYED_BYTES = 16 * 1024 * 1024
/** Events that are looked at together. */
const EVENTS_A_STEP = 200
/** Bytes of items that are read together. */
const STEP_BYTES = 1024 * 1024

export interface ReplayEventsOptions {
  readonly clock: Clock
  readonly store: Pick<WebhookEventStore, 'listWebhookEvents'> & Pick<WebhookDeliveryStore, 'latestWebhookDeliveries'>
  readonly endpoints: Pick<WebhookEndpoints, 'get'>
  readonly itemReads: Pick<ItemReads, 'page'>
  readonly forward: {
    /** Delivers events in a job of their own. @returns its id; null: the endpoint was deleted */
    replay(endpoint: WebhookEndpointId, events: readonly StoredWebhookEvent[]): Promise<JobId | null>
  }
  readonly logger: Logger
}

export interface ReplayQuery {
  readonly subscription: string
  /** Divides what all callers share. */
  readonly caller: string
  /** Inclusive, wall ms. */
  readonly sinceMs: number
  /** Exclusive, wall ms. */
  readonly untilMs: number
  /** How the latest delivery of an event must have ended. @default in any way */
  readonly statuses?: readonly ItemStatus[]
  /** @default all */
  readonly types?: readonly WebhookEventType[]
}

export interface Replay {
  /** `whr_` and 32 hex digits; null: no event matches. */
  readonly id: string | null
  readonly events: number
  /** Time of the first event that was left out as there are too many, wall ms; null: none was. */
  readonly continueAtMs: number | null
}

/** Replays at once, a quarter of them, so one, of a subscription: each holds the bodies of its events. */
const MAX_REPLAYS = 4
const OVERLOADED_SECONDS = 5

function overloaded(perCaller: number): ProblemError {
  return new ProblemError({
    code: 'overloaded',
    detail: `Cannot replay events as at most ${MAX_REPLAYS} replays may run at once, and ${perCaller} of one subscription: none of them ended in time`,
    retryAfterSeconds: OVERLOADED_SECONDS,
  })
}

/** Delivers recorded events to an endpoint again, each with its id and body. Called by `http`. */
export class ReplayEvents {
  readonly #options: ReplayEventsOptions
  readonly #share: FairShare

  constructor(options: ReplayEventsOptions) {
    this.#options = options
    this.#share = new FairShare({ clock: options.clock, total: MAX_REPLAYS })
  }

  /**
   * Resolves when the replay is durable. Those of a subscription are carried out one after another: what one delivers the next finds on its way.
   * @param signal the client has left: it waits no longer for the replays of others
   * @throws ProblemError `webhook_endpoint_not_found`; `overloaded`: others did not end in time
   */
  async replay(id: WebhookEndpointId, query: ReplayQuery, signal: AbortSignal): Promise<Replay> {
    this.#options.endpoints.get(id, query.subscription)
    const lease = await this.#share.take(query.subscription, { signal })
    if (lease === null) throw overloaded(this.#share.perCaller)
    try {
      return await this.#replay(id, query)
    } finally {
      lease.release()
    }
  }

  async #replay(id: WebhookEndpointId, query: ReplayQuery): Promise<Replay> {
    const { endpoints, forward, logger } = this.#options
    endpoints.get(id, query.subscription)
    const { events, continueAtMs } = await this.#find(id, query)
    const job = events.length === 0 ? null : await forward.replay(id, events)
    if (job === null) return { id: null, events: 0, continueAtMs }
    const replayId = `whr_${job.slice('job_'.length)}`
    logger.info({ endpointId: id, replayId, events: events.length }, 'webhook events replayed')
    return { id: replayId, events: events.length, continueAtMs }
  }

  async #find(
    endpoint: WebhookEndpointId,
    query: ReplayQuery,
  ): Promise<{ readonly events: readonly StoredWebhookEvent[]; readonly continueAtMs: number | null }> {
    const { subscription, sinceMs, untilMs, types } = query
    const events: StoredWebhookEvent[] = []
    let bytes = 0
    for (let afterSeq = 0; ;) {
      const step = await this.#options.store.listWebhookEvents({
        ...{ subscription, endpoint, sinceMs, untilMs, afterSeq, limit: EVENTS_A_STEP },
        ...(types !== undefined && { types }),
      })
      for (const event of await this.#ended(endpoint, step, query)) {
        bytes += event.body.length
        if (events.length === MAX_REPLAYED_EVENTS || bytes > MAX_REPLAYED_BYTES) {
          return { events, continueAtMs: event.atMs }
        }
        events.push(event)
      }
      if (step.length < EVENTS_A_STEP) return { events, continueAtMs: null }
      afterSeq = step.at(-1)!.seq
    }
  }

  /** Those whose latest delivery has ended, as was asked for, and those that were dropped, which count as cancelled. */
  async #ended(
    endpoint: WebhookEndpointId,
    events: readonly StoredWebhookEvent[],
    { statuses, caller }: ReplayQuery,
  ): Promise<readonly StoredWebhookEvent[]> {
    const seqs = events.map(({ seq }) => seq)
    const latest = await this.#options.store.latestWebhookDeliveries(endpoint, seqs)
    const found = new Map<number, ItemStatus>()
    // In no job, and waiting nowhere: it was dropped before any call.
    for (const { eventSeq, deliveringJob } of latest) if (deliveringJob === null) found.set(eventSeq, 'cancelled')
    for (const [jobId, places] of byJob(latest)) await this.#readStatuses(jobId, places, { caller, found })
    return events.filter(({ seq }) => {
      const status = found.get(seq)
      if (status === undefined || !ENDED.has(status)) return false
      return statuses?.includes(status) !== false
    })
  }

  async #readStatuses(
    jobId: JobId,
    places: ReadonlyMap<number, number>,
    { caller, found }: { readonly caller: string; readonly found: Map<number, ItemStatus> },
  ): Promise<void> {
    const indexes = [...places.keys()].sort((a, b) => a - b)
    const last = indexes.at(-1)!
    for (let fromIndex = indexes[0]!; fromIndex <= last;) {
      const page = await this.#options.itemReads.page({
        ...{ jobId, subscription: WEBHOOK_SUBSCRIPTION, caller, fromIndex, limit: last + 1 - fromIndex },
        ...{ maxBytes: STEP_BYTES, include: { data: false, log: false } },
      })
      for (const { item } of page?.items ?? []) {
        const seq = places.get(item.index)
        if (seq !== undefined) found.set(seq, item.status)
      }
      fromIndex = page?.nextIndex ?? last + 1
    }
  }
}

const ENDED: ReadonlySet<ItemStatus> = new Set(['succeeded', 'failed', 'cancelled'])

/** Of each job the events that it delivers, by the index of their items. */
function byJob(latest: readonly LatestWebhookDelivery[]): Map<JobId, Map<number, number>> {
  const jobs = new Map<JobId, Map<number, number>>()
  for (const { deliveringJob, index, eventSeq } of latest) {
    if (deliveringJob === null) continue
    const places = jobs.get(deliveringJob) ?? new Map<number, number>()
    jobs.set(deliveringJob, places.set(index, eventSeq))
  }
  return jobs
}
