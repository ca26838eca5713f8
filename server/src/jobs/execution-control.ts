import { ProblemError } from '../model/errors.ts'
import type { JobId } from '../model/ids.ts'
import type { JobPhase } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { liveJobsOf, ownerUnavailable } from '../store/find-job.ts'
import type { JobStore } from '../store/job-store.ts'
import type { JobControl } from './job-control.ts'

export interface ExecutionControlOptions {
  readonly store: Pick<JobStore, 'findExecution' | 'listJobs'>
  readonly liveJobs: Pick<LiveJobs, 'values' | 'runs' | 'runsAll'>
  readonly jobs: Pick<JobControl, 'cancelAll' | 'pauseAll' | 'resumeAll'>
}

const JOBS_PER_READ = 1000
const UNFINISHED: readonly JobPhase[] = ['open', 'waiting', 'eligible']

/**
 * Controls all jobs of an execution that have not ended, staged or not: one durable write, all of them or none (PRG-3: no stage opens
 * in between). Called by http.
 */
export class ExecutionControl {
  readonly #options: ExecutionControlOptions

  constructor(options: ExecutionControlOptions) {
    this.#options = options
  }

  /**
   * Cancels every job of an execution: running calls may finish, the rest becomes `cancelled`. Of one that has ended nothing changes.
   * @throws ProblemError `execution_not_found`: also for another subscription's execution
   */
  async cancel(id: string, subscription: string): Promise<void> {
    const jobs = await this.#liveJobs(id, subscription)
    if (jobs.length === 0) await this.#requireKnown(id, subscription)
    else await this.#options.jobs.cancelAll(jobs)
  }

  /**
   * Pauses every job of an execution, those that have not begun too. A second call pauses jobs that were added since.
   * @throws ProblemError `execution_not_found`: also for another subscription's execution; `execution_ended`
   */
  pause(id: string, subscription: string): Promise<void> {
    return this.#hold(id, { subscription, action: 'pause' })
  }

  /**
   * Resumes every paused job of an execution.
   * @throws ProblemError `execution_not_found`: also for another subscription's execution; `execution_ended`
   */
  resume(id: string, subscription: string): Promise<void> {
    return this.#hold(id, { subscription, action: 'resume' })
  }

  async #hold(
    id: string,
    { subscription, action }: { subscription: string; action: 'pause' | 'resume' },
  ): Promise<void> {
    const jobs = await this.#liveJobs(id, subscription)
    if (jobs.length === 0) {
      await this.#requireKnown(id, subscription)
      throw executionEnded(id, action)
    }
    try {
      await this.#options.jobs[action === 'pause' ? 'pauseAll' : 'resumeAll'](jobs)
    } catch (error) {
      throw error instanceof ProblemError && error.code === 'job_ended' ? executionEnded(id, action) : error
    }
  }

  /** @throws ProblemError `owner_unavailable`: nobody runs the channel of one that has not ended */
  async #liveJobs(id: string, subscription: string): Promise<LiveJob[]> {
    const { liveJobs } = this.#options
    if (!liveJobs.runsAll) await this.#requireOwners(id, subscription)
    const jobs = [...liveJobsOf(liveJobs, subscription)]
    return jobs.filter(({ record }) => record.envelope.executionId === id)
  }

  async #requireOwners(id: string, subscription: string): Promise<void> {
    const { liveJobs, store } = this.#options
    let beforeId: JobId | undefined
    do {
      const query = { subscription, executionId: id, limit: JOBS_PER_READ, phases: UNFINISHED }
      const records = await store.listJobs({ ...query, ...(beforeId !== undefined && { beforeId }) })
      const away = records.find(({ envelope }) => !liveJobs.runs(envelope.channel))
      if (away !== undefined) throw ownerUnavailable(away.envelope.channel)
      beforeId = records.length < JOBS_PER_READ ? undefined : records.at(-1)!.id
    } while (beforeId !== undefined)
  }

  async #requireKnown(id: string, subscription: string): Promise<void> {
    const { store } = this.#options
    if ((await store.findExecution(id, subscription)) !== null) return
    if ((await store.listJobs({ subscription, executionId: id, limit: 1 })).length > 0) return
    throw new ProblemError({
      code: 'execution_not_found',
      detail: `Cannot find execution ${id} as there is none of this id for the caller`,
    })
  }
}

function executionEnded(id: string, action: string): ProblemError {
  return new ProblemError({
    code: 'execution_ended',
    detail: `Cannot ${action} execution as one of its jobs must not have ended: all jobs of ${id} have`,
  })
}
