import { type TermOf, termsOf } from '../model/channel-term.ts'
import type { JobId } from '../model/ids.ts'
import type { ItemWaiting, WaitingCount } from '../model/item.ts'
import type { JobOutcome } from '../model/job.ts'
import { markEligible } from '../model/job-phase.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { JobEvents } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { MAX_JOBS_NAMED, waitingReason } from '../progress/waiting-job.ts'
import { findLiveJob, findRecord } from '../store/find-job.ts'
import type { JobStore } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'
import { StoreRetries } from '../store/store-retries.ts'
import type { ChunkKeys } from '../schedule/queues/admission.ts'
import { type BrokenDependency, Dependencies, type DependencyListener } from './dependencies.ts'
import { type EnteringJob, type EnterJobPorts, enterJobs } from './enter-job.ts'
import type { WallTimes } from './wall-times.ts'

export interface CalendarOptions extends Omit<EnterJobPorts, 'calendar'> {
  readonly store: Pick<JobStore, 'makeEligible' | 'jobOutcomes' | 'findJob'>
  readonly clock: Clock
  readonly times: WallTimes
  readonly liveJobs: LiveJobs
  readonly termOf: TermOf
  readonly logger: Logger
  readonly telemetry: Pick<Telemetry, 'emit'>
  /** Makes the webhook events of jobs that can never become eligible by themselves. @default none */
  readonly events?: Pick<JobEvents, 'blocked'>
  /** The jobs that wait for others, over all channels of the process. @default its own */
  readonly dependencies?: Dependencies
  /** Counts over the calendars of all channels. @default its own */
  readonly counts?: CalendarCounts
}

/** Counts over the calendars of all channels. */
export interface CalendarCounts {
  /** Items of jobs that wait. */
  waitingItems: number
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
 * Calendar: jobs of a channel that are complete, but whose time has not come or that stand behind others. They hold no key. Each becomes eligible
 * exactly once (PRG-3): the store skips a job that is no longer waiting, and after a crash between the last outcome
 * and the opening, recovery adds every waiting job again.
 */
export class Calendar implements DependencyListener {
  readonly #options: CalendarOptions
  readonly #entries = new Map<JobId, Entry>()
  readonly #dependencies: Dependencies
  readonly #due: Entry[] = []
  readonly #counts: CalendarCounts
  #waitingItems = 0
  #opening: Promise<void> | null = null
  #stopped = false
  readonly #retries: StoreRetries

  constructor(options: CalendarOptions) {
    this.#options = options
    this.#dependencies = options.dependencies ?? new Dependencies()
    this.#counts = options.counts ?? { waitingItems: 0 }
    this.#retries = new StoreRetries(options.clock)
  }

  /** Items of jobs that wait. */
  get waitingItems(): number {
    return this.#waitingItems
  }

  /** Takes a job of phase `waiting`, whose dependencies are live by now or have ended. It may be due already. */
  add(job: LiveJob, chunks: readonly ChunkKeys[]): void {
    const { record } = job
    const { runAtMs, dependsOn } = record.envelope
    const items = record.total - job.succeeded - job.failed - job.cancelled
    const entry: Entry = { job, chunks, items, cancelTime: null, state: 'waiting' }
    this.#entries.set(record.id, entry)
    this.#countWaiting(items)
    if (runAtMs !== null && runAtMs > this.#options.clock.nowMs()) {
      entry.cancelTime = this.#options.times.at(runAtMs, () => {
        entry.cancelTime = null
        this.#options.progress.changed(job)
        this.#openIfDue(entry)
      })
    }
    if (dependsOn.length > 0 && record.releasedAtMs === null) {
      this.#dependencies.add(record.id, dependsOn, this)
      const ended = dependsOn.map((one) => one.job).filter((id) => !this.#isLive(id, record.subscription))
      if (ended.length > 0) this.#lookUp(entry, ended)
    }
    this.#openIfDue(entry)
  }

  /** A job's end is durable: those that waited for it may be due, and it waits for no other job itself. */
  jobEnded(job: LiveJob): void {
    const entry = this.#entries.get(job.record.id)
    if (entry !== undefined) this.#remove(entry)
    this.#dependencies.ended(job.record.id, job.record.end?.outcome ?? null)
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

  /** Resolves when jobs that are becoming eligible have their places, or the store has refused that. */
  async opened(): Promise<void> {
    await this.#opening
  }

  /** Drops everything, without a trace but in the jobs; after `stop`. */
  forget(): void {
    for (const entry of [...this.#entries.values()]) this.#remove(entry)
  }

  #countWaiting(change: number): void {
    this.#waitingItems += change
    this.#counts.waitingItems += change
  }

  #remove(entry: Entry): void {
    const { id } = entry.job.record
    if (this.#entries.get(id) !== entry) return
    this.#entries.delete(id)
    this.#countWaiting(-entry.items)
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
    const { logger } = this.#options
    const { id, subscription } = entry.job.record
    this.#outcomesOf(ids, subscription).then(
      (outcomes) => {
        for (const [id, outcome] of outcomes) this.#dependencies.ended(id, outcome)
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

  /** Without those that have not ended, as nobody runs their channels: their ends are reported when somebody does. */
  async #outcomesOf(ids: readonly JobId[], subscription: string): Promise<ReadonlyMap<JobId, JobOutcome | null>> {
    const { store } = this.#options
    const outcomes = new Map<JobId, JobOutcome | null>()
    for (const [n, outcome] of (await store.jobOutcomes(ids, subscription)).entries()) outcomes.set(ids[n]!, outcome)
    for (const [id, outcome] of outcomes) {
      if (outcome !== null) continue
      const record = await findRecord(this.#options, id, subscription)
      if (record === null) continue
      if (record.phase === 'ended') outcomes.set(id, record.end?.outcome ?? null)
      else outcomes.delete(id)
    }
    return outcomes
  }

  /** The dependencies of a job are met. */
  onMet(id: JobId): void {
    const entry = this.#entries.get(id)
    if (entry !== undefined) this.#openIfDue(entry)
  }

  /** A dependency of a job can never be met. */
  onBroken(id: JobId): void {
    const job = this.#entries.get(id)?.job
    if (job === undefined) return
    this.#options.progress.changed(job)
    this.#options.events?.blocked(job, this.waiting(job))
  }

  #openIfDue(entry: Entry): void {
    if (entry.state !== 'waiting' || entry.cancelTime !== null) return
    if (!this.#dependencies.isMet(entry.job.record.id)) return
    entry.state = 'due'
    this.#due.push(entry)
    this.#openSoon()
  }

  #openSoon(): void {
    if (this.#opening !== null || this.#stopped) return
    this.#opening = this.#openDue().then(
      () => void (this.#opening = null),
      (error: unknown) => {
        this.#opening = null
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
