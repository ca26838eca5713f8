import { limits } from '../engine/limits.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { MockProblem } from '../show/problems.ts'

/** The load that a request would add. */
export interface NewWork {
  readonly items: number
  readonly openJobs?: number
}

const PENDING_RETRY_SECONDS = 5
const OPEN_JOBS_RETRY_SECONDS = 30

/** @throws MockProblem `quota_exceeded`, `overloaded` when it would be more than may be pending or open; nothing is made then */
export function requireCapacity(work: NewWork, { book, quota, delayFactor }: MockWorld): void {
  const { items, openJobs = 0 } = work
  const live = book.all().filter(({ phase }) => phase !== 'ended')
  const open = live.filter(({ phase }) => phase === 'open').length
  if (openJobs > 0 && open + openJobs > quota.maxOpenJobs) {
    const value = quota.maxOpenJobs
    const detail = `Cannot open another job as open jobs of this subscription must be at most ${value}: current value is ${open}, so seal or cancel some`
    throw new MockProblem('quota_exceeded', detail, {
      retryAfterSeconds: OPEN_JOBS_RETRY_SECONDS * delayFactor,
      members: { limit: { name: 'maxOpenJobs', value } },
    })
  }
  const value = quota.maxPendingItems ?? limits.maxPendingItems
  if (items === 0 || items <= value - pendingItems(live)) return
  const retryAfterSeconds = PENDING_RETRY_SECONDS * delayFactor
  const detail = `Cannot take new work as pending items must be at most ${value}: with this request there are ${pendingItems(live) + items}`
  throw quota.maxPendingItems === null
    ? new MockProblem('overloaded', detail, { retryAfterSeconds })
    : new MockProblem('quota_exceeded', detail, {
        retryAfterSeconds,
        members: { limit: { name: 'maxPendingItems', value } },
      })
}

/** Items that have not ended. */
export function pendingItemsOf({ book }: Pick<MockWorld, 'book'>): number {
  return pendingItems(book.all().filter(({ phase }) => phase !== 'ended' && phase !== 'open'))
}

function pendingItems(
  live: readonly { items: readonly unknown[]; counts: Record<'succeeded' | 'failed' | 'cancelled', number> }[],
): number {
  return live.reduce(
    (sum, { items, counts }) => sum + items.length - counts.succeeded - counts.failed - counts.cancelled,
    0,
  )
}
