import type { WebhookEventDraft } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { StoreError } from '../store/store-error.ts'
import { isPassing, StoreRetries } from '../store/store-retries.ts'
import type { WebhookEventStore } from '../store/webhook-event-store.ts'

export interface AppendEventsOptions {
  readonly store: Pick<WebhookEventStore, 'appendWebhookEvents'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Events that wait for a store that is full: beyond it the newest are dropped. About 2 MB. */
const MAX_WAITING = 1000

/**
 * Writes events of what has no durable change of its own (progress, circuits, parked items), in their order, one call of the store at a
 * time. While the store is full they wait, up to a bound; those that are dropped are counted in the log.
 */
export class AppendEvents {
  readonly #options: AppendEventsOptions
  readonly #retries: StoreRetries
  #waiting: WebhookEventDraft[] = []
  #dropped = 0
  #appending: Promise<void> | null = null
  #stopped = false

  constructor(options: AppendEventsOptions) {
    this.#options = options
    this.#retries = new StoreRetries(options.clock)
  }

  add(event: WebhookEventDraft): void {
    if (this.#stopped) return
    if (this.#waiting.length >= MAX_WAITING) {
      this.#dropped++
      return
    }
    this.#waiting.push(event)
    this.#appending ??= this.#append()
  }

  /** Resolves when what was added is durable, or the store cannot take it. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#retries.giveUp()
    await this.#appending
  }

  async #append(): Promise<void> {
    const { store, logger } = this.#options
    await Promise.resolve() // what is added in the same turn is written together
    while (this.#waiting.length > 0) {
      const events = [...this.#waiting]
      try {
        await store.appendWebhookEvents(events)
        this.#waiting = this.#waiting.slice(events.length)
        this.#reportDropped()
      } catch (error) {
        if (this.#stopped || (error instanceof StoreError && error.code === 'closed')) break
        if (!isPassing(error)) {
          logger.error({ events: events.length, error: String(error) }, 'Cannot store webhook events: they are dropped')
          this.#waiting = this.#waiting.slice(events.length)
        } else if (!(await this.#retries.pause())) break
      }
    }
    this.#appending = null
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return
    this.#options.logger.warn({ events: this.#dropped }, 'Webhook events were dropped as the store had no space')
    this.#dropped = 0
  }
}
