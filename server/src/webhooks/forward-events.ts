import { enterJobs, type EnterJobPorts, type LiveJobPorts, makeLive } from '../jobs/enter-job.ts'
import type { JobId, WebhookEndpointId } from '../model/ids.ts'
import { markPublished } from '../model/job-phase.ts'
import { type LiveJob, liveJob } from '../model/live-job.ts'
import {
  endpointOfChannel,
  type StoredWebhookEvent,
  webhookChannel,
  type WebhookTargets,
} from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import type { ReportedEnd, Telemetry } from '../runtime/telemetry.ts'
import type { JobStore } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'
import { StoreRetries } from '../store/store-retries.ts'
import type { EndpointCount, WebhookEventStore, WebhookForward } from '../store/webhook-event-store.ts'
import { DeliveryBacklogs } from './delivery-backlogs.ts'
import { type DeliveryJob, makeDeliveryJob } from './delivery-job.ts'
import type { DroppedEvents } from './report-dropped.ts'
import { routeRound } from './route-round.ts'

export interface ForwardEventsOptions extends Omit<EnterJobPorts, 'progress'>, Omit<LiveJobPorts, 'progress'> {
  readonly store: Pick<JobStore, 'nextJobRef' | 'publishJobs'> &
    Pick<
      WebhookEventStore,
      | 'onWebhookEvents'
      | 'listWaitingWebhookEvents'
      | 'listWebhookBacklog'
      | 'countWebhookBacklogs'
      | 'forwardWebhookEvents'
      | 'dropWebhookBacklog'
    >
  readonly clock: Clock
  readonly progress: EnterJobPorts['progress'] & LiveJobPorts['progress'] & { nextVersion(channel: string): number }
  readonly targets: Pick<WebhookTargets, 'orderingOf'>
  /** Makes this process the owner of a channel, unless it is already. */
  readonly adoptChannel: (name: string) => Promise<void>
  /** Receives what is not delivered. */
  readonly dropped: Pick<DroppedEvents, 'add'>
  readonly telemetry: Telemetry
  readonly logger: Logger
  /** Events of an endpoint that wait on disk, behind those in the engine; beyond it new ones are dropped. @default 100,000 */
  readonly maxBacklog?: number
  /** Events of an endpoint that the engine holds at once, about. @default 5,000 */
  readonly maxInEngine?: number
}

/** One round, and so one transaction. */
const ROUND = { maxEvents: 1000, maxBytes: 1024 * 1024 }
/** Deliveries that a round makes of them, about: a row each. */
const DELIVERIES_A_ROUND = 5000
const MAX_BACKLOG = 100_000
/** How often it is looked whether the engine takes more of an endpoint that has a backlog. */
const RELEASE_EVERY_MS = 1000
/** How long `whenForwarded` waits. */
const FORWARDED_WITHIN_MS = 2000
/** The number of pending items may be as old as this. */
const PENDING_AGE_MS = 1000

/** A call that waits for the round that runs. */
interface Drop {
  readonly endpoint: WebhookEndpointId
  resolve(events: number): void
  reject(error: unknown): void
}

/**
 * Forwards webhook events: takes them from the outbox in their order, and publishes them as jobs of the endpoints' hidden channels, which the
 * engine delivers as any other. One transaction publishes the jobs of a round and marks its events, so that each is in exactly one job of each
 * endpoint, whatever point the process is killed at. An endpoint that has many events in the engine gets the next ones from its backlog, on
 * disk. Runs when the store has made an event durable: nothing is polled but endpoints with a backlog.
 */
export class ForwardEvents implements Service {
  readonly #options: ForwardEventsOptions
  readonly #retries: StoreRetries
  readonly #following = new Map<JobId, LiveJob>()
  #backlogs: DeliveryBacklogs
  /** There may be events that were not forwarded. */
  #due = true
  #running: Promise<void> | null = null
  #state: 'new' | 'started' | 'stopped' = 'new'
  #drops: Drop[] = []
  #cancelTimer: (() => void) | null = null
  #stopListening: (() => void) | null = null
  #pending = { items: 0, countedAtMs: -Infinity }

  constructor(options: ForwardEventsOptions) {
    this.#options = options
    this.#retries = new StoreRetries(options.clock)
    this.#backlogs = new DeliveryBacklogs(options)
    options.store.onWebhookEvents(() => {
      this.#due = true
      this.#run()
    })
  }

  /** Events in the engine that have not ended, of all endpoints; as of the last second. */
  get pendingItems(): number {
    const nowMs = this.#options.clock.monotonicUs() / 1000
    if (nowMs - this.#pending.countedAtMs >= PENDING_AGE_MS)
      this.#pending = { items: this.#backlogs.inEngine(), countedAtMs: nowMs }
    return this.#pending.items
  }

  /** Whether no event of an endpoint is on its way: in the outbox, on disk behind those in the engine, or there. */
  isIdle(endpoint: WebhookEndpointId): boolean {
    return this.#state !== 'new' && !this.#due && this.#running === null && this.pendingOf(endpoint) === 0
  }

  /** Events of an endpoint that have not ended: in the engine, and on disk behind these. */
  pendingOf(endpoint: WebhookEndpointId): number {
    return this.#backlogs.inEngine(endpoint) + this.#backlogs.onDisk(endpoint)
  }

  /** Begins to forward what is in the outbox. The unfinished jobs of the store are live by now. */
  async start(): Promise<void> {
    const { store, liveJobs, telemetry } = this.#options
    this.#backlogs = new DeliveryBacklogs(this.#options, await store.countWebhookBacklogs())
    for (const job of liveJobs.values()) this.#follow(job)
    this.#stopListening = telemetry.on('job.ended', (job) => this.#onJobEnded(job))
    this.#state = 'started'
    this.#run()
  }

  /** Resolves when the round that runs is over. What was not forwarded is after the next start. */
  async stop(): Promise<void> {
    this.#state = 'stopped'
    this.#stopListening?.()
    this.#cancelTimer?.()
    this.#cancelTimer = null
    this.#retries.giveUp()
    await this.#running
    this.#refuseDrops()
  }

  /**
   * Delivers stored events to an endpoint again, in a job of their own: they are marked by nobody, and may be delivered twice.
   * @returns the id of the job; null: there is no such endpoint, or there are no events
   * @throws StoreError as `publishJobs` of the store
   */
  async replay(endpoint: WebhookEndpointId, events: readonly StoredWebhookEvent[]): Promise<JobId | null> {
    const job = await this.#makeJob(endpoint, events)
    if (job === null) return null
    await this.#publish([job])
    return job.record.id
  }

  /**
   * Drops what waits for an endpoint on disk: it was deleted, or is not to receive what it missed. What the engine has are its jobs.
   * @returns how many events. @throws StoreError as the store
   */
  dropBacklog(endpoint: WebhookEndpointId): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#drops.push({ endpoint, resolve, reject })
      if (this.#state === 'stopped') this.#refuseDrops()
      else this.#run()
    })
  }

  /** Resolves when the events that are durable now are in jobs, or in backlogs; under a load that never ends after 2 s. */
  async whenForwarded(): Promise<void> {
    if (this.#running === null) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#options.clock.after(FORWARDED_WITHIN_MS, resolve)
    await Promise.race([this.#running, promise])
    cancel()
  }

  /** Events were removed from backlogs as their time was over. */
  expired(counts: readonly EndpointCount[]): void {
    for (const { endpoint, events } of counts) {
      this.#backlogs.released(endpoint, events)
      this.#options.dropped.add(endpoint, events, 'expired')
    }
  }

  #run(): void {
    if (this.#state === 'started') this.#running ??= this.#forwardAll()
  }

  async #forwardAll(): Promise<void> {
    const { logger } = this.#options
    await Promise.resolve() // `#running` is set by now
    for (let failures = 0; this.#state === 'started';) {
      try {
        await this.#carryOutDrops()
        const released = await this.#releaseBacklogs()
        const forwarded = this.#due && (await this.#forwardRound())
        failures = 0
        if (!released && !forwarded && !this.#due && this.#drops.length === 0) break
      } catch (error) {
        if (error instanceof StoreError && (error.code === 'closed' || error.code === 'damaged')) break
        if (failures++ === 0) logger.error({ error: String(error) }, 'Cannot forward webhook events: it is retried')
        await this.#retries.pause()
      }
    }
    this.#running = null
    this.#releaseLater()
  }

  /** Forwards the next events. @returns false: there are none */
  async #forwardRound(): Promise<boolean> {
    const { store, clock, targets, dropped, maxBacklog = MAX_BACKLOG } = this.#options
    this.#due = false
    try {
      const waiting = withinRound(await store.listWaitingWebhookEvents(ROUND))
      if (waiting.length === 0) return false
      const nowMs = clock.monotonicUs() / 1000
      const { now, held, full } = routeRound(waiting, { targets, backlogs: this.#backlogs, maxBacklog, nowMs })
      const jobs: DeliveryJob[] = []
      for (const [endpoint, events] of now) {
        const job = await this.#makeJob(endpoint, events)
        if (job !== null) jobs.push(job)
      }
      const taken = waiting.map(({ seq }) => seq)
      await this.#publish(jobs, { taken, atMs: clock.nowMs(), held, released: [] })
      for (const { endpoint, events } of held) this.#backlogs.held(endpoint, events.length)
      for (const { endpoint, events } of full) dropped.add(endpoint, events, 'backlog_full')
      this.#due = true
      return true
    } catch (error) {
      this.#due = true
      throw error
    }
  }

  /** Gives the engine more of the endpoints of which it takes more. @returns whether there was any */
  async #releaseBacklogs(): Promise<boolean> {
    const { store, clock, targets } = this.#options
    let released = false
    for (const endpoint of this.#backlogs.withBacklog()) {
      if (targets.orderingOf(endpoint) === null) {
        await this.#drop(endpoint)
        continue
      }
      const nowMs = clock.monotonicUs() / 1000
      const maxEvents = Math.min(this.#backlogs.capacityOf(endpoint, nowMs), ROUND.maxEvents)
      if (maxEvents === 0) continue
      const events = await store.listWebhookBacklog(endpoint, { ...ROUND, maxEvents })
      const job = await this.#makeJob(endpoint, events)
      if (job === null) continue
      const leaving = { endpoint, events: events.map(({ seq }) => seq) }
      await this.#publish([job], { taken: [], atMs: clock.nowMs(), held: [], released: [leaving] })
      this.#backlogs.released(endpoint, events.length)
      released = true
    }
    return released
  }

  async #makeJob(endpoint: WebhookEndpointId, events: readonly StoredWebhookEvent[]): Promise<DeliveryJob | null> {
    const { store, clock, progress, targets, adoptChannel } = this.#options
    const ordering = targets.orderingOf(endpoint)
    if (ordering === null || events.length === 0) return null
    const channel = webhookChannel(endpoint)
    await adoptChannel(channel)
    return makeDeliveryJob({
      ...{ endpoint, ordering, events, ref: store.nextJobRef(), nowMs: clock.nowMs() },
      nextVersion: () => progress.nextVersion(channel),
    })
  }

  async #publish(jobs: readonly DeliveryJob[], forward?: WebhookForward): Promise<void> {
    const { store } = this.#options
    if (jobs.length === 0) {
      if (forward !== undefined) await store.forwardWebhookEvents(forward)
      return
    }
    const publications = jobs.map(({ record, chunks }) => ({ record, chunks, outcomes: [] }))
    const deliveries = jobs.map(({ delivers }) => delivers)
    const publication = { jobs: publications, idempotency: null, execution: null, deliveries }
    await enterJobs(
      store.publishJobs(forward === undefined ? publication : { ...publication, forward }),
      (places) => {
        FAILPOINT: failpoint('ingest.webhook.durable')
        return jobs.map(({ record, keys }, n) => {
          markPublished(record, places[n]!)
          const starts = keys.map(({ firstIndex }) => firstIndex)
          const job = liveJob(record, starts)
          makeLive(job, this.#options)
          this.#follow(job)
          return { job, chunks: keys }
        })
      },
      this.#options,
    )
  }

  #follow(job: LiveJob): void {
    if (endpointOfChannel(job.record.envelope.channel) === null) return
    this.#following.set(job.record.id, job)
    this.#backlogs.follow(job, this.#options.clock.monotonicUs() / 1000)
    this.#pending.countedAtMs = -Infinity
  }

  #onJobEnded({ id, end }: ReportedEnd): void {
    const job = this.#following.get(id as JobId)
    if (job === undefined) return
    this.#following.delete(job.record.id)
    const hasMore = this.#backlogs.ended(job)
    if (end?.outcome === 'expired') {
      const endpoint = endpointOfChannel(job.record.envelope.channel)!
      this.#options.dropped.add(endpoint, end.cancelled, 'expired')
    }
    if (hasMore) this.#run()
  }

  async #carryOutDrops(): Promise<void> {
    for (let drop = this.#drops.shift(); drop !== undefined; drop = this.#drops.shift()) {
      try {
        drop.resolve(await this.#drop(drop.endpoint))
      } catch (error) {
        drop.reject(error)
      }
    }
  }

  async #drop(endpoint: WebhookEndpointId): Promise<number> {
    const events = await this.#options.store.dropWebhookBacklog(endpoint)
    this.#backlogs.released(endpoint)
    return events
  }

  #refuseDrops(): void {
    for (const { reject } of this.#drops.splice(0))
      reject(new StoreError('closed', 'Cannot drop webhook events as the server must run: it stops'))
  }

  #releaseLater(): void {
    if (this.#state !== 'started' || this.#cancelTimer !== null || this.#backlogs.withBacklog().length === 0) return
    this.#cancelTimer = this.#options.clock.after(RELEASE_EVERY_MS, () => {
      this.#cancelTimer = null
      this.#run()
    })
  }
}

/** The first events, with at most so many deliveries in all; at least one event. */
function withinRound(waiting: readonly StoredWebhookEvent[]): readonly StoredWebhookEvent[] {
  let deliveries = 0
  const end = waiting.findIndex(({ endpoints }, n) => (deliveries += endpoints.length) > DELIVERIES_A_ROUND && n > 0)
  return end < 0 ? waiting : waiting.slice(0, end)
}
