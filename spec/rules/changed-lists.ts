import type { Job, UpdatedList } from '../generated/index.ts'

/** The lists in the order in which they are named. */
export const updatedLists = [
  'parked',
  'dead_letters',
  'executions',
  'webhooks',
] as const satisfies readonly UpdatedList[]

/** The counts of a job that decide which lists it changes. */
export interface ListedCounts {
  readonly failed: number
  readonly parked: number
}

/** Of a job that was just made. */
export const NOTHING_LISTED: ListedCounts = { failed: 0, parked: 0 }

export function listedCounts({ counts, waiting }: Pick<Job, 'counts' | 'waiting'>): ListedCounts {
  const parked = waiting.reduce((sum, { reason, items }) => sum + (reason === 'parked' ? items : 0), 0)
  return { failed: counts.failed, parked }
}

/**
 * Returns the lists in which a job that changed may have changed something.
 * @param before as it was reported before; `NOTHING_LISTED`: it was just made; null: not known
 */
export function changedLists(job: Job, before: ListedCounts | null): UpdatedList[] {
  const { failed, parked } = listedCounts(job)
  // A job that retries items of another one is shown beside these.
  const isRetry = before === NOTHING_LISTED && job.retryOf !== null
  const changes: Readonly<Record<UpdatedList, boolean>> = {
    // Also where as many were decided as parked meanwhile, or one parked again.
    parked: before === null || before.parked > 0 || parked > 0,
    dead_letters: before?.failed !== failed || isRetry,
    executions: job.executionId !== null,
    webhooks: false,
  }
  return updatedLists.filter((list) => changes[list])
}
