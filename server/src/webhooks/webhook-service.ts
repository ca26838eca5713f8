import type { WebhookRouting, WebhookTargets } from '../model/webhook-event.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { JobReads } from '../progress/job-reads.ts'
import type { Service } from '../runtime/service.ts'
import { Services } from '../runtime/services.ts'
import type { WebhookEventStore } from '../store/webhook-event-store.ts'
import { reportCircuits } from './circuit-events.ts'
import { ForwardEvents, type ForwardEventsOptions } from './forward-events.ts'
import { PurgeEvents } from './purge-events.ts'
import { DroppedEvents } from './report-dropped.ts'
import { WatchJobs } from './watch-jobs.ts'
import type { WebhookSource } from './webhook-source.ts'

export interface WebhookServiceOptions extends Omit<ForwardEventsOptions, 'dropped' | 'store' | 'progress'> {
  readonly store: ForwardEventsOptions['store'] & Pick<WebhookEventStore, 'purgeWebhookEvents'>
  readonly liveJobs: LiveJobs
  readonly progress: ForwardEventsOptions['progress'] & Pick<JobReads, 'snapshot'>
  readonly routing: WebhookRouting
  readonly targets: WebhookTargets
  readonly source: WebhookSource
}

/**
 * Webhook events once they are made: forwards them to the engine, and removes them when their time is over. Beside it, looks for what no stage
 * reports by itself: progress, deadlines at risk, circuits. Starts when the unfinished jobs are live.
 */
export class WebhookService implements Service {
  readonly forward: ForwardEvents
  readonly #watch: WatchJobs
  readonly #services: Services

  constructor(options: WebhookServiceOptions) {
    const { source, telemetry } = options
    const dropped = new DroppedEvents(options)
    this.forward = new ForwardEvents({ ...options, dropped })
    this.#watch = new WatchJobs({ ...options, events: source.jobs })
    const purge = new PurgeEvents({ ...options, onDropped: (counts) => this.forward.expired(counts) })
    let stopCircuits = (): void => {}
    const circuits: Service = {
      start: () => void (stopCircuits = reportCircuits({ ...options, append: source.append })),
      stop: () => stopCircuits(),
    }
    const watch: Service = { start: () => this.#watch.start(telemetry), stop: () => this.#watch.stop() }
    const log: Service = { stop: () => dropped.log() }
    this.#services = new Services([log, purge, this.forward, circuits, watch])
  }

  start(): Promise<void> {
    return this.#services.start()
  }

  stop(): Promise<void> {
    return this.#services.stop()
  }

  /** Endpoints were made, changed or removed. */
  routingChanged(): void {
    this.#watch.notify()
  }
}
