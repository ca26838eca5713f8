import type { ApiPaths } from '@waybill/spec/rules'
import type { WebhookEndpointId, WebhookEventId } from '../model/ids.ts'
import type { JobEvents, WebhookFact, WebhookRouting } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import type { WebhookEventStore } from '../store/webhook-event-store.ts'
import { AppendEvents } from './append-events.ts'
import { JobEventMaker } from './job-events.ts'
import { makeEvent, routeFact } from './make-event.ts'
import { ParkedDigests } from './parked-digests.ts'

export interface WebhookSourceOptions {
  readonly store: Pick<WebhookEventStore, 'appendWebhookEvents'>
  readonly clock: Clock
  readonly logger: Logger
  readonly paths: ApiPaths
  readonly routing: WebhookRouting
  /** How long items of a channel stay parked, in seconds. */
  readonly parkSecondsOf: (channel: string) => number
}

/**
 * Where webhook events are made: changes and facts in, rows of the outbox out. Stages call `jobs` for the events of their transactions; what
 * has no transaction of its own is appended. Stopped after the stages, as they may still have something to report.
 */
export class WebhookSource implements Service {
  readonly jobs: JobEvents & Pick<JobEventMaker, 'append'>
  readonly append: Pick<AppendEvents, 'add'>
  readonly #options: WebhookSourceOptions
  readonly #append: AppendEvents
  readonly #digests: ParkedDigests

  constructor(options: WebhookSourceOptions) {
    this.#options = options
    this.append = this.#append = new AppendEvents(options)
    this.#digests = new ParkedDigests({ ...options, append: this.#append })
    this.jobs = new JobEventMaker({ ...options, append: this.#append, digests: this.#digests })
  }

  /** Reports a fact to the endpoints that receive it. @param except an endpoint that does not, as it is about that one */
  report(fact: WebhookFact, except?: WebhookEndpointId): void {
    const event = routeFact(fact, this.#options.routing, except)
    if (event !== null) this.#append.add(event)
  }

  /** Reports a fact to one endpoint, whatever it receives. Resolves when the event is durable. @throws StoreError as `appendWebhookEvents` of the store */
  async reportTo(endpoint: WebhookEndpointId, fact: WebhookFact): Promise<WebhookEventId> {
    const event = makeEvent(fact, [endpoint])
    await this.#options.store.appendWebhookEvents([event])
    return event.id
  }

  start(): void {}

  /** Resolves when what was reported is durable, or the store cannot take it. */
  async stop(): Promise<void> {
    this.#digests.stop()
    await this.#append.stop()
  }
}
