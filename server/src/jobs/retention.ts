import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { AuditStore } from '../store/audit-store.ts'
import type { ExpiredJob, JobStore } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'

export interface RetentionOptions {
  readonly store: Pick<JobStore, 'listExpiredJobs' | 'deleteJob'> & Pick<AuditStore, 'purgeAudit'>
  readonly clock: Clock
  readonly logger: Logger
  readonly telemetry: Pick<Telemetry, 'emit'>
  readonly audit: {
    /** Counts a job that was purged. */
    purged(job: ExpiredJob): void
  }
  /** Days after which entries of the audit are removed. */
  readonly auditRetainForDays: number
}

/** Interval of the search for expired jobs; the exact minute of a week does not matter. */
const LOOK_EVERY_MS = 60_000
/** After a look that did not come to the end. */
const LOOK_AGAIN_MS = 1000
const JOBS_PER_BATCH = 100
/** Deletions of one look: the rest waits for the next one, so that commits of outcomes are never far behind. */
const BATCHES_PER_LOOK = 50
/** Entries of the audit a step: some 5 ms of the store's thread. */
const AUDIT_ENTRIES_PER_BATCH = 500
const LOOK_THROUGH_AUDIT_EVERY_MS = 3_600_000
const DAY_MS = 86_400_000

/** Retention: removes ended jobs, with their items and results, once `retainForSeconds` have passed since their end, and old entries of the audit. */
export class Retention implements Service {
  readonly #options: RetentionOptions
  #cancelTimer: (() => void) | null = null
  #looking: Promise<void> | null = null
  #stopped = false
  /** The last look left expired jobs behind. */
  #hasMore = false
  #auditAtMs = 0
  #auditPurge: Promise<void> | null = null

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  /** Begins to look through the audit at once, and through ended jobs in a minute. */
  start(): void {
    if (this.#stopped) return
    this.#auditPurge ??= this.#purgeAudit()
    this.#cancelTimer ??= this.#options.clock.after(this.#hasMore ? LOOK_AGAIN_MS : LOOK_EVERY_MS, () => {
      this.#cancelTimer = null
      this.#looking = this.#look().finally(() => {
        this.#looking = null
        this.start()
      })
    })
  }

  /** Resolves when the deletion in progress is over. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer?.()
    this.#cancelTimer = null
    await this.#looking
    await this.#auditPurge
  }

  async #look(): Promise<void> {
    await this.#purge()
    if (this.#options.clock.nowMs() >= this.#auditAtMs) this.#auditPurge = this.#purgeAudit()
    await this.#auditPurge
  }

  async #purgeAudit(): Promise<void> {
    const { store, clock, logger, auditRetainForDays } = this.#options
    const beforeMs = clock.nowMs() - auditRetainForDays * DAY_MS
    try {
      for (let batch = 0; batch < BATCHES_PER_LOOK && !this.#stopped; batch++) {
        const purged = await store.purgeAudit(beforeMs, AUDIT_ENTRIES_PER_BATCH)
        if (purged === AUDIT_ENTRIES_PER_BATCH) continue
        this.#auditAtMs = clock.nowMs() + LOOK_THROUGH_AUDIT_EVERY_MS
        break
      }
    } catch (error) {
      if (error instanceof StoreError && error.code === 'closed') return
      logger.error({ error: String(error) }, 'Cannot purge the audit: it is retried')
    }
  }

  async #purge(): Promise<void> {
    const { store, clock, logger, telemetry, audit } = this.#options
    let purged = 0
    this.#hasMore = true
    try {
      for (let batch = 0; batch < BATCHES_PER_LOOK && !this.#stopped; batch++) {
        const jobs = await store.listExpiredJobs(clock.nowMs(), JOBS_PER_BATCH)
        for (const job of jobs) {
          if (this.#stopped) break
          await store.deleteJob(job.ref)
          FAILPOINT: failpoint('schedule.delete.durable')
          audit.purged(job)
          telemetry.emit('job.deleted', job)
          purged++
        }
        if (jobs.length < JOBS_PER_BATCH) {
          this.#hasMore = false
          break
        }
      }
    } catch (error) {
      this.#hasMore = false
      if (error instanceof StoreError && error.code === 'closed') return
      logger.error({ error: String(error) }, 'Cannot purge ended jobs: it is retried')
    }
    if (purged > 0) logger.info({ jobs: purged }, 'Purged jobs whose time was over')
  }
}
