import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import { StoreError } from '../store/store-error.ts'
import type { EndpointCount, WebhookEventStore } from '../store/webhook-event-store.ts'
import { WEBHOOK_RETENTION_SECONDS } from './delivery-job.ts'

export interface PurgeEventsOptions {
  readonly store: Pick<WebhookEventStore, 'purgeWebhookEvents'>
  readonly clock: Clock
  readonly logger: Logger
  /** Called with the events that endpoints had in their backlogs. */
  readonly onDropped: (dropped: readonly EndpointCount[]) => void
  /** Forwarded events of a subscription that are kept, for replays; the oldest beyond it are removed. @default 100,000 */
  readonly maxOfSubscription?: number
}

/** Interval of the search for events whose time is over; the exact minute of a week does not matter. */
const LOOK_EVERY_MS = 10 * 60_000
/** About 1 KB each. */
const MAX_OF_SUBSCRIPTION = 100_000
/** Calls of one look, each of at most 500 events and more for subscriptions with too many: the rest waits for the next one. */
const CALLS_PER_LOOK = 200

/** Removes webhook events 7 days after they were forwarded, and of each subscription the oldest beyond a number: until then they can be replayed. */
export class PurgeEvents implements Service {
  readonly #options: PurgeEventsOptions
  #cancelTimer: (() => void) | null = null
  #looking: Promise<void> | null = null
  #stopped = false

  constructor(options: PurgeEventsOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#stopped) return
    this.#cancelTimer ??= this.#options.clock.after(LOOK_EVERY_MS, () => {
      this.#cancelTimer = null
      this.#looking = this.#purge().finally(() => {
        this.#looking = null
        this.start()
      })
    })
  }

  /** Resolves when the removal in progress is over. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer?.()
    this.#cancelTimer = null
    await this.#looking
  }

  async #purge(): Promise<void> {
    const { store, clock, logger, onDropped, maxOfSubscription = MAX_OF_SUBSCRIPTION } = this.#options
    try {
      for (let calls = 0; calls < CALLS_PER_LOOK && !this.#stopped; calls++) {
        const forwardedBeforeMs = clock.nowMs() - WEBHOOK_RETENTION_SECONDS * 1000
        const { dropped, more } = await store.purgeWebhookEvents({ forwardedBeforeMs, maxOfSubscription })
        onDropped(dropped)
        if (!more) return
      }
    } catch (error) {
      if (error instanceof StoreError && error.code === 'closed') return
      logger.error({ error: String(error) }, 'Cannot purge webhook events: it is retried')
    }
  }
}
