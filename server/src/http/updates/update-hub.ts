import { operations } from '@waybill/spec'
import type { Caller } from '../../model/caller.ts'
import { hasScope } from '../../model/caller.ts'
import type { JobId, WebhookEndpointId } from '../../model/ids.ts'
import { endpointOfChannel } from '../../model/webhook-event.ts'
import type { HttpPorts } from '../http-ports.ts'
import { UpdateFeed } from './update-feed.ts'
import type { UpdateStream } from './update-stream.ts'

/** Between two looks at what changed. */
const TICK_MS = 1000
/** Changes are noted for so long after the last stream of a subscription: a connection that broke misses nothing. */
const LINGER_MS = 10_000

/** Operations that change endpoints, settings or deliveries of webhooks. */
const WEBHOOK_WRITES: ReadonlySet<string> = new Set(
  Object.values(operations).flatMap(({ operationId, tags, method }) =>
    tags.includes('webhooks') && method !== 'GET' ? [operationId] : [],
  ),
)

export type UpdatePorts = Pick<
  HttpPorts,
  'changes' | 'progress' | 'channels' | 'channelReads' | 'webhooks' | 'clock' | 'telemetry' | 'logger'
>

/**
 * All streams of updates, by subscription: a subscription sees its own jobs alone (SEC-1). Nothing is noted, looked at or made while there is
 * no stream.
 */
export class UpdateHub {
  readonly #ports: UpdatePorts
  /** Two starts of a server have different ones. */
  readonly #startSeconds: number
  readonly #feeds = new Map<string, UpdateFeed>()
  #made = 0
  #cancelTimer: (() => void) | null = null
  #stopListening: (() => void) | null = null

  constructor(ports: UpdatePorts) {
    this.#ports = ports
    this.#startSeconds = Math.floor(ports.clock.nowMs() / 1000)
  }

  /** The feed of a caller; what changes from now on is in it. */
  feedOf({ subscription }: Pick<Caller, 'subscription'>): UpdateFeed {
    let feed = this.#feeds.get(subscription)
    if (feed === undefined) {
      const name = `${this.#startSeconds}-${++this.#made}`
      feed = new UpdateFeed({ ...this.#ports, subscription, name })
      feed.emptySinceMs = this.#ports.clock.nowMs()
      this.#feeds.set(subscription, feed)
    }
    this.#listen()
    this.#cancelTimer ??= this.#ports.clock.after(TICK_MS, this.#tick)
    return feed
  }

  /** Adds a caller's stream. Returns how to remove it. */
  join(stream: UpdateStream, caller: Caller, lastEventId: string | null): () => void {
    const seesAll = hasScope(caller, 'channels:read') ? hasScope(caller, 'admin') : null
    return this.feedOf(caller).join(stream, { lastEventId, seesAll })
  }

  stop(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    this.#stopListening?.()
    this.#stopListening = null
    this.#feeds.clear()
  }

  #listen(): void {
    if (this.#stopListening !== null) return
    const { changes, telemetry, webhooks } = this.#ports
    changes.onChange((record) => {
      const target = endpointOfChannel(record.envelope.channel)
      if (target === null) this.#feeds.get(record.subscription)?.note(record)
      else this.#noteDelivery(target)
    })
    // One that ended as it was accepted was never live.
    const stop = telemetry.on('job.ended', ({ id, subscription, end }) => {
      const feed = this.#feeds.get(subscription)
      if (feed !== undefined && end?.startedAtMs === null && !feed.isNoted(id as JobId))
        void this.#noteEnded(id as JobId, subscription, feed)
    })
    const stopDeleted = telemetry.on('job.deleted', ({ id, subscription }) => {
      this.#feeds.get(subscription)?.noteDeleted(id as JobId)
    })
    const stopRequests = telemetry.on('request.ended', ({ operation, subscription, statusClass }) => {
      if (statusClass === '2xx' && operation !== null && WEBHOOK_WRITES.has(operation))
        this.#feeds.get(subscription)?.noteList('webhooks')
    })
    // Also by the server itself, and for callers that left before the answer.
    webhooks.endpoints.onChange = ({ subscription }) => this.#feeds.get(subscription)?.noteList('webhooks')
    this.#stopListening = () => {
      changes.onChange(null)
      webhooks.endpoints.onChange = null
      stop()
      stopDeleted()
      stopRequests()
    }
  }

  /** A job that delivers events to an endpoint, or to an origin of jobs' webhooks, changed. */
  #noteDelivery(target: WebhookEndpointId): void {
    const { endpoints, ofJobs } = this.#ports.webhooks
    const owner = endpoints.find(target)?.record.subscription ?? ofJobs.subscriptionOf(target)
    if (owner !== null) this.#feeds.get(owner)?.noteList('webhooks')
  }

  async #noteEnded(id: JobId, subscription: string, feed: UpdateFeed): Promise<void> {
    // The store may be unavailable for a while.
    const snapshot = await this.#ports.progress.find(id, subscription).catch(() => null)
    if (snapshot !== null) feed.note(snapshot)
  }

  readonly #tick = (): void => {
    const { clock, logger } = this.#ports
    const nowMs = clock.nowMs()
    for (const [subscription, { emptySinceMs }] of this.#feeds)
      if (emptySinceMs !== null && nowMs - emptySinceMs >= LINGER_MS) this.#feeds.delete(subscription)
    if (this.#feeds.size === 0) {
      this.stop()
      return
    }
    void Promise.all([...this.#feeds.values()].map((feed) => feed.tick()))
      .catch((error: unknown) => logger.error({ err: error }, 'Updates could not be made'))
      .then(() => {
        if (this.#cancelTimer !== null) this.#cancelTimer = clock.after(TICK_MS, this.#tick)
      })
  }
}
