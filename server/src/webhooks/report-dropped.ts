import type { WebhookEndpointId } from '../model/ids.ts'
import type { WebhookTargets } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'

export type DropReason = Parameters<WebhookTargets['dropped']>[2]

const EVERY_MS = 60_000

const messages: Readonly<Record<DropReason, string>> = {
  backlog_full: 'Webhook events were not queued, as too many of the endpoint wait: they can be replayed',
  expired: 'Webhook events were dropped, as they were not delivered within 7 days',
}

/** Reports events that an endpoint never receives: to the endpoint at once, and to the log once a minute for each endpoint and reason, counted. */
export class DroppedEvents {
  readonly #options: {
    readonly targets: Pick<WebhookTargets, 'dropped'>
    readonly clock: Clock
    readonly logger: Logger
  }
  readonly #counts = new Map<
    string,
    { readonly endpoint: WebhookEndpointId; readonly reason: DropReason; events: number }
  >()
  #cancelTimer: (() => void) | null = null

  constructor(options: { targets: Pick<WebhookTargets, 'dropped'>; clock: Clock; logger: Logger }) {
    this.#options = options
  }

  add(endpoint: WebhookEndpointId, events: number, reason: DropReason): void {
    if (events === 0) return
    this.#options.targets.dropped(endpoint, events, reason)
    const key = `${endpoint} ${reason}`
    const count = this.#counts.get(key)
    if (count === undefined) this.#counts.set(key, { endpoint, reason, events })
    else count.events += events
    this.#cancelTimer ??= this.#options.clock.after(EVERY_MS, () => this.log())
  }

  /** Logs what was not logged yet. */
  log(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    for (const { endpoint, reason, events } of this.#counts.values())
      this.#options.logger.warn({ endpoint, events }, messages[reason])
    this.#counts.clear()
  }
}
