import type { Execution, Job, Stage } from '@waybill/spec'
import { executionLinks, executionOutcome, executionStatus, rootPaths, sumCounts } from '@waybill/spec/rules'
import { round, time } from './job-view.ts'
import type { MockExecution, MockJob } from '../engine/mock-job.ts'

/** The public Execution. @param loose jobs that only name it */
export function executionView(
  { id, createdAtMs, stages }: Pick<MockExecution, 'id' | 'createdAtMs' | 'stages'>,
  loose: readonly MockJob[],
  { showJob, nowMs }: { readonly showJob: (job: MockJob) => Job; readonly nowMs: number },
): Execution {
  const shown = stages.map(({ name, jobs }) =>
    stageView(
      name,
      jobs.map((job) => showJob(job)),
    ),
  )
  const others = loose.map((job) => showJob(job))
  const jobs = [...shown.flatMap((stage) => stage.jobs), ...others]
  return {
    id,
    subscription: 'default',
    ...togetherView(jobs),
    progress: progressOf(jobs, nowMs),
    stages: shown,
    ...(others.length > 0 && { jobs: others }),
    createdAt: time(createdAtMs),
    links: executionLinks(id, rootPaths),
  }
}

function stageView(name: string, jobs: Job[]): Stage {
  return { name, ...togetherView(jobs), jobs }
}

/** Sums up jobs. */
function togetherView(jobs: readonly Job[]): Pick<Stage, 'status' | 'done' | 'outcome' | 'counts'> {
  const done = jobs.every((job) => job.done)
  const counts = sumCounts(jobs)
  const outcomes = jobs.map(({ outcome }) => outcome)
  const outcome = done ? executionOutcome(outcomes, counts.succeeded) : null
  return { status: executionStatus(jobs), done, outcome, counts }
}

function progressOf(jobs: readonly Job[], nowMs: number): Execution['progress'] {
  const counts = sumCounts(jobs)
  const startedAtMs = Math.min(...jobs.map(({ startedAt }) => (startedAt === null ? Infinity : Date.parse(startedAt))))
  if (counts.total === 0 || startedAtMs === Infinity) return null
  const ended = counts.succeeded + counts.failed + counts.cancelled
  const itemsPerSecond = ended / (Math.max(1, nowMs - startedAtMs) / 1000)
  const isKnown =
    itemsPerSecond > 0 && jobs.every(({ status }) => status !== 'open') && executionStatus(jobs) !== 'blocked'
  const etaSeconds = isKnown ? round((counts.total - ended) / itemsPerSecond) : null
  return {
    ratio: ended / counts.total,
    itemsPerSecond: round(itemsPerSecond),
    etaSeconds,
    estimatedEndAt: etaSeconds === null ? null : time(nowMs + etaSeconds * 1000),
    decidedBy: null,
  }
}
