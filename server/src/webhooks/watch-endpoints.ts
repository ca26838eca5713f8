import type { Channel, ChannelRegistry } from '../limits/channel-registry.ts'
import type { WallTimes } from '../jobs/wall-times.ts'
import { type AuditEntry, type ServerAction, serverEntry } from '../model/audit.ts'
import { ProblemError } from '../model/errors.ts'
import type { WebhookEndpointId } from '../model/ids.ts'
import { type OutcomeBatch, OutcomeView, Verdict } from '../model/outcome-batch.ts'
import type { WebhookEndpointRecord, WebhookHealth, WebhookStateReason } from '../model/webhook-endpoint.ts'
import type { WebhookEventDraft, WebhookEventType } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import { runServerAct } from '../store/audited-act.ts'
import { afterCalls, type CallResults, dueByHealth, nextDueAtMs } from './endpoint-health.ts'
import type { WebhookEndpoints } from './webhook-endpoints.ts'

/** How long results of calls may be in memory only: after a crash so much of them is forgotten. */
const SAVE_AFTER_MS = 5000
/** After a change that failed: the store is full, or does not answer. */
const AGAIN_MS = 60_000
const GONE = 410

export interface WatchEndpointsOptions {
  readonly endpoints: WebhookEndpoints
  readonly channels: Pick<ChannelRegistry, 'pause'>
  readonly clock: Clock
  readonly times: Pick<WallTimes, 'at'>
  readonly logger: Logger
  /** Makes the event that reports an endpoint to the others of its subscription; null: none receives it. */
  eventOf(type: WebhookEventType, record: WebhookEndpointRecord): WebhookEventDraft | null
}

/** Changes that are repeated until they are stored. */
type Change = 'disable' | 'report'

/**
 * Watches the calls of endpoints: disables one that answers 410 at once, and one whose calls all failed for days; reports one that is on the way to that.
 * Called by `outcomes` with every batch of a webhook channel.
 */
export class WatchEndpoints implements Service {
  readonly #options: WatchEndpointsOptions
  /** Of endpoints that were called since the start; for all others what is stored holds. */
  readonly #health = new Map<WebhookEndpointId, WebhookHealth>()
  readonly #unsaved = new Set<WebhookEndpointId>()
  readonly #cancelDue = new Map<WebhookEndpointId, () => void>()
  /** Changes that failed and are tried again: no other call of the endpoint ends their wait. */
  /** Waits for another try, by endpoint and change. */
  readonly #cancelAgain = new Map<`${Change} ${WebhookEndpointId}`, () => void>()
  /** Endpoints whose failing is on its way to the disk, or waits to be tried again. */
  readonly #reporting = new Set<WebhookEndpointId>()
  /** Changes on their way to the disk. */
  readonly #running = new Set<Promise<void>>()
  #cancelSave: (() => void) | null = null
  #stopped = false

  constructor(options: WatchEndpointsOptions) {
    this.#options = options
  }

  /** Continues to wait for what may become due of stored endpoints. */
  start(): void {
    for (const { record } of this.#options.endpoints.all()) this.#awaitDue(record.id)
  }

  /** Makes the results so far durable. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelSave?.()
    for (const cancel of [...this.#cancelDue.values(), ...this.#cancelAgain.values()]) cancel()
    this.#save()
    await Promise.all(this.#running)
  }

  /** The results of an endpoint's calls so far. */
  healthOf({ id, health }: WebhookEndpointRecord): WebhookHealth {
    return this.#health.get(id) ?? health
  }

  /** Looks at the calls of a batch, which are judged. */
  note(channel: Channel, batch: OutcomeBatch): void {
    const id = channel.name.slice(1) as WebhookEndpointId
    const endpoint = this.#options.endpoints.find(id)
    if (endpoint === undefined) return
    const view = new OutcomeView(batch)
    this.#health.set(id, afterCalls(this.healthOf(endpoint.record), resultsOf(view)))
    this.#unsaved.add(id)
    if (isGone(view) && endpoint.record.state === 'enabled') {
      // Before anything is durable: no further call starts.
      this.#options.channels.pause(channel.name)
      this.#disable(endpoint.record, 'gone')
    } else this.#act(id)
    this.#saveSoon()
  }

  /** Counts events that an endpoint never receives. An unknown endpoint has no count. */
  dropped(id: WebhookEndpointId, events: number): void {
    const endpoint = this.#options.endpoints.find(id)
    if (endpoint === undefined) return
    const health = this.healthOf(endpoint.record)
    this.#health.set(id, { ...health, droppedEvents: (health.droppedEvents ?? 0) + events })
    this.#unsaved.add(id)
    this.#saveSoon()
  }

  /** Forgets the failures so far: the endpoint was enabled again. */
  restart(id: WebhookEndpointId): void {
    const endpoint = this.#options.endpoints.find(id)
    if (endpoint === undefined) return
    const health = this.healthOf(endpoint.record)
    this.#health.set(id, { ...health, failingSinceMs: null, lastFailureAtMs: null, reportedFailing: false })
    this.#reporting.delete(id)
    this.#unsaved.add(id)
    this.#saveSoon()
  }

  /** The endpoint was deleted. */
  forget(id: WebhookEndpointId): void {
    this.#health.delete(id)
    this.#unsaved.delete(id)
    this.#reporting.delete(id)
    for (const change of ['disable', 'report'] as const) {
      this.#cancelAgain.get(`${change} ${id}`)?.()
      this.#cancelAgain.delete(`${change} ${id}`)
    }
    this.#cancelDue.get(id)?.()
    this.#cancelDue.delete(id)
  }

  /** Does what is due by the health of an endpoint. */
  #act(id: WebhookEndpointId): void {
    const endpoint = this.#options.endpoints.find(id)
    if (endpoint?.record.state !== 'enabled') return
    const health = this.healthOf(endpoint.record)
    const due = dueByHealth(health, this.#options.clock.nowMs())
    if (due === 'disable') this.#disable(endpoint.record, 'failures')
    else if (due === 'report') this.#reportFailing(endpoint.record)
    this.#awaitDue(id)
  }

  #awaitDue(id: WebhookEndpointId): void {
    this.#cancelDue.get(id)?.()
    this.#cancelDue.delete(id)
    const endpoint = this.#options.endpoints.find(id)
    if (this.#stopped || endpoint?.record.state !== 'enabled') return
    const health = this.healthOf(endpoint.record)
    const reportedFailing = health.reportedFailing || this.#reporting.has(id)
    const dueAtMs = nextDueAtMs({ ...health, reportedFailing })
    // What has come without being due waits for the next failure.
    if (dueAtMs === null || dueAtMs <= this.#options.clock.nowMs()) return
    const cancel = this.#options.times.at(dueAtMs, () => {
      this.#cancelDue.delete(id)
      this.#act(id)
    })
    this.#cancelDue.set(id, cancel)
  }

  #disable(record: WebhookEndpointRecord, stateReason: WebhookStateReason): void {
    const { id, subscription } = record
    const { endpoints, logger } = this.#options
    this.#run(
      id,
      async () => {
        const disabled = (now: WebhookEndpointRecord): WebhookEndpointRecord =>
          now.state === 'disabled' ? now : { ...now, state: 'disabled', stateReason, health: this.healthOf(now) }
        await runServerAct(actOn(record, 'disableWebhookEndpoint'), () =>
          endpoints.change(id, subscription, disabled, (now) => this.#events('webhook_endpoint.disabled', now)),
        )
        logger.warn({ endpointId: id, subscription, reason: stateReason }, 'webhook endpoint disabled')
      },
      { change: 'disable', again: () => this.#disable(record, stateReason) },
    )
  }

  /** Reports it once: that it was reported holds when it is durable, with the event. */
  #reportFailing(failing: WebhookEndpointRecord): void {
    const { id, subscription } = failing
    const { endpoints, logger } = this.#options
    if (this.#reporting.has(id)) return
    this.#reporting.add(id)
    this.#run(
      id,
      async () => {
        const reported = (now: WebhookEndpointRecord): WebhookEndpointRecord => ({
          ...now,
          health: { ...this.healthOf(now), reportedFailing: true },
        })
        await runServerAct(actOn(failing, 'reportFailingWebhookEndpoint'), () =>
          endpoints.change(id, subscription, reported, (now) => this.#events('webhook_endpoint.failing', now)),
        )
        this.#reporting.delete(id)
        const health = this.#health.get(id)
        // One that succeeded meanwhile has been reported as failing, and recovered.
        if (health !== undefined && health.failingSinceMs !== null)
          this.#health.set(id, { ...health, reportedFailing: true })
        logger.warn({ endpointId: id, subscription }, 'every call of a webhook endpoint has failed for 60 h')
      },
      {
        change: 'report',
        again: () => {
          this.#reporting.delete(id)
          this.#act(id)
        },
      },
    )
  }

  #events(type: WebhookEventType, record: WebhookEndpointRecord): WebhookEventDraft[] {
    const event = this.#options.eventOf(type, record)
    return event === null ? [] : [event]
  }

  #saveSoon(): void {
    if (this.#stopped) return
    this.#cancelSave ??= this.#options.clock.after(SAVE_AFTER_MS, () => {
      this.#cancelSave = null
      this.#save()
    })
  }

  #save(): void {
    for (const id of this.#unsaved) {
      const endpoint = this.#options.endpoints.find(id)
      if (endpoint === undefined) continue
      this.#run(id, async () => {
        await this.#options.endpoints.change(id, endpoint.record.subscription, (record) => ({
          ...record,
          health: this.healthOf(record),
        }))
      })
    }
    this.#unsaved.clear()
  }

  /** Carries out a change. @param repeat what repeats one that failed, after a minute; null: it is made with the next one */
  #run(
    id: WebhookEndpointId,
    work: () => Promise<void>,
    repeat: { change: Change; again: () => void } | null = null,
  ): void {
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        // It was deleted meanwhile.
        if (error instanceof ProblemError) return
        this.#unsaved.add(id)
        const { clock, times, logger } = this.#options
        logger.warn({ endpointId: id, error: String(error) }, 'Cannot store the state of a webhook endpoint')
        if (repeat === null || this.#stopped) return
        const key = `${repeat.change} ${id}` as const
        this.#cancelAgain.get(key)?.()
        this.#cancelAgain.set(key, times.at(clock.nowMs() + AGAIN_MS, repeat.again))
      })
      .finally(() => {
        this.#running.delete(running)
      })
    this.#running.add(running)
  }
}

function isGone(view: OutcomeView): boolean {
  for (let n = 0; n < view.count; n++) if (view.httpStatus(n) === GONE) return true
  return false
}

/** The results of a batch. Its records stand in the order in which their calls ended. */
function resultsOf(view: OutcomeView): CallResults {
  let succeededAtMs: number | null = null
  let firstFailedAtMs: number | null = null
  let lastFailedAtMs: number | null = null
  for (let n = 0; n < view.count; n++) {
    const endedAtMs = view.endedAtMs(n)
    if (view.verdict(n) === Verdict.succeeded) {
      succeededAtMs = endedAtMs
      firstFailedAtMs = lastFailedAtMs = null
    } else {
      firstFailedAtMs ??= endedAtMs
      lastFailedAtMs = endedAtMs
    }
  }
  return { succeededAtMs, firstFailedAtMs, lastFailedAtMs }
}

function actOn({ id, subscription }: WebhookEndpointRecord, action: ServerAction): AuditEntry {
  return serverEntry(action, { subscription, others: { endpoint: id } })
}
