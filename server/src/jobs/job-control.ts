import { termsOf } from '../model/channel-term.ts'
import { ProblemError } from '../model/errors.ts'
import type { JobId } from '../model/ids.ts'
import { markPaused, markReleased, markResumed } from '../model/job-phase.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { failpoint } from '../runtime/failpoint.ts'
import { KeyedMutex } from '../runtime/keyed-mutex.ts'
import { findLiveJob, requireJob } from '../store/find-job.ts'
import type { JobStore } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'
import { type StopJobDeps, stopJobs } from './stop-job.ts'

export interface JobControlOptions extends StopJobDeps {
  readonly store: Pick<JobStore, 'findJob' | 'markStopped' | 'holdJobs' | 'deleteJob'>
  readonly liveJobs: LiveJobs
  readonly calendar: { drop(job: LiveJob): boolean; release(job: LiveJob): void }
  readonly scheduler: { stopJob(job: LiveJob): void; pauseJob(job: LiveJob): void; resumeJob(job: LiveJob): void }
}

/**
 * Controls whole jobs, whatever their size: one durable write for all of them, then all stages are informed. Called by http for one job,
 * and by `ExecutionControl` for the jobs of an execution.
 */
export class JobControl {
  readonly #options: JobControlOptions
  /** Marks on their way to the disk: a second cancel waits for the first. */
  readonly #marking = new Map<LiveJob, Promise<void>>()
  /** Changes of the holds on jobs: one after another, so that memory and disk agree on the last. */
  readonly #holding = new KeyedMutex<LiveJob>()

  constructor(options: JobControlOptions) {
    this.#options = options
  }

  /**
   * Stops a job: running calls may finish, the rest becomes `cancelled`. Resolves when the mark is durable, not when the job has ended.
   * Of a job that was cancelled or has ended nothing changes.
   * @throws ProblemError `job_not_found`: also for another subscription's job
   */
  async cancel(id: JobId, subscription: string): Promise<void> {
    const job = findLiveJob(this.#options.liveJobs, id, subscription)
    if (job === null) await requireJob(this.#options, id, subscription)
    else await this.cancelAll([job])
  }

  /** Stops live jobs, all of them or none. */
  async cancelAll(jobs: readonly LiveJob[]): Promise<void> {
    const unmarked = jobs.filter((job) => job.record.stop === null && !this.#marking.has(job))
    if (unmarked.length > 0) {
      const marking = stopJobs(unmarked, 'cancelled', this.#options).finally(() => {
        for (const job of unmarked) this.#marking.delete(job)
      })
      for (const job of unmarked) this.#marking.set(job, marking)
    }
    await Promise.all(jobs.flatMap((job) => this.#marking.get(job) ?? []))
  }

  /**
   * Holds a job: no further item of it starts, its items keep their places and keys. Running calls may finish. A paused job stays so.
   * @throws ProblemError `job_not_found`: also for another subscription's job; `job_ended`
   */
  async pause(id: JobId, subscription: string): Promise<void> {
    await this.pauseAll([await this.#requireLive(id, { subscription, action: 'pause' })])
  }

  /**
   * Resumes a paused job; of one that is not paused nothing changes.
   * @throws ProblemError `job_not_found`: also for another subscription's job; `job_ended`
   */
  async resume(id: JobId, subscription: string): Promise<void> {
    await this.resumeAll([await this.#requireLive(id, { subscription, action: 'resume' })])
  }

  /** Pauses live jobs, all of them or none. @throws ProblemError `job_ended`: all have ended meanwhile */
  pauseAll(jobs: readonly LiveJob[]): Promise<void> {
    const { clock, scheduler, telemetry } = this.#options
    const pausedAtMs = clock.nowMs()
    return this.#hold(jobs, {
      action: 'pause',
      concerns: ({ record }) => record.pausedAtMs === null,
      hold: { pausedAtMs },
      apply: (job) => {
        markPaused(job.record, pausedAtMs)
        if (job.record.phase === 'eligible') scheduler.pauseJob(job)
        telemetry.emit('job.paused', job.record)
      },
    })
  }

  /** Resumes live jobs, all of them or none. @throws ProblemError `job_ended`: all have ended meanwhile */
  resumeAll(jobs: readonly LiveJob[]): Promise<void> {
    const { scheduler, telemetry } = this.#options
    return this.#hold(jobs, {
      action: 'resume',
      concerns: ({ record }) => record.pausedAtMs !== null,
      hold: { pausedAtMs: null },
      apply: (job) => {
        markResumed(job.record)
        if (job.record.phase === 'eligible') scheduler.resumeJob(job)
        telemetry.emit('job.resumed', job.record)
      },
    })
  }

  /**
   * Drops a job's unmet dependencies: it waits only for its time. A job without unmet dependencies does not change.
   * @throws ProblemError `job_not_found`: also for another subscription's job; `job_ended`
   */
  async release(id: JobId, subscription: string): Promise<void> {
    const releasedAtMs = this.#options.clock.nowMs()
    await this.#hold([await this.#requireLive(id, { subscription, action: 'release' })], {
      action: 'release',
      concerns: ({ record }) =>
        record.releasedAtMs === null && record.phase !== 'eligible' && record.envelope.dependsOn.length > 0,
      hold: { releasedAtMs },
      apply: (job) => {
        markReleased(job.record, releasedAtMs)
        this.#options.telemetry.emit('job.released', job.record)
        this.#options.calendar.release(job)
      },
    })
  }

  /**
   * Removes an ended job with its items and results.
   * @throws ProblemError `job_not_found`: also for another subscription's job; `job_not_ended`
   */
  async delete(id: JobId, subscription: string): Promise<void> {
    if (findLiveJob(this.#options.liveJobs, id, subscription) !== null) throw jobNotEnded(id)
    const record = await requireJob(this.#options, id, subscription)
    try {
      await this.#options.store.deleteJob(record.ref)
      FAILPOINT: failpoint('schedule.delete.durable')
    } catch (error) {
      if (error instanceof StoreError && error.code === 'conflict') throw jobNotEnded(id)
      throw error
    }
  }

  /** Changes the holds on jobs, after every change of any of them that was requested before. */
  #hold(jobs: readonly LiveJob[], change: Hold): Promise<void> {
    return this.#holding.run(jobs, () => this.#carryOut(jobs, change))
  }

  async #carryOut(jobs: readonly LiveJob[], { action, concerns, hold, apply }: Hold): Promise<void> {
    const [first] = jobs
    if (first !== undefined && jobs.every(hasEnded)) throw jobEnded(first.record.id, action)
    // Of a job that is about to end nothing is held back any more.
    const held = jobs.filter((job) => !hasEnded(job) && job.record.stop === null)
    const changed = held.filter(concerns)
    if (changed.length > 0) {
      const refs = changed.map(({ record }) => record.ref)
      await this.#options.store.holdJobs({ refs, terms: termsOf(changed, this.#options.termOf) }, hold)
      FAILPOINT: failpoint('schedule.hold.durable')
      // A job that ended meanwhile stays as it ended.
      for (const job of changed) if (!hasEnded(job)) apply(job)
    }
    for (const job of held) if (!hasEnded(job)) this.#options.progress.controlled(job)
  }

  async #requireLive(
    id: JobId,
    { subscription, action }: { readonly subscription: string; readonly action: string },
  ): Promise<LiveJob> {
    const job = findLiveJob(this.#options.liveJobs, id, subscription)
    if (job !== null) return job
    await requireJob(this.#options, id, subscription)
    throw jobEnded(id, action)
  }
}

/** A change of the holds on jobs. */
interface Hold {
  /** For messages. */
  readonly action: string
  /** Whether it changes something of a job. */
  readonly concerns: (job: LiveJob) => boolean
  readonly hold: Parameters<JobStore['holdJobs']>[1]
  /** Makes it hold in memory, once it is durable. */
  readonly apply: (job: LiveJob) => void
}

function hasEnded({ record }: LiveJob): boolean {
  return record.phase === 'ended'
}

function jobNotEnded(id: JobId): ProblemError {
  return new ProblemError({ code: 'job_not_ended', detail: `Cannot delete job as it must have ended: ${id} has not` })
}

function jobEnded(id: JobId, action: string): ProblemError {
  return new ProblemError({ code: 'job_ended', detail: `Cannot ${action} job as it must not have ended: ${id} has` })
}
