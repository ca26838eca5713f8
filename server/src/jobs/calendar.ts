import { meetsRequirement } from '@waybill/spec/rules'
import { type TermOf, termsOf } from '../model/channel-term.ts'
import type { JobId } from '../model/ids.ts'
import type { ItemWaiting, WaitingCount } from '../model/item.ts'
import type { JobRecord } from '../model/job.ts'
import { markEligible } from '../model/job-phase.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { JobEvents } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { MAX_JOBS_NAMED, waitingReason } from '../progress/waiting-job.ts'
import { findLiveJob } from '../store/find-job.ts'
import type { JobStore } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'
import { StoreRetries } from '../store/store-retries.ts'
import type { ChunkKeys } from '../schedule/queues/admission.ts'
import { type BrokenDependency, Dependencies } from './dependencies.ts'
import { type EnteringJob, type EnterJobPorts, enterJobs } from './enter-job.ts'
import type { WallTimes } from './wall-times.ts'

export interface CalendarOptions extends Omit<EnterJobPorts, 'calendar'> {
  readonly store: Pick<JobStore, 'makeEligible' | 'jobOutcomes'>
  readonly clock: Clock
  readonly times: WallTimes
  readonly liveJobs: LiveJobs
  readonly termOf: TermOf
  readonly logger: Logger
  readonly telemetry: Pick<Telemetry, 'emit'>
  /** Makes the webhook events of jobs that can never become eligible by themselves. @default none */
  readonly events?: Pick<JobEvents, 'blocked'>
}

interface Entry {
  readonly job: LiveJob
  readonly chunks: readonly ChunkKeys[]
  readonly items: number
  /** Cancels the call at `runAt`; null when that time has come, or there is none. */
  cancelTime: (() => void) | null
  /** `due`: to become eligible with the next transaction; `opening`: on its way to the disk. */
  state: 'waiting' | 'due' | 'opening'
}

/** Jobs that become eligible in one transaction. */
const JOBS_PER_OPENING = 1000

/**
 * Calendar: jobs that are complete, but whose time has not come or that stand behind others. They hold no key. Each becomes eligible
 * exactly once (PRG-3): the store skips a job that is no longer waiting, and after a crash between the last outcome
 * and the opening, recovery adds every waiting job again.
 */
export class Calendar {
  readonly #options: CalendarOptions
  readonly #entries = new Map<JobId, Entry>()
  readonly #dependencies = new Dependencies()
  readonly #due: Entry[] = []
  #waitingItems = 0
  #opening = false
  #stopped = false
  readonly #retries: StoreRetries

  constructor(options: CalendarOptions) {
    this.#options = options
    this.#retries = new StoreRetries(options.clock)
  }

  /** Items of jobs that wait. */
  get waitingItems(): number {
    return this.#waitingItems
  }

  /**
   * Returns the phase in which a complete job begins: `waiting` when its time has not come or a dependency is unmet, which `add` then looks at
   * again: an unmet one may be met a moment later, a met one stays met.
   */
  async phaseOf(job: Pick<JobRecord, 'envelope' | 'subscription' | 'releasedAtMs'>): Promise<'waiting' | 'eligible'> {
    const { runAtMs, dependsOn } = job.envelope
    if (runAtMs !== null && runAtMs > this.#options.clock.nowMs()) return 'waiting'
    if (dependsOn.length === 0 || job.releasedAtMs !== null) return 'eligible'
    if (dependsOn.some(({ job: id }) => this.#isLive(id, job.subscription))) return 'waiting'
    const ids = dependsOn.map(({ job: id }) => id)
    const outcomes = await this.#options.store.jobOutcomes(ids, job.subscription)
    const isMet = dependsOn.every(({ require }, n) => outcomes[n] != null && meetsRequirement(outcomes[n], require))
    return isMet ? 'eligible' : 'waiting'
  }

  /** Takes a job of phase `waiting`, whose dependencies are live by now or have ended. It may be due already. */
  add(job: LiveJob, chunks: readonly ChunkKeys[]): void {
    const { record } = job
    const { runAtMs, dependsOn } = record.envelope
    const items = record.total - job.succeeded - job.failed - job.cancelled
    const entry: Entry = { job, chunks, items, cancelTime: null, state: 'waiting' }
    this.#entries.set(record.id, entry)
    this.#waitingItems += items
    if (runAtMs !== null && runAtMs > this.#options.clock.nowMs()) {
      entry.cancelTime = this.#options.times.at(runAtMs, () => {
        entry.cancelTime = null
        this.#options.progress.changed(job)
        this.#openIfDue(entry)
      })
    }
    if (dependsOn.length > 0 && record.releasedAtMs === null) {
      this.#dependencies.add(record.id, dependsOn)
      const ended = dependsOn.map((one) => one.job).filter((id) => !this.#isLive(id, record.subscription))
      if (ended.length > 0) this.#lookUp(entry, ended)
    }
    this.#openIfDue(entry)
  }

  /** A job's end is durable: those that waited for it may be due, and it waits for no other job itself. */
  jobEnded(job: LiveJob): void {
    const entry = this.#entries.get(job.record.id)
    if (entry !== undefined) this.#remove(entry)
    this.#onDependencyEnded(job.record.id, job.record.end?.outcome ?? null)
  }

  /** The job's dependencies were dropped: only its time is waited for. */
  release(job: LiveJob): void {
    this.#dependencies.drop(job.record.id)
    const entry = this.#entries.get(job.record.id)
    if (entry !== undefined) this.#openIfDue(entry)
  }

  /**
   * A job was stopped while it waited: it is not opened any more.
   * @returns false when it is just becoming eligible: the scheduler finds the mark then and ends it
   */
  drop(job: LiveJob): boolean {
    const entry = this.#entries.get(job.record.id)
    if (entry === undefined) return true
    if (entry.state === 'opening') return false
    this.#remove(entry)
    return true
  }

  /** Returns why a waiting job will never become eligible by itself: it must be released or cancelled. Null: it may. */
  blockedReason(job: LiveJob): BrokenDependency | null {
    return this.#dependencies.broken(job.record.id)
  }

  /** Returns why the items of a waiting job are not progressing. */
  waiting(job: LiveJob): readonly WaitingCount[] {
    const entry = this.#entries.get(job.record.id)
    if (entry === undefined || entry.items === 0) return []
    const { reason, untilMs } = this.item(job)
    const jobs = reason === 'dependency' ? { jobs: this.#dependencies.unmet(job.record.id, MAX_JOBS_NAMED) } : {}
    return [{ reason, items: entry.items, untilMs, ...jobs }]
  }

  /** The same for one of its items, whichever. */
  item({ record }: LiveJob): ItemWaiting {
    return { ...waitingReason(record, this.#options.clock.nowMs()), behind: null }
  }

  /** Opens no further job. */
  stop(): void {
    this.#stopped = true
    this.#retries.giveUp()
  }

  #remove(entry: Entry): void {
    const { id } = entry.job.record
    if (this.#entries.get(id) !== entry) return
    this.#entries.delete(id)
    this.#waitingItems -= entry.items
    entry.cancelTime?.()
    entry.cancelTime = null
    this.#dependencies.drop(id)
    if (entry.state === 'due') this.#due.splice(this.#due.indexOf(entry), 1)
  }

  #isLive(id: JobId, subscription: string): boolean {
    return findLiveJob(this.#options.liveJobs, id, subscription) !== null
  }

  /** Dependencies that are not live have ended before: the store remembers how, also of those purged since. */
  #lookUp(entry: Entry, ids: readonly JobId[]): void {
    const { store, logger } = this.#options
    const { id, subscription } = entry.job.record
    store.jobOutcomes(ids, subscription).then(
      (outcomes) => {
        for (const [n, outcome] of outcomes.entries()) this.#onDependencyEnded(ids[n]!, outcome)
      },
      (error: unknown) => {
        if (this.#stopped || isClosed(error)) return
        logger.error({ jobId: id, error: String(error) }, 'Cannot read how dependencies ended: it is retried')
        this.#retries.later(() => {
          if (this.#entries.get(id) === entry) this.#lookUp(entry, ids)
        })
      },
    )
  }

  #onDependencyEnded(id: JobId, outcome: Parameters<Dependencies['ended']>[1]): void {
    const { met, broken } = this.#dependencies.ended(id, outcome)
    for (const waiter of met) this.#openIfDue(this.#entries.get(waiter)!)
    for (const waiter of broken) {
      const { job } = this.#entries.get(waiter)!
      this.#options.progress.changed(job)
      this.#options.events?.blocked(job, this.waiting(job))
    }
  }

  #openIfDue(entry: Entry): void {
    if (entry.state !== 'waiting' || entry.cancelTime !== null) return
    if (!this.#dependencies.isMet(entry.job.record.id)) return
    entry.state = 'due'
    this.#due.push(entry)
    this.#openSoon()
  }

  #openSoon(): void {
    if (this.#opening || this.#stopped) return
    this.#opening = true
    this.#openDue().then(
      () => (this.#opening = false),
      (error: unknown) => {
        this.#opening = false
        if (this.#stopped || isClosed(error)) return
        this.#options.logger.error({ error: String(error) }, 'Cannot make jobs eligible: it is retried')
        this.#retries.later(() => this.#openSoon())
      },
    )
  }

  async #openDue(): Promise<void> {
    // What becomes due in the same turn of the event loop becomes eligible in one transaction.
    await Promise.resolve()
    while (this.#due.length > 0 && !this.#stopped) {
      const entries = this.#due.splice(0, JOBS_PER_OPENING)
      for (const entry of entries) entry.state = 'opening'
      const jobs = entries.map(({ job }) => job)
      const refs = jobs.map(({ record }) => record.ref)
      const opening = this.#options.store.makeEligible({ refs, terms: termsOf(jobs, this.#options.termOf) })
      opening.catch(() => this.#putBack(entries))
      await enterJobs(opening, (places) => this.#opened(entries, places), { ...this.#options, calendar: this })
    }
  }

  /** Those that were stopped meanwhile are not opened any more. */
  #putBack(entries: readonly Entry[]): void {
    this.#due.unshift(...entries)
    for (const entry of entries) entry.state = 'due'
    for (const entry of entries) {
      const { stop } = entry.job.record
      if (stop === null) continue
      this.#remove(entry)
      this.#options.outcomes.endJob(entry.job, stop.reason)
    }
  }

  /** Jobs that are eligible now, or were stopped meanwhile. */
  *#opened(entries: readonly Entry[], places: readonly number[]): Generator<EnteringJob> {
    FAILPOINT: failpoint('schedule.eligible.durable')
    for (const [n, entry] of entries.entries()) {
      const { job, chunks } = entry
      const place = places[n]!
      this.#remove(entry)
      if (job.record.phase !== 'waiting') continue
      if (place > 0) {
        markEligible(job.record, place)
        this.#options.telemetry.emit('job.eligible', job.record)
      }
      if (place > 0 || job.record.stop !== null) yield { job, chunks }
      else this.#options.progress.changed(job)
    }
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'closed'
}
