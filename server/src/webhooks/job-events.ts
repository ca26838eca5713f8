import type { ApiPaths } from '@waybill/spec/rules'
import type { WaitingCount } from '../model/item.ts'
import type { JobEnd, JobRecord } from '../model/job.ts'
import { wantsOfJob } from '../model/job-webhook.ts'
import type { LiveJob } from '../model/live-job.ts'
import type {
  EndedCounts,
  JobEvents,
  WebhookEventDraft,
  WebhookEventType,
  WebhookRouting,
} from '../model/webhook-event.ts'
import { recordStatus } from '../progress/job-status.ts'
import { firstWaiting } from '../progress/waiting-job.ts'
import type { Clock } from '../runtime/clock.ts'
import type { AppendEvents } from './append-events.ts'
import { endedState, type EventJobState, jobEventData, waitingView } from './event-job.ts'
import { makeJobEvent, routeFact } from './make-event.ts'
import type { ParkedDigests } from './parked-digests.ts'

export interface JobEventMakerOptions {
  readonly routing: WebhookRouting
  readonly clock: Clock
  readonly paths: ApiPaths
  readonly append: Pick<AppendEvents, 'add'>
  readonly digests: Pick<ParkedDigests, 'add'>
}

type Extra = Readonly<Record<string, unknown>>

const NONE: readonly WebhookEventDraft[] = []

/**
 * Webhook events of jobs. Makes those of durable changes for the transaction that makes the change durable (so they exist exactly when it
 * happened), and appends the others. Called by ingest, the calendar and outcomes; for a job without a webhook, of a subscription without endpoints, each call is one look-up.
 */
export class JobEventMaker implements JobEvents {
  readonly #options: JobEventMakerOptions

  constructor(options: JobEventMakerOptions) {
    this.#options = options
  }

  published(record: JobRecord, { failed }: { readonly failed: number }): readonly WebhookEventDraft[] {
    if (!this.#isHeard(record)) return NONE
    if (record.phase === 'open') return NONE
    const { end } = record
    const accepted = this.#accepted(record, { failed, status: end === null ? this.#statusOf(record) : 'pending' })
    return end === null ? accepted : [...accepted, ...this.ended(record, end)]
  }

  sealed(
    { record, failed }: LiveJob,
    seal: { readonly phase: 'waiting' | 'eligible'; readonly sealedAtMs: number },
  ): readonly WebhookEventDraft[] {
    if (!this.#isHeard(record)) return NONE
    const sealed = { ...record, ...seal }
    return this.#accepted(sealed, { failed, status: this.#statusOf(sealed) })
  }

  started(job: LiveJob, counts: EndedCounts & { readonly startedAtMs: number }): readonly WebhookEventDraft[] {
    const { record } = job
    if (!this.#isHeard(record)) return NONE
    const { succeeded, failed, cancelled, startedAtMs } = counts
    const status = this.#statusOf(record, { ...job, startedAtMs })
    const state = { ...stateOf(job, status), succeeded, failed, cancelled, startedAtMs }
    return this.#draft(record, 'job.started', state)
  }

  ended(record: JobRecord, end: JobEnd): readonly WebhookEventDraft[] {
    if (!this.#isHeard(record)) return NONE
    return this.#draft(record, 'job.ended', endedState(end))
  }

  wantsParked(record: JobRecord): boolean {
    return this.#wants(record, 'item.parked')
  }

  parked(record: JobRecord, items: number, indexes: readonly number[]): void {
    this.#options.digests.add(record, items, indexes)
  }

  blocked(job: LiveJob, waiting: readonly WaitingCount[]): void {
    this.append(job, 'job.blocked', { waiting: waiting.map(waitingView) })
  }

  /** Appends an event of a live job that reports no durable change, once for each job but for `job.progress`. */
  append(job: LiveJob, type: 'job.blocked' | 'job.progress' | 'job.deadline_at_risk', extra: Extra): void {
    const { append } = this.#options
    const { record } = job
    if (!this.#wants(record, type)) return
    const once = type === 'job.progress' ? {} : { once: `${record.id} ${type}` }
    const state = stateOf(job, this.#statusOf(record, job))
    // The job may end before they are written: then they say nothing any more, and must not follow `job.ended`.
    for (const event of this.#draft(record, type, state, extra)) append.add({ ...event, ...once, beforeEnd: true })
  }

  /** Accepted, and blocked if it waits for other jobs. @param state.failed items that are invalid */
  #accepted(
    record: JobRecord,
    { failed, status }: { readonly failed: number; readonly status: EventJobState['status'] },
  ): readonly WebhookEventDraft[] {
    const state: EventJobState = { ...NOT_STARTED, failed, status }
    const accepted = this.#draft(record, 'job.accepted', state)
    if (status !== 'blocked') return accepted
    const waiting = firstWaiting(record, record.total - failed, this.#options.clock.nowMs()).map(waitingView)
    return [...accepted, ...this.#draft(record, 'job.blocked', state, { waiting })]
  }

  #statusOf(record: JobRecord, live?: LiveJob): EventJobState['status'] {
    return recordStatus(record, live, this.#options.clock.nowMs())
  }

  #draft(record: JobRecord, type: WebhookEventType, state: EventJobState, extra?: Extra): readonly WebhookEventDraft[] {
    const { routing, clock, paths } = this.#options
    const { id: jobId, subscription, envelope } = record
    const data = { ...jobEventData(record, state, paths), ...extra }
    const fact = { subscription, type, jobId, channel: envelope.channel, atMs: clock.nowMs(), data }
    const event = wantsOfJob(envelope.webhook, type)
      ? makeJobEvent(fact, { endpoints: routing.endpointsFor(fact), webhook: envelope.webhook! })
      : routeFact(fact, routing)
    return event === null ? NONE : [event]
  }

  /** Whether somebody may receive events of a job: the first look, before any is made. */
  #isHeard({ subscription, envelope }: JobRecord): boolean {
    return envelope.webhook !== undefined || this.#options.routing.hasEndpoints(subscription)
  }

  #wants(record: JobRecord, type: WebhookEventType): boolean {
    const { routing } = this.#options
    if (!this.#isHeard(record)) return false
    return wantsOfJob(record.envelope.webhook, type) || routing.wantsType(record.subscription, type)
  }
}

const NOT_STARTED = {
  ...{ outcome: null, succeeded: 0, failed: 0, cancelled: 0, running: 0, waiting: 0 },
  ...{ startedAtMs: null, endedAtMs: null },
}

function stateOf(job: LiveJob, status: EventJobState['status']): EventJobState {
  const { succeeded, failed, cancelled, startedAtMs } = job
  return {
    ...{ status, outcome: null, succeeded, failed, cancelled, startedAtMs, endedAtMs: null },
    ...{ running: job.inFlight, waiting: job.retrying + job.parked },
  }
}
