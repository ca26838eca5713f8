import type { Item, Job } from '../generated/index.ts'

/*
 * A caller whose token is bound to jobs knows of no other job, execution or caller: these are its views of its own jobs.
 */

/** Stands for the caller that replaced an item's data. */
const HIDDEN = 'hidden'

/** Returns a job without what names or counts on others: executions, dependencies, the job that it retries. */
export function boundJob(job: Job): Job {
  const { execution: _, ...links } = job.links
  return {
    ...job,
    executionId: null,
    dependsOn: [],
    retryOf: null,
    traceparent: null,
    waiting: job.waiting.map(({ jobs: __, ...count }) => count),
    error: job.error === null ? null : boundError(job.error),
    links,
  }
}

/** Returns an item without the item that it stands behind, the job that retries it, and who replaced its data. */
export function boundItem<T extends Item>(item: T): T {
  const { waiting, log } = item
  return {
    ...item,
    waiting: waiting === null ? null : { ...waiting, behind: null },
    retriedAs: null,
    ...(log !== undefined && {
      log: log.map((call) =>
        call.replaced === undefined ? call : { ...call, replaced: { ...call.replaced, by: HIDDEN } },
      ),
    }),
  }
}

function boundError({ dependencies: _, ...error }: NonNullable<Job['error']>): NonNullable<Job['error']> {
  return { ...error, detail: 'Cannot start the job as another one must have ended as it requires: it has not' }
}
