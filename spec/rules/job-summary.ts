import type { Job, JobSummary } from '../generated/index.ts'

/** Returns the fields of a job that change, and those that identify it. */
export function jobSummary(job: Job): JobSummary {
  const { id, version, status, done, outcome, channel, objectType, action, source, executionId } = job
  const { counts, progress, waiting, deadlineAt, createdAt, startedAt, lastProgressAt, endedAt } = job
  return {
    ...{ id, version, status, done, outcome, channel, objectType, action, source, executionId },
    ...{ counts, progress, waiting, deadlineAt, createdAt, startedAt, lastProgressAt, endedAt },
  }
}
