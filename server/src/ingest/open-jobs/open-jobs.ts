import { expireJob } from '../../jobs/stop-job.ts'
import { ProblemError } from '../../model/errors.ts'
import type { JobId, JobRef } from '../../model/ids.ts'
import type { JobRecord } from '../../model/job.ts'
import type { LiveJob } from '../../model/live-job.ts'
import { OPEN_JOB_IDLE_SECONDS } from '../../model/limits.ts'
import { KeyedMutex } from '../../runtime/keyed-mutex.ts'
import { requireCurrent } from '../../store/find-job.ts'
import { StoreError } from '../../store/store-error.ts'
import { appendPart, type AppendReceipt, type AppendRequest } from './append-part.ts'
import type { IngestOptions } from '../ingest-ports.ts'
import { sealJob, type SealRequest } from './seal-job.ts'
import type { UploadPlace, UploadBudget } from '../body/upload-budget.ts'

/** Interval of the search for abandoned open jobs; the exact minute of a day does not matter. */
const LOOK_EVERY_MS = 60_000
const BUSY_RETRY_SECONDS = 1

/** Jobs that take their items in parts: one change of a job at a time, and an end for abandoned ones. */
export class OpenJobs {
  readonly #deps: IngestOptions
  readonly #budget: UploadBudget
  readonly #appending = new Set<JobRef>()
  /** A second seal looks at the job when the first has ended. */
  readonly #sealing = new KeyedMutex<JobRef>()
  #cancelTimer: (() => void) | null = null

  constructor(deps: IngestOptions, budget: UploadBudget) {
    this.#deps = deps
    this.#budget = budget
  }

  /** Begins to search for abandoned open jobs. */
  start(): void {
    this.#cancelTimer ??= this.#deps.clock.after(LOOK_EVERY_MS, () => {
      this.#cancelTimer = null
      this.#expireIdle()
      this.start()
    })
  }

  stop(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }

  async append(request: AppendRequest, place: UploadPlace): Promise<AppendReceipt> {
    const action = 'append items'
    const { record, job } = await requireCurrent(this.#deps, request.id, request.subscription)
    if (record.phase === 'waiting' || record.phase === 'eligible') throw jobSealed(action, `job ${record.id} is sealed`)
    if (job === null || record.phase !== 'open' || record.stop !== null) throw jobEnded(action, record)
    if (this.#appending.has(record.ref) || this.#sealing.isHeld(record.ref)) throw busy(action)
    this.#appending.add(record.ref)
    try {
      return await appendPart(job, request, { deps: this.#deps, place })
    } catch (error) {
      throw error instanceof StoreError && error.code === 'conflict' ? jobEnded(action, record) : error
    } finally {
      this.#appending.delete(record.ref)
    }
  }

  async seal(request: SealRequest & { readonly id: JobId; readonly subscription: string }): Promise<void> {
    const action = 'seal job'
    const { record, job } = await requireCurrent(this.#deps, request.id, request.subscription)
    await this.#sealing.run([record.ref], () => this.#seal(request, { record, job, action }))
  }

  async #seal(
    request: SealRequest,
    { record, job, action }: { record: JobRecord; job: LiveJob | null; action: string },
  ): Promise<void> {
    if (record.sealedAtMs !== null) {
      if (record.total === request.itemCount) return
      throw jobSealed(action, `it was sealed with ${record.total} items: current value is ${request.itemCount}`)
    }
    if (job === null || record.phase !== 'open' || record.stop !== null) throw jobEnded(action, record)
    if (this.#appending.has(record.ref)) throw busy(action)
    try {
      await sealJob(job, request, { deps: this.#deps, budget: this.#budget })
    } catch (error) {
      throw error instanceof StoreError && error.code === 'conflict' ? jobEnded(action, record) : error
    }
  }

  #expireIdle(): void {
    const { clock, liveJobs, logger } = this.#deps
    const untouchedSinceMs = clock.nowMs() - OPEN_JOB_IDLE_SECONDS * 1000
    for (const job of liveJobs.values()) {
      const { record } = job
      if (record.phase !== 'open' || record.stop !== null || record.touchedAtMs > untouchedSinceMs) continue
      if (this.#appending.has(record.ref) || this.#sealing.isHeld(record.ref)) continue
      this.#expire(job).catch((error: unknown) => {
        logger.error({ jobId: record.id, error: String(error) }, 'Cannot end an abandoned open job: it is retried')
      })
    }
  }

  async #expire(job: LiveJob): Promise<void> {
    const { ref } = job.record
    this.#appending.add(ref)
    try {
      await expireJob(job, 'expireOpenJob', this.#deps)
    } finally {
      this.#appending.delete(ref)
    }
  }
}

function busy(action: string): ProblemError {
  return new ProblemError({
    code: 'append_in_progress',
    detail: `Cannot ${action} as another part of this job is being received`,
    retryAfterSeconds: BUSY_RETRY_SECONDS,
  })
}

function jobSealed(action: string, current: string): ProblemError {
  return new ProblemError({ code: 'job_sealed', detail: `Cannot ${action} as ${current}` })
}

function jobEnded(action: string, record: JobRecord): ProblemError {
  const current = record.stop === null ? 'has ended' : `was ${record.stop.reason}`
  return new ProblemError({
    code: 'job_ended',
    detail: `Cannot ${action} as job ${record.id} must be open: it ${current}`,
  })
}
