import type { LiveJob } from '../model/live-job.ts'
import type { Logger } from '../runtime/logger.ts'
import { STORE_RETRY_MS } from '../store/store-retries.ts'
import { expireJob, type StopJobDeps } from './stop-job.ts'
import type { WallTimes } from './wall-times.ts'

export interface DeadlinesOptions extends StopJobDeps {
  readonly times: WallTimes
  readonly scheduler: StopJobDeps['scheduler'] & { pauseJob(job: LiveJob): void }
  readonly logger: Logger
}

/** Deadlines: the rest of a job at its `deadlineAt` is cancelled, and the job ends `expired`; its results stay. */
export class Deadlines {
  readonly #options: DeadlinesOptions
  readonly #waiting = new Map<LiveJob, () => void>()

  constructor(options: DeadlinesOptions) {
    this.#options = options
  }

  /** Follows a job from its publication, or its recovery, to its end. */
  watch(job: LiveJob): void {
    const { deadlineAtMs } = job.record.envelope
    if (deadlineAtMs !== null && job.record.stop === null) this.#expireAt(job, deadlineAtMs)
  }

  jobEnded(job: LiveJob): void {
    this.#waiting.get(job)?.()
    this.#waiting.delete(job)
  }

  /** Watches no job any more. */
  forget(): void {
    for (const cancel of this.#waiting.values()) cancel()
    this.#waiting.clear()
  }

  #expireAt(job: LiveJob, wallMs: number): void {
    const { times, clock, scheduler, logger, liveJobs } = this.#options
    const cancel = times.at(wallMs, () => {
      this.#waiting.delete(job)
      const { record } = job
      if (record.phase === 'ended' || record.stop !== null) return
      // Until the mark is durable workers would only return its items.
      scheduler.pauseJob(job)
      expireJob(job, 'expireJob', this.#options).catch((error: unknown) => {
        logger.error({ jobId: record.id, error: String(error) }, 'Cannot end a job at its deadline: it is retried')
        if (record.phase !== 'ended' && liveJobs.byRef(record.ref) === job)
          this.#expireAt(job, clock.nowMs() + STORE_RETRY_MS)
      })
    })
    this.#waiting.set(job, cancel)
  }
}
