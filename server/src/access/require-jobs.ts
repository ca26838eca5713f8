import { ProblemError } from '../model/errors.ts'
import type { JobId } from '../model/ids.ts'
import { findJob } from '../store/find-job.ts'
import type { JobStore } from '../store/job-store.ts'

/** The store knows the live ones, too. */
const NONE = { byId: () => undefined, runs: () => true, runsAll: true }

/** Checks the jobs that a token is to be bound to. @throws ProblemError `bad_request`: names those that are no jobs of the subscription */
export async function requireJobs(
  store: Pick<JobStore, 'findJob'>,
  jobs: readonly JobId[],
  subscription: string,
): Promise<void> {
  const found = await Promise.all(jobs.map((id) => findJob({ liveJobs: NONE, store }, id, subscription)))
  const detail = 'must be a job of the subscription of the token: there is none of this id'
  const errors = found.flatMap((record, n) => (record !== null ? [] : [{ pointer: `/jobs/${n}`, detail }]))
  if (errors.length === 0) return
  throw new ProblemError({
    code: 'bad_request',
    detail: `Cannot create token as ${errors[0]!.pointer} ${detail}`,
    errors,
    errorCount: errors.length,
  })
}
