import type { Execution, ItemCounts, Job, JobOutcome } from '../generated/index.ts'

/** The members of a job that an execution's status follows from. */
export type MemberJob = Pick<Job, 'status' | 'done' | 'startedAt' | 'error'>

/** Returns the status of jobs taken together: of the stages of an execution, or of all of it. */
export function executionStatus(jobs: readonly MemberJob[]): Execution['status'] {
  const unfinished = jobs.filter((job) => !job.done)
  if (unfinished.length === 0) return 'ended'
  if (unfinished.every(({ status }) => status === 'cancelling')) return 'cancelling'
  if (unfinished.some(({ status }) => status === 'running')) return 'running'
  if (unfinished.some(({ status }) => status === 'paused')) return 'paused'
  if (isStuck(unfinished)) return 'blocked'
  if (unfinished.length < jobs.length || unfinished.some(({ startedAt }) => startedAt !== null)) return 'running'
  for (const status of ['pending', 'open', 'scheduled'] as const)
    if (unfinished.some((job) => job.status === status)) return status
  return 'blocked'
}

/** Nothing continues by itself: all wait for other jobs, and one of them in vain. */
function isStuck(unfinished: readonly MemberJob[]): boolean {
  return (
    unfinished.every(({ status }) => status === 'blocked') &&
    unfinished.some(({ error }) => error?.code === 'dependency_unmet')
  )
}

/** Returns the outcome of jobs, or of stages, that have all ended. @param succeeded items that did, over all of them */
export function executionOutcome(outcomes: readonly (JobOutcome | null)[], succeeded: number): JobOutcome {
  if (outcomes.every((outcome) => outcome === 'succeeded')) return 'succeeded'
  for (const outcome of ['cancelled', 'expired'] as const) if (outcomes.includes(outcome)) return outcome
  const anySucceeded = succeeded > 0 || outcomes.some((outcome) => outcome === 'succeeded' || outcome === 'partial')
  return anySucceeded ? 'partial' : 'failed'
}

/** Adds up the counts of jobs. */
export function sumCounts(jobs: readonly { readonly counts: ItemCounts }[]): ItemCounts {
  const sum = { total: 0, pending: 0, waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 }
  for (const { counts } of jobs) for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += counts[name]
  return sum
}
