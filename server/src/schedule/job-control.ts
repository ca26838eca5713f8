import { ProblemError } from '../model/errors.ts'
import type { JobId } from '../model/ids.ts'
import type { JobRecord, StopMark } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { Clock } from '../runtime/clock.ts'
import { type Store, StoreError } from '../store/store.ts'

export interface JobControlOptions {
  readonly store: Pick<Store, 'findJob' | 'markStopped' | 'deleteJob'>
  readonly liveJobs: LiveJobs
  readonly scheduler: { stopJob(job: LiveJob): void }
  readonly outcomes: { endJob(job: LiveJob, reason: StopMark['reason']): void }
  readonly progress: { controlled(job: LiveJob): void }
  readonly clock: Clock
}

/** What a caller does to a whole job, whatever its size: one durable mark, then everybody who must know is told. Called by http. */
export class JobControl {
  readonly #options: JobControlOptions
  /** Marks on their way to the disk: a second cancel waits for the first. */
  readonly #marking = new Map<LiveJob, Promise<void>>()

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
      marking = this.#stop(job).finally(() => this.#marking.delete(job))
      this.#marking.set(job, marking)
    }
    await marking
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
    } catch (error) {
      if (error instanceof StoreError && error.code === 'conflict') throw jobNotEnded(id)
      throw error
    }
  }

  async #stop(job: LiveJob): Promise<void> {
    const { store, scheduler, outcomes, progress, clock } = this.#options
    const { record } = job
    const mark: StopMark = { reason: 'cancelled', atMs: clock.nowMs() }
    await store.markStopped(record.ref, mark)
    // Its last outcome may have become durable meanwhile: then it has ended as if nobody had asked.
    if (record.phase === 'ended') return
    record.stop = mark
    if (record.phase === 'open') outcomes.endJob(job, mark.reason)
    else scheduler.stopJob(job)
    progress.controlled(job)
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
