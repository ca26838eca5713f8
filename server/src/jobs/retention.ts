import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import type { JobStore } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'

export interface RetentionOptions {
  readonly store: Pick<JobStore, 'listExpiredJobs' | 'deleteJob'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Interval of the search for expired jobs; the exact minute of a week does not matter. */
const LOOK_EVERY_MS = 60_000
const JOBS_PER_BATCH = 100
/** Deletions of one look: the rest waits for the next one, so that commits of outcomes are never far behind. */
const BATCHES_PER_LOOK = 50

/** Retention: removes ended jobs, with their items and results, once `retainForSeconds` have passed since their end. */
export class Retention implements Service {
  readonly #options: RetentionOptions
  #cancelTimer: (() => void) | null = null
  #looking: Promise<void> | null = null
  #stopped = false

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  /** Begins to look through ended jobs. */
  start(): void {
    if (this.#stopped) return
    this.#cancelTimer ??= this.#options.clock.after(LOOK_EVERY_MS, () => {
      this.#cancelTimer = null
      this.#looking = this.#purge().finally(() => {
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
  }

  async #purge(): Promise<void> {
    const { store, clock, logger } = this.#options
    let purged = 0
    try {
      for (let batch = 0; batch < BATCHES_PER_LOOK && !this.#stopped; batch++) {
        const refs = await store.listExpiredJobs(clock.nowMs(), JOBS_PER_BATCH)
        for (const ref of refs) {
          if (this.#stopped) break
          await store.deleteJob(ref)
          FAILPOINT: failpoint('schedule.delete.durable')
          purged++
        }
        if (refs.length < JOBS_PER_BATCH) break
      }
    } catch (error) {
      if (error instanceof StoreError && error.code === 'closed') return
      logger.error({ error: String(error) }, 'Cannot purge ended jobs: it is retried')
    }
    if (purged > 0) logger.info({ jobs: purged }, 'Purged jobs whose time was over')
  }
}
