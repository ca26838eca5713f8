import { ProblemError } from '../model/errors.ts'
import type { JobId } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { failpoint } from '../runtime/failpoint.ts'
import { type Store, StoreError } from '../store/store.ts'
import { type StopJobParts, stopJob } from './stop-job.ts'

export interface JobControlOptions extends StopJobParts {
  readonly store: Pick<Store, 'findJob' | 'markStopped' | 'holdJob' | 'deleteJob'>
  readonly liveJobs: LiveJobs
  readonly calendar: { drop(job: LiveJob): boolean; release(job: LiveJob): void }
  readonly scheduler: { stopJob(job: LiveJob): void; pauseJob(job: LiveJob): void; resumeJob(job: LiveJob): void }
}

/** What a caller does to a whole job, whatever its size: one durable mark, then everybody who must know is told. Called by http. */
export class JobControl {
  readonly #options: JobControlOptions
  /** Marks on their way to the disk: a second cancel waits for the first. */
  readonly #marking = new Map<LiveJob, Promise<void>>()
  /** The last change of what holds a job back: one after the other, so that memory and disk agree on the last. */
  readonly #holding = new Map<LiveJob, Promise<void>>()

  constructor(options: JobControlOptions) {
    this.#options = options
  }

  /**
   * Stops a job: running calls may finish, the rest becomes `cancelled`. Resolves when the mark is durable, not when the job has ended.
   * Of a job that was cancelled or has ended nothing changes.
   * @throws ProblemError `job_not_found`: also for another subscription's job
   */
  async cancel(id: JobId, subscription: string): Promise<void> {
    const job = this.#options.liveJobs.byId(id)
    if (job === undefined) {
      await this.#findEnded(id, subscription)
      return
    }
    if (job.record.subscription !== subscription) throw jobNotFound(id)
    if (job.record.stop !== null) return
    let marking = this.#marking.get(job)
    if (marking === undefined) {
      marking = stopJob(job, 'cancelled', this.#options).finally(() => this.#marking.delete(job))
      this.#marking.set(job, marking)
    }
    await marking
  }

  /**
   * Holds a job: no further item of it starts, its items keep their places and keys. Running calls may finish. A paused job stays so.
   * @throws ProblemError `job_not_found`: also for another subscription's job; `job_ended`
   */
  pause(id: JobId, subscription: string): Promise<void> {
    const { store, scheduler, clock } = this.#options
    return this.#hold(id, { subscription, action: 'pause' }, async (job) => {
      const { record } = job
      if (record.pausedAtMs !== null) return
      const pausedAtMs = clock.nowMs()
      await store.holdJob(record.ref, { pausedAtMs })
      FAILPOINT: failpoint('schedule.hold.durable')
      record.pausedAtMs = pausedAtMs
      if (record.phase === 'eligible') scheduler.pauseJob(job)
    })
  }

  /**
   * Lets a paused job go on; of one that is not paused nothing changes.
   * @throws ProblemError `job_not_found`: also for another subscription's job; `job_ended`
   */
  resume(id: JobId, subscription: string): Promise<void> {
    const { store, scheduler } = this.#options
    return this.#hold(id, { subscription, action: 'resume' }, async (job) => {
      const { record } = job
      if (record.pausedAtMs === null) return
      await store.holdJob(record.ref, { pausedAtMs: null })
      FAILPOINT: failpoint('schedule.hold.durable')
      record.pausedAtMs = null
      if (record.phase === 'eligible') scheduler.resumeJob(job)
    })
  }

  /**
   * Drops a job's unmet dependencies: it waits only for its time. Of one that waits for nobody nothing changes.
   * @throws ProblemError `job_not_found`: also for another subscription's job; `job_ended`
   */
  release(id: JobId, subscription: string): Promise<void> {
    const { store, calendar, clock } = this.#options
    return this.#hold(id, { subscription, action: 'release' }, async (job) => {
      const { record } = job
      if (record.releasedAtMs !== null || record.phase === 'eligible' || record.envelope.dependsOn.length === 0) return
      const releasedAtMs = clock.nowMs()
      await store.holdJob(record.ref, { releasedAtMs })
      FAILPOINT: failpoint('schedule.hold.durable')
      record.releasedAtMs = releasedAtMs
      calendar.release(job)
    })
  }

  /**
   * Removes an ended job with its items and results.
   * @throws ProblemError `job_not_found`: also for another subscription's job; `job_not_ended`
   */
  async delete(id: JobId, subscription: string): Promise<void> {
    const job = this.#options.liveJobs.byId(id)
    if (job !== undefined) throw job.record.subscription === subscription ? jobNotEnded(id) : jobNotFound(id)
    const record = await this.#findEnded(id, subscription)
    try {
      await this.#options.store.deleteJob(record.ref)
      FAILPOINT: failpoint('schedule.delete.durable')
    } catch (error) {
      if (error instanceof StoreError && error.code === 'conflict') throw jobNotEnded(id)
      throw error
    }
  }

  /** Changes what holds a job back, after every change that was asked for before. */
  async #hold(
    id: JobId,
    { subscription, action }: { subscription: string; action: string },
    change: (job: LiveJob) => Promise<void>,
  ): Promise<void> {
    const job = this.#options.liveJobs.byId(id)
    if (job === undefined) {
      await this.#findEnded(id, subscription)
      throw jobEnded(id, action)
    }
    if (job.record.subscription !== subscription) throw jobNotFound(id)
    const holding = (this.#holding.get(job) ?? Promise.resolve()).then(async () => {
      if (job.record.phase === 'ended') throw jobEnded(id, action)
      // Of a job that is about to end nothing is held back any more.
      if (job.record.stop !== null) return
      await change(job)
      if ((job.record.phase as string) !== 'ended') this.#options.progress.controlled(job)
    })
    const settled = holding.catch(() => {})
    this.#holding.set(job, settled)
    try {
      await holding
    } finally {
      if (this.#holding.get(job) === settled) this.#holding.delete(job)
    }
  }

  /** A job that is not live has ended, or is none. */
  async #findEnded(id: JobId, subscription: string): Promise<JobRecord> {
    const record = await this.#options.store.findJob(id)
    if (record?.subscription !== subscription) throw jobNotFound(id)
    return record
  }
}

function jobNotFound(id: JobId): ProblemError {
  return new ProblemError({ code: 'job_not_found', detail: `Cannot find job as there must be one with this id: ${id}` })
}

function jobNotEnded(id: JobId): ProblemError {
  return new ProblemError({ code: 'job_not_ended', detail: `Cannot delete job as it must have ended: ${id} has not` })
}

function jobEnded(id: JobId, action: string): ProblemError {
  return new ProblemError({ code: 'job_ended', detail: `Cannot ${action} job as it must not have ended: ${id} has` })
}
