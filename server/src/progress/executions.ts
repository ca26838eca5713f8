import type { Execution, ItemCounts, Job, JobOutcome, Stage } from '@waybill/spec'
import { type ApiPaths, executionLinks, executionOutcome, executionStatus, sumCounts } from '@waybill/spec/rules'
import type { JobId } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import type { Clock } from '../runtime/clock.ts'
import type { ExecutionRecord, JobStore } from '../store/job-store.ts'
import { type JobSnapshot, time } from './job-view.ts'
import { type ExecutionListPage, type ExecutionListQuery, listExecutions } from './list-executions.ts'

export interface ExecutionsOptions {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly paths: ApiPaths
  readonly store: Pick<JobStore, 'findExecution' | 'listExecutions' | 'listJobs' | 'jobOutcomes'>
  readonly progress: {
    first(record: JobRecord, rejected: { readonly failed: number }): JobSnapshot
    shown(record: JobRecord): JobSnapshot | Promise<JobSnapshot>
    look(id: JobId, subscription: string): Promise<JobSnapshot | null>
  }
}

/** Jobs that stand in no stage; more are found by `listJobs`. */
const MAX_LOOSE_JOBS = 1000

/** Executions: jobs that belong together, seen as one. Worked out from their jobs whenever somebody asks. */
export class Executions {
  readonly #options: ExecutionsOptions

  constructor(options: ExecutionsOptions) {
    this.#options = options
  }

  /** As it will be when its jobs, in their order, are published. */
  first(
    record: ExecutionRecord,
    jobs: readonly { readonly record: JobRecord; readonly rejected: { readonly failed: number } }[],
  ): { readonly json: string } {
    const shown = new Map(
      jobs.map((job) => [job.record.id, this.#options.progress.first(job.record, job.rejected).job]),
    )
    const stages = record.stages.map(({ name, jobs: ids }) =>
      stageView(
        name,
        ids.map((id) => ({ job: shown.get(id)!, outcome: null })),
      ),
    )
    const { clock, paths } = this.#options
    return { json: JSON.stringify(executionView(record, { stages, loose: [], nowMs: clock.nowMs(), paths })) }
  }

  /** The execution as it is now; one whose id was only named by jobs has no stages. Null: there is none for this subscription (SEC-1). */
  async view(id: string, subscription: string): Promise<Execution | null> {
    return this.#view({ id, subscription, made: await this.#options.store.findExecution(id, subscription) })
  }

  /** Executions newest first, those included that jobs only name. */
  list(query: ExecutionListQuery): Promise<ExecutionListPage> {
    return listExecutions(query, {
      store: this.#options.store,
      view: (record) => this.#view({ id: record.id, subscription: record.subscription, made: record }),
    })
  }

  async #view(execution: {
    readonly id: string
    readonly subscription: string
    readonly made: ExecutionRecord | null
  }): Promise<Execution | null> {
    const { id, subscription, made } = execution
    const { store, progress, clock, paths } = this.#options
    const records = await store.listJobs({ subscription, executionId: id, limit: MAX_LOOSE_JOBS })
    if (records.length === 0 && (made === null || made.stages.length === 0)) return null
    const staged = new Set(made?.stages.flatMap(({ jobs }) => jobs))
    const stages: Stage[] = []
    for (const { name, jobs } of made?.stages ?? [])
      stages.push(stageView(name, await this.#members(jobs, subscription)))
    const isLoose = records.filter((record) => !staged.has(record.id))
    const loose = await Promise.all(isLoose.map(async (record) => (await progress.shown(record)).job))
    const createdAtMs = made?.createdAtMs ?? records.at(-1)!.createdAtMs
    return executionView({ id, subscription, createdAtMs }, { stages, loose, nowMs: clock.nowMs(), paths })
  }

  /** The jobs of a stage; of those removed since only the outcome is known. */
  async #members(ids: readonly JobId[], subscription: string): Promise<Member[]> {
    const members: Member[] = []
    const gone: JobId[] = []
    for (const id of ids) {
      const snapshot = await this.#options.progress.look(id, subscription)
      if (snapshot === null) gone.push(id)
      else members.push({ job: snapshot.job, outcome: snapshot.job.outcome })
    }
    if (gone.length > 0) {
      const outcomes = await this.#options.store.jobOutcomes(gone, subscription)
      for (const outcome of outcomes) members.push({ job: null, outcome: outcome ?? 'cancelled' })
    }
    return members
  }
}

/** A job of a stage; null: it was removed since. */
interface Member {
  readonly job: Job | null
  readonly outcome: JobOutcome | null
}

function stageView(name: string, members: readonly Member[]): Stage {
  const jobs = members.flatMap(({ job }) => (job === null ? [] : [job]))
  const done = jobs.every((job) => job.done)
  const counts = sumCounts(jobs)
  return {
    name,
    status: executionStatus(jobs),
    done,
    outcome: done
      ? executionOutcome(
          members.map(({ outcome }) => outcome),
          counts.succeeded,
        )
      : null,
    counts,
    jobs,
  }
}

function executionView(
  { id, subscription, createdAtMs }: Pick<ExecutionRecord, 'id' | 'subscription' | 'createdAtMs'>,
  {
    stages,
    loose,
    nowMs,
    paths,
  }: { readonly stages: Stage[]; readonly loose: Job[]; readonly nowMs: number; readonly paths: ApiPaths },
): Execution {
  const jobs = [...stages.flatMap((stage) => stage.jobs), ...loose]
  const done = jobs.every((job) => job.done)
  const counts = sumCounts(jobs)
  const outcomes = [...stages.map(({ outcome }) => outcome), ...loose.map(({ outcome }) => outcome)]
  return {
    id,
    subscription,
    status: executionStatus(jobs),
    done,
    outcome: done ? executionOutcome(outcomes, counts.succeeded) : null,
    counts,
    progress: progressOf(jobs, { stages, loose, counts, nowMs }),
    stages,
    ...(loose.length > 0 && { jobs: loose }),
    createdAt: time(createdAtMs),
    links: executionLinks(id, paths),
  }
}

/** Stages run one after the other, the jobs of one side by side; nobody knows how long what has not begun will take. */
function progressOf(
  jobs: readonly Job[],
  {
    stages,
    loose,
    counts,
    nowMs,
  }: {
    readonly stages: readonly Stage[]
    readonly loose: readonly Job[]
    readonly counts: ItemCounts
    readonly nowMs: number
  },
): Execution['progress'] {
  if (counts.total === 0 || jobs.every(({ startedAt }) => startedAt === null)) return null
  const ended = counts.succeeded + counts.failed + counts.cancelled
  const live = jobs.filter((job) => !job.done)
  let itemsPerSecond = 0
  for (const job of live) itemsPerSecond += job.progress?.itemsPerSecond ?? 0
  let etaSeconds: number | null = 0
  for (const group of [...stages.map((stage) => stage.jobs), loose]) {
    const groupSeconds = etaOf(group, itemsPerSecond)
    etaSeconds = etaSeconds === null || groupSeconds === null ? null : etaSeconds + groupSeconds
  }
  return {
    ratio: ended / counts.total,
    itemsPerSecond: Math.round(itemsPerSecond * 100) / 100,
    etaSeconds: etaSeconds === null ? null : Math.round(etaSeconds * 100) / 100,
    estimatedEndAt: etaSeconds === null ? null : time(nowMs + etaSeconds * 1000),
    decidedBy: null,
  }
}

/** The longest of jobs that run side by side; one that has not begun is taken to go as fast as those that run now. */
function etaOf(jobs: readonly Job[], itemsPerSecond: number): number | null {
  let longest = 0
  for (const job of jobs) {
    if (job.done) continue
    if (job.status === 'open') return null // more items may come
    const eta =
      job.progress?.etaSeconds ??
      (itemsPerSecond > 0 && job.startedAt === null ? job.counts.total / itemsPerSecond : null)
    if (eta === null) return null
    longest = Math.max(longest, eta)
  }
  return longest
}
