import { setImmediate } from 'node:timers/promises'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { WebhookEventType, WebhookRouting } from '../model/webhook-event.ts'
import type { JobReads } from '../progress/job-reads.ts'
import type { Clock } from '../runtime/clock.ts'
import type { ReportedJob, Telemetry } from '../runtime/telemetry.ts'
import { timeOf } from './event-job.ts'
import type { JobEventMaker } from './job-events.ts'

export interface WatchJobsOptions {
  readonly routing: WebhookRouting
  readonly clock: Clock
  readonly liveJobs: Pick<LiveJobs, 'values'>
  readonly progress: Pick<JobReads, 'snapshot'>
  readonly events: Pick<JobEventMaker, 'append'>
}

/** The least time between two events of the progress of a job. */
const EVERY_MS = 30_000
/** How long one step of a look may hold the event loop. */
const STEP_MS = 2

const WATCHED: readonly WebhookEventType[] = ['job.progress', 'job.deadline_at_risk']

/**
 * Looks at live jobs every 30 s, as long as a subscription with endpoints that receive the events has any, or a job has a webhook that does: reports the progress of those that
 * moved, and, once each, those whose estimated end has come after their deadline.
 */
export class WatchJobs {
  readonly #options: WatchJobsOptions
  /** Ended items of jobs as they were reported last, or seen first. */
  readonly #ended = new WeakMap<LiveJob, number>()
  readonly #late = new WeakSet<LiveJob>()
  #stopListening: (() => void) | null = null
  #cancelTimer: (() => void) | null = null
  #looking = false
  /** A live job may have a webhook of its own that receives such events. */
  #hasWanting = false
  #stopped = false

  constructor(options: WatchJobsOptions) {
    this.#options = options
  }

  /** Begins to look, as soon as somebody wants to know. */
  start(telemetry: Telemetry): void {
    this.#stopListening = telemetry.on('job.created', ({ subscription, envelope }) => {
      if (wantsLooks(envelope)) this.#hasWanting = true
      if (this.#cancelTimer === null && (this.#hasWanting || this.#options.routing.hasEndpoints(subscription)))
        this.notify()
    })
    for (const { record } of this.#options.liveJobs.values()) if (wantsLooks(record.envelope)) this.#hasWanting = true
    this.notify()
  }

  /** There may be somebody who wants to know. */
  notify(): void {
    if (this.#stopped || this.#looking || this.#cancelTimer !== null) return
    if (!this.#hasWanting && this.#wanting().size === 0) return
    this.#cancelTimer = this.#options.clock.after(EVERY_MS, () => {
      this.#cancelTimer = null
      this.#looking = true
      void this.#look()
        .catch(() => true)
        .then((found) => {
          this.#looking = false
          if (found) this.notify()
        })
    })
  }

  stop(): void {
    this.#stopped = true
    this.#stopListening?.()
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }

  /** The subscriptions that receive such events. */
  #wanting(): ReadonlySet<string> {
    const { routing } = this.#options
    const wanting = new Set<string>()
    for (const subscription of routing.subscriptions())
      if (WATCHED.some((type) => routing.wantsType(subscription, type))) wanting.add(subscription)
    return wanting
  }

  /** @returns whether any job is watched */
  async #look(): Promise<boolean> {
    const wanting = this.#wanting()
    this.#hasWanting = false
    const jobs = [...this.#options.liveJobs.values()].filter(({ record }) => {
      const isWanting = wantsLooks(record.envelope)
      if (isWanting) this.#hasWanting = true
      return isWanting || wanting.has(record.subscription)
    })
    let stepEndsMs = performance.now() + STEP_MS
    for (const job of jobs) {
      if (performance.now() >= stepEndsMs) {
        await setImmediate()
        if (this.#stopped) return false
        stepEndsMs = performance.now() + STEP_MS
      }
      if (job.record.phase !== 'ended') this.#lookAt(job)
    }
    return jobs.length > 0
  }

  #lookAt(job: LiveJob): void {
    const { progress, events } = this.#options
    const { deadlineAtMs } = job.record.envelope
    const ended = job.succeeded + job.failed + job.cancelled
    const hasMoved = job.startedAtMs !== null && this.#ended.get(job) !== ended
    this.#ended.set(job, ended)
    const mayBeLate = deadlineAtMs !== null && !this.#late.has(job)
    if (!hasMoved && !mayBeLate) return
    const view = progress.snapshot(job).job.progress
    if (view === null) return
    if (hasMoved) events.append(job, 'job.progress', { progress: view })
    const { estimatedEndAt } = view
    if (!mayBeLate || estimatedEndAt === null || Date.parse(estimatedEndAt) <= deadlineAtMs) return
    this.#late.add(job)
    events.append(job, 'job.deadline_at_risk', { deadlineAt: timeOf(deadlineAtMs), estimatedEndAt })
  }
}

/** Whether the webhook of a job itself receives such events. */
function wantsLooks({ webhook }: ReportedJob['envelope']): boolean {
  return webhook !== undefined && WATCHED.some((type) => webhook.events.includes(type))
}
