import type { Execution, ItemCounts, Job, JobOutcome, Stage } from '@waybill/spec'
import type { JobBook } from './job-book.ts'
import { round, time } from './job-view.ts'
import type { MockExecution, MockJob } from './mock-job.ts'

/** The public Execution. @param loose jobs that only name it */
export function executionView(
  { id, createdAtMs, stages }: Pick<MockExecution, 'id' | 'createdAtMs' | 'stages'>,
  loose: readonly MockJob[],
  { book, nowMs }: { readonly book: Pick<JobBook, 'show'>; readonly nowMs: number },
): Execution {
  const shown = stages.map(({ name, jobs }) =>
    stageView(
      name,
      jobs.map((job) => book.show(job)),
    ),
  )
  const others = loose.map((job) => book.show(job))
  const jobs = [...shown.flatMap((stage) => stage.jobs), ...others]
  return {
    id,
    subscription: 'default',
    ...togetherView(jobs),
    progress: progressOf(jobs, nowMs),
    stages: shown,
    ...(others.length > 0 && { jobs: others }),
    createdAt: time(createdAtMs),
    links: linksOf(id),
  }
}

function linksOf(id: string): Execution['links'] {
  const self = executionPath(id)
  const jobs = `/v1/jobs?executionId=${encodeURIComponent(id)}`
  return { self, jobs, cancel: `${self}/cancel`, pause: `${self}/pause`, resume: `${self}/resume` }
}

export function executionPath(id: string): string {
  return `/v1/executions/${encodeURIComponent(id)}`
}

function stageView(name: string, jobs: Job[]): Stage {
  return { name, ...togetherView(jobs), jobs }
}

/** What jobs are together. */
function togetherView(jobs: readonly Job[]): Pick<Stage, 'status' | 'done' | 'outcome' | 'counts'> {
  const done = jobs.every((job) => job.done)
  return { status: statusOf(jobs), done, outcome: done ? outcomeOf(jobs) : null, counts: countsOf(jobs) }
}

function countsOf(jobs: readonly Job[]): ItemCounts {
  const sum: ItemCounts = { total: 0, pending: 0, waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 }
  for (const { counts } of jobs) for (const name of Object.keys(sum) as (keyof ItemCounts)[]) sum[name] += counts[name]
  return sum
}

function statusOf(jobs: readonly Job[]): Execution['status'] {
  const live = jobs.filter((job) => !job.done)
  if (live.length === 0) return 'ended'
  if (live.every(({ status }) => status === 'cancelling')) return 'cancelling'
  const isUnderWay = live.length < jobs.length || live.some(({ startedAt }) => startedAt !== null)
  const isRunning = live.some(({ status }) => status === 'running')
  if (!isRunning && live.some(({ status }) => status === 'paused')) return 'paused'
  if (isRunning) return 'running'
  if (isStuck(live)) return 'blocked'
  if (isUnderWay) return 'running'
  return (
    (['pending', 'open', 'scheduled'] as const).find((one) => live.some(({ status }) => status === one)) ?? 'blocked'
  )
}

/** Nothing continues by itself: all wait for other jobs, and one of them in vain. */
function isStuck(live: readonly Job[]): boolean {
  return (
    live.every(({ status }) => status === 'blocked') && live.some(({ error }) => error?.code === 'dependency_unmet')
  )
}

function outcomeOf(jobs: readonly Job[]): JobOutcome {
  const outcomes = jobs.map(({ outcome }) => outcome)
  if (outcomes.every((outcome) => outcome === 'succeeded')) return 'succeeded'
  for (const outcome of ['cancelled', 'expired'] as const) if (outcomes.includes(outcome)) return outcome
  return outcomes.some((outcome) => outcome === 'succeeded' || outcome === 'partial') ? 'partial' : 'failed'
}

function progressOf(jobs: readonly Job[], nowMs: number): Execution['progress'] {
  const counts = countsOf(jobs)
  const startedAtMs = Math.min(...jobs.map(({ startedAt }) => (startedAt === null ? Infinity : Date.parse(startedAt))))
  if (counts.total === 0 || startedAtMs === Infinity) return null
  const ended = counts.succeeded + counts.failed + counts.cancelled
  const itemsPerSecond = ended / (Math.max(1, nowMs - startedAtMs) / 1000)
  const isKnown =
    itemsPerSecond > 0 && jobs.every(({ status }) => status !== 'open') && !isStuck(jobs.filter(({ done }) => !done))
  const etaSeconds = isKnown ? round((counts.total - ended) / itemsPerSecond) : null
  return {
    ratio: ended / counts.total,
    itemsPerSecond: round(itemsPerSecond),
    etaSeconds,
    estimatedEndAt: etaSeconds === null ? null : time(nowMs + etaSeconds * 1000),
  }
}
