import type { ApiPaths } from '@waybill/spec/rules'
import type { JobId } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { type JobWebhook, wantsOfJob } from '../model/job-webhook.ts'
import { MAX_PARKED_NAMED, type WebhookRouting } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { AppendEvents } from './append-events.ts'
import { timeOf } from './event-job.ts'
import { makeJobEvent, routeFact } from './make-event.ts'

export interface ParkedDigestsOptions {
  readonly routing: WebhookRouting
  readonly clock: Clock
  readonly paths: ApiPaths
  readonly append: Pick<AppendEvents, 'add'>
  /** How long the items of a channel stay parked, in seconds. */
  readonly parkSecondsOf: (channel: string) => number
}

/** The parked items of a subscription and channel, or of a job with a webhook, that were not reported yet. */
interface Digest {
  readonly subscription: string
  readonly channel: string
  /** The job whose webhook alone receives it; null: it goes to endpoints. */
  readonly job: { readonly id: JobId; readonly webhook: JobWebhook } | null
  items: number
  firstExpiryAtMs: number
  readonly parked: { readonly jobId: JobId; readonly index: number }[]
}

/** Items that are parked within this time after the first item is reported with it. */
const GATHER_MS = 1000
/** The least time between two reports of a subscription and channel. */
const EVERY_MS = 60_000

/**
 * Reports parked items as a digest for each subscription and channel, and for each job with a webhook: a second after the first one, and then once a minute at most. Items that
 * were parked, but not reported when the process ends, are in no digest: they are in the list of parked items.
 */
export class ParkedDigests {
  readonly #options: ParkedDigestsOptions
  /** Those that are due later, each with its timer. An empty one only marks when the next may be due. */
  readonly #digests = new Map<string, Digest>()
  readonly #timers = new Map<string, () => void>()

  constructor(options: ParkedDigestsOptions) {
    this.#options = options
  }

  /** @param indexes the first of the items */
  add({ id, subscription, envelope }: JobRecord, items: number, indexes: readonly number[]): void {
    const { channel, webhook } = envelope
    const place = { id, items, indexes }
    if (this.#options.routing.hasEndpoints(subscription)) this.#add({ subscription, channel, job: null }, place)
    if (webhook !== undefined && wantsOfJob(webhook, 'item.parked'))
      this.#add({ subscription, channel, job: { id, webhook } }, place)
  }

  #add(
    receiver: Pick<Digest, 'subscription' | 'channel' | 'job'>,
    { id: jobId, items, indexes }: { readonly id: JobId; readonly items: number; readonly indexes: readonly number[] },
  ): void {
    const { subscription, channel, job } = receiver
    const key = JSON.stringify([subscription, channel, job?.id])
    let digest = this.#digests.get(key)
    if (digest === undefined) {
      digest = { ...receiver, items: 0, firstExpiryAtMs: Infinity, parked: [] }
      this.#digests.set(key, digest)
      this.#report(key, GATHER_MS)
    }
    const expiryAtMs = this.#options.clock.nowMs() + this.#options.parkSecondsOf(channel) * 1000
    digest.items += items
    digest.firstExpiryAtMs = Math.min(digest.firstExpiryAtMs, expiryAtMs)
    for (const index of indexes.slice(0, MAX_PARKED_NAMED - digest.parked.length)) digest.parked.push({ jobId, index })
  }

  /** Reports what was not reported yet. */
  stop(): void {
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    for (const digest of this.#digests.values()) if (digest.items > 0) this.#append(digest)
    this.#digests.clear()
  }

  #report(key: string, delayMs: number): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(key)
      const digest = this.#digests.get(key)!
      if (digest.items === 0) {
        this.#digests.delete(key)
        return
      }
      this.#append(digest)
      this.#digests.set(key, { ...digest, items: 0, firstExpiryAtMs: Infinity, parked: [] })
      this.#report(key, EVERY_MS)
    })
    this.#timers.set(key, cancel)
  }

  #append({ subscription, channel, job, items, firstExpiryAtMs, parked }: Digest): void {
    const { routing, clock, paths, append } = this.#options
    const data = {
      ...{ subscription, channel, items, parked, firstExpiryAt: timeOf(firstExpiryAtMs) },
      links: { parked: `${paths.prefix}/v1/parked?channel=${channel}${job === null ? '' : `&jobId=${job.id}`}` },
    }
    const fact = {
      subscription,
      type: 'item.parked',
      jobId: job?.id ?? null,
      channel,
      atMs: clock.nowMs(),
      data,
    } as const
    if (job !== null) {
      append.add({ ...makeJobEvent(fact, { endpoints: [], webhook: job.webhook }), beforeEnd: true })
      return
    }
    const event = routeFact(fact, routing)
    if (event !== null) append.add(event)
  }
}
