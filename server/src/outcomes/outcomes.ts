import type { Channel } from '../limits/channel-registry.ts'
import type { JobRef } from '../model/ids.ts'
import type { JobEnd, StopMark } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { type OutcomeBatch, Verdict } from '../model/outcome-batch.ts'
import type { OnDurable } from '../model/ports.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import { type Store, StoreError } from '../store/store.ts'
import { ChannelLog } from './channel-log.ts'
import { commitApart } from './commit-apart.ts'
import { judgeBatch } from './judge-batch.ts'
import { jobOutcome } from './job-outcome.ts'
import { type Excuses, OutageLedger } from './outage-ledger.ts'
import { settledBatch, type SettledItem, withErrors } from './settled-items.ts'
import { type CommitTally, type JobCountsAfter, tallyCommit } from './tally-commit.ts'

export interface OutcomesOptions {
  readonly store: Pick<Store, 'commitOutcomes' | 'readItems'>
  readonly clock: Clock
  readonly liveJobs: LiveJobs
  readonly progress: OutcomeAudience
  readonly epoch: number
  readonly onDurable: OnDurable
  /** Called once when outcomes can no longer be made durable at all (I/O error, another server took over): the process must end. */
  readonly onFatal: (error: unknown) => void
  readonly logger: Logger
  /** Uniform in [0, 1); for the jitter of retries. @default Math.random */
  readonly random?: () => number
}

/** Who is told of committed outcomes. */
export interface OutcomeAudience {
  /** The version under which a job's end will be shown; nothing newer is shown before. */
  endVersion(job: LiveJob): number
  /** Committed outcomes of a job: `ended` items more than before. */
  advanced(job: LiveJob, ended: number): void
  /** The job's end is durable. */
  ended(job: LiveJob): void
}

/** Wait before a commit is tried again that found the disk full. */
const FULL_DISK_RETRY_MS = 1000

/**
 * Outcomes: verdict, then commit, then announce.
 *
 * Turns the records that worker threads stream into durable segments and ended jobs. Nothing is told before it is on disk: a
 * key is freed (ORD-3) and progress moves only by the commit. One commit is in flight at any time, the next starts as soon as it
 * ended and anything waits, so batching comes from the commit's own duration. Called by the dispatcher, and by the scheduler for
 * jobs that were stopped.
 */
export class Outcomes implements Service {
  readonly #options: OutcomesOptions
  readonly #random: () => number
  readonly #outages = new OutageLedger()
  readonly #log: ChannelLog
  #waiting: OutcomeBatch[] = []
  #ending = new Map<LiveJob, StopMark['reason'] | null>()
  #committing: Promise<void> | null = null
  /** Items whose last error is being read. */
  readonly #settling = new Set<Promise<void>>()
  #failing = false
  #dead = false
  /** Who waits for a commit, and does not want to wait for room on the disk. */
  readonly #onFailing = new Set<() => void>()
  #wakeAfterFull: (() => void) | null = null

  constructor(options: OutcomesOptions) {
    this.#options = options
    this.#random = options.random ?? Math.random
    this.#log = new ChannelLog(options)
  }

  /** True while commits fail: no new call may start. */
  get commitsFailing(): boolean {
    return this.#failing
  }

  /**
   * Takes the outcomes of calls on a channel: tells its circuit and judges them at once, and commits them as soon as the commit in flight
   * has ended.
   */
  add(channel: Channel, batch: OutcomeBatch): void {
    if (this.#dead || batch.count === 0) return
    const { clock, liveJobs } = this.#options
    judgeBatch(channel, batch, { clock, liveJobs, outages: this.#outages, random: this.#random, log: this.#log })
    this.#waiting.push(batch)
    this.#commitNext()
  }

  /**
   * Ends items without a call (a parked one that was skipped, those behind it), or lets them be tried again: committed and told as any
   * outcome. All but cancelled ones keep the error of their last call.
   */
  settle(items: readonly SettledItem[]): void {
    const whole = items.filter((item) => item.verdict === Verdict.cancelled || item.detail !== undefined)
    this.#commitSettled(whole)
    if (whole.length === items.length) return
    const { store, logger } = this.#options
    const rest = items.filter((item) => !whole.includes(item))
    const settling = withErrors(rest, { store, logger }).then((items) => {
      this.#settling.delete(settling)
      this.#commitSettled(items)
    })
    this.#settling.add(settling)
  }

  /**
   * Ends a job of which nothing runs any more: a stopped one, what has no outcome is cancelled; or (null) one all of whose items have
   * ended already. A second call does nothing.
   */
  endJob(job: LiveJob, reason: StopMark['reason'] | null): void {
    if (this.#dead || job.record.phase === 'ended' || this.#ending.has(job)) return
    this.#ending.set(job, reason)
    this.#commitNext()
  }

  /** Resolves when everything handed over so far is durable. @throws StoreError `disk_full`: it is not yet; `closed`: it can never be */
  async durable(): Promise<void> {
    await Promise.all(this.#settling)
    // What waits now goes with the commit that follows the one in flight.
    for (let commits = 0; commits < 2 && this.#committing !== null; commits++) {
      await this.#overOrFailing(this.#committing)
      if (this.#failing) throw new StoreError(this.#dead ? 'closed' : 'disk_full', 'Cannot commit what was decided')
    }
  }

  /** After a start: what calls of a job's waiting items were excused for goes on counting. */
  restoreExcuses(job: LiveJob, items: readonly (Excuses & { readonly index: number })[]): void {
    for (const { index, excused, outageSinceMs } of items)
      if (excused > 0) this.#outages.set(job, index, { excused, outageSinceMs })
  }

  /** Resolves when everything handed over is durable (or can never be). */
  async stop(): Promise<void> {
    await Promise.all(this.#settling)
    while (this.#committing !== null) {
      this.#wakeAfterFull?.()
      await this.#committing
      if (this.#failing) break // the disk is full: what is not committed is called again after the next start
    }
    this.#log.stop()
  }

  #overOrFailing(commit: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      this.#onFailing.add(resolve)
      void commit.then(() => {
        this.#onFailing.delete(resolve)
        resolve()
      })
      if (this.#failing) resolve()
    })
  }

  #commitSettled(items: readonly SettledItem[]): void {
    if (this.#dead) return
    const { liveJobs, epoch, clock } = this.#options
    const batch = settledBatch(items, { liveJobs, epoch, nowMs: clock.nowMs() })
    if (batch === null) return
    for (const { ref, index, verdict, throttled } of items) {
      if (verdict !== Verdict.retry) continue
      const job = liveJobs.byRef(ref)
      if (job !== undefined) this.#outages.set(job, index, { excused: throttled, outageSinceMs: null })
    }
    this.#waiting.push(batch)
    this.#commitNext()
  }

  #commitNext(): void {
    if (this.#committing !== null || (this.#waiting.length === 0 && this.#ending.size === 0)) return
    this.#committing = this.#commitAll().finally(() => {
      this.#committing = null
      this.#commitNext()
    })
  }

  async #commitAll(): Promise<void> {
    const batches = this.#waiting
    const stopped = this.#ending
    this.#waiting = []
    this.#ending = new Map()
    let tally = tallyCommit(batches, this.#options.liveJobs)
    let ends = this.#endsBy(tally, stopped)
    FAILPOINT: failpoint('outcomes.judged')
    try {
      if ((await this.#makeDurable(batches, ends)) !== null) {
        tally = tallyCommit(await this.#commitApart(batches), this.#options.liveJobs)
        ends = this.#endsBy(tally, stopped)
        await this.#endApart(ends)
      }
    } catch (error) {
      if (error instanceof NeverDurable) return
      throw error
    }
    FAILPOINT: failpoint('outcomes.durable')
    for (const [job, change] of tally.jobs) {
      Object.assign(job, tally.after(job))
      if (!ends.has(job)) this.#options.progress.advanced(job, change.succeeded + change.failed + change.cancelled)
    }
    for (const [job, end] of ends) {
      job.record.phase = 'ended'
      job.record.end = end
      this.#options.liveJobs.remove(job)
      this.#options.progress.ended(job)
    }
    this.#log.committed(tally.jobs, ends)
    this.#options.onDurable({ ...tally.durable, endedJobs: [...ends.keys()] })
    FAILPOINT: failpoint('outcomes.told')
  }

  /** Jobs that end by a commit: all their items have ended, or they were stopped. */
  #endsBy(tally: CommitTally, stopped: ReadonlyMap<LiveJob, StopMark['reason'] | null>): Map<LiveJob, JobEnd> {
    const ends = new Map<LiveJob, JobEnd>()
    for (const job of tally.jobs.keys()) {
      const after = tally.after(job)
      if (job.record.phase === 'eligible' && after.succeeded + after.failed + after.cancelled === job.record.total)
        ends.set(job, this.#endOf(job, after, null))
    }
    for (const [job, reason] of stopped) {
      if (!ends.has(job) && job.record.phase !== 'ended') ends.set(job, this.#endOf(job, tally.after(job), reason))
    }
    return ends
  }

  /** Commits the outcomes that the store does not refuse; the items of the others fail. @returns the outcomes as they are now */
  #commitApart(batches: readonly OutcomeBatch[]): Promise<readonly OutcomeBatch[]> {
    const { liveJobs, logger, clock } = this.#options
    return commitApart(batches, {
      ...{ liveJobs, logger },
      commit: (batch) => this.#makeDurable([batch], NO_ENDS),
      nowMs: () => clock.nowMs(),
    })
  }

  /** Ends each of these jobs on its own: one whose end is refused holds up no other. */
  async #endApart(ends: ReadonlyMap<LiveJob, JobEnd>): Promise<void> {
    for (const [job, end] of ends) {
      const refusal = await this.#makeDurable([], new Map([[job, end]]))
      if (refusal === null) continue
      const { ref, id } = job.record
      this.#options.logger.error({ jobRef: ref, jobId: id, reason: refusal.message }, 'Cannot store the end of a job')
    }
  }

  #endOf(job: LiveJob, after: JobCountsAfter, reason: StopMark['reason'] | null): JobEnd {
    const { total } = job.record
    const cancelled = total - after.succeeded - after.failed
    return {
      outcome: jobOutcome({ total, succeeded: after.succeeded, cancelled: cancelled - after.cancelled, reason }),
      succeeded: after.succeeded,
      failed: after.failed,
      cancelled,
      startedAtMs: after.startedAtMs,
      lastProgressAtMs: after.lastProgressAtMs,
      endedAtMs: this.#options.clock.nowMs(),
      version: this.#options.progress.endVersion(job),
    }
  }

  /** Tries until it is on disk (null), or the store refuses these outcomes. @throws NeverDurable */
  async #makeDurable(batches: readonly OutcomeBatch[], ends: ReadonlyMap<LiveJob, JobEnd>): Promise<StoreError | null> {
    const ended = Array.from(ends, ([job, end]): { ref: JobRef; end: JobEnd } => ({ ref: job.record.ref, end }))
    for (;;) {
      try {
        await this.#options.store.commitOutcomes({ epoch: this.#options.epoch, batches: batches.map(copyOf), ended })
        this.#failing = false
        return null
      } catch (error) {
        if (error instanceof StoreError && error.code === 'conflict') return error
        if (!(error instanceof StoreError && error.code === 'disk_full')) {
          this.#dead = true
          this.#fail()
          // Nothing starts any more, and the store has reported it: what can be read still is.
          if (!(error instanceof StoreError && error.code === 'damaged')) this.#options.onFatal(error)
          throw new NeverDurable()
        }
        if (!this.#failing)
          this.#options.logger.error(
            { code: error.code },
            'Cannot commit outcomes as the disk is full: no new call starts',
          )
        this.#fail()
        if (!(await this.#pauseForRoom())) throw new NeverDurable()
      }
    }
  }

  #fail(): void {
    this.#failing = true
    for (const tell of this.#onFailing) tell()
  }

  /** Waits before the next try; false when the server stops meanwhile. */
  #pauseForRoom(): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(FULL_DISK_RETRY_MS, () => {
        this.#wakeAfterFull = null
        resolve(true)
      })
      this.#wakeAfterFull = () => {
        cancel()
        this.#wakeAfterFull = null
        resolve(false)
      }
    })
  }
}

const NO_ENDS: ReadonlyMap<LiveJob, JobEnd> = new Map()

/** What is to be committed cannot be in the life of this process. */
class NeverDurable extends Error {}

/** The store may transfer what it is given; a commit that failed for want of room is tried again with the same outcomes. */
function copyOf(batch: OutcomeBatch): OutcomeBatch {
  return { count: batch.count, records: batch.records.slice(0), details: batch.details?.slice() ?? null }
}
