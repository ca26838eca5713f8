import type { Job, JobOutcome, JobStatus } from '@waybill/spec'
import type { Channels } from './channels.ts'
import { jobView, statusOf } from '../show/job-view.ts'
import { meetsRequirement } from '@waybill/spec/rules'
import type { MockClock } from './mock-clock.ts'
import type { MockExecution, MockJob } from './mock-job.ts'
import { randomHex } from './random.ts'

/** All jobs of a mock, and how they are shown. */
export interface JobBook {
  /** In the order in which they were made. */
  all(): MockJob[]
  find(id: string): MockJob | null
  /** How a job ended that is here, or was deleted; null: not yet; undefined: there never was one. */
  outcomeOf(id: string): JobOutcome | null | undefined
  add(job: MockJob): void
  delete(job: MockJob): void
  /** An id that no job has. */
  newId(): string
  /** The job as it is now; one version always shows the same. */
  show(job: MockJob): Job
  /** Where the job is, without making the rest of what `show` shows; a status of the spec in every scenario. */
  statusOf(job: MockJob): JobStatus
  /** To be called after every change of a job or its items. */
  changed(job: MockJob): void
  /** Called with every job that is changed or deleted. */
  readonly watchers: Set<(job: MockJob) => void>
  readonly executions: Map<string, MockExecution>
}

export interface JobBookOptions {
  readonly clock: MockClock
  readonly random: () => number
  readonly channels: Pick<Channels, 'get'>
  /** Replaces the status of running jobs, for the scenario of that name. */
  readonly runningAs: string | null
  /** Called after every change of a job or its items. */
  readonly onChanged: (job: MockJob) => void
}

/** As of a server that was started once. */
const FIRST_VERSION = 1_000_000_000
/** Jobs that a waiting job says it waits for. */
const MAX_JOBS_NAMED = 10

export function createJobBook({ clock, random, channels, runningAs, onChanged }: JobBookOptions): JobBook {
  const jobs = new Map<string, MockJob>()
  const gone = new Map<string, JobOutcome>()
  const watchers = new Set<(job: MockJob) => void>()
  let version = FIRST_VERSION

  function remove(job: MockJob): void {
    jobs.delete(job.id)
    gone.set(job.id, job.outcome ?? 'cancelled')
    for (const watcher of [...watchers]) watcher(job)
  }

  // Looked at when somebody asks: a timer of a week would only keep a program alive.
  function isOver({ phase, endedAtMs, envelope }: MockJob): boolean {
    return phase === 'ended' && (endedAtMs ?? 0) + envelope.retainForSeconds * 1000 <= clock.nowMs()
  }

  function dropOver(): void {
    for (const job of jobs.values()) if (isOver(job)) remove(job)
  }

  function outcomeOf(id: string): JobOutcome | null | undefined {
    return jobs.get(id)?.outcome ?? (jobs.has(id) ? null : gone.get(id))
  }

  function unmetOf({ envelope }: MockJob): { jobId: string; outcome: string } | null {
    for (const { job, require } of envelope.dependsOn) {
      const outcome = outcomeOf(job)
      if (outcome != null && !meetsRequirement(outcome, require)) return { jobId: job, outcome }
    }
    return null
  }

  function waitsFor({ envelope }: MockJob): string[] {
    const unmet = envelope.dependsOn.filter(({ job, require }) => {
      const outcome = outcomeOf(job)
      return outcome == null || !meetsRequirement(outcome, require)
    })
    return [...new Set(unmet.map(({ job }) => job))].slice(0, MAX_JOBS_NAMED)
  }

  function show(job: MockJob): Job {
    const view = jobView(job, {
      nowMs: clock.nowMs(),
      channel: channels.get(job.envelope.channel),
      unmet: unmetOf(job),
      waitsFor: waitsFor(job),
    })
    // Not one of the spec's: that is what the scenario is for.
    if (runningAs !== null && view.status === 'running') view.status = runningAs as Job['status']
    const fingerprint = JSON.stringify(view)
    if (job.snapshot?.fingerprint !== fingerprint) {
      job.snapshot = { job: { ...view, version: ++version }, fingerprint }
    }
    return job.snapshot.job
  }

  return {
    all: () => {
      dropOver()
      return [...jobs.values()]
    },
    find(id) {
      const job = jobs.get(id)
      if (job === undefined || !isOver(job)) return job ?? null
      remove(job)
      return null
    },
    outcomeOf,
    add(job) {
      jobs.set(job.id, job)
    },
    delete: remove,
    newId() {
      const time = Math.floor(clock.nowMs()).toString(16).padStart(12, '0').slice(-12)
      const variant = '89ab'[Math.floor(random() * 4)]!
      return `job_${time}7${randomHex(random, 3)}${variant}${randomHex(random, 15)}`
    },
    show,
    statusOf,
    changed(job) {
      for (const watcher of [...job.watchers]) watcher()
      for (const watcher of [...watchers]) watcher(job)
      onChanged(job)
    },
    watchers,
    executions: new Map(),
  }
}

/** Resolves when the job is done, its status differs from `knownStatus`, the time is over or the signal aborts. */
export function untilChanged(
  job: MockJob,
  {
    knownStatus,
    timeoutMs,
    signal,
  }: { readonly knownStatus: string; readonly timeoutMs: number; readonly signal: AbortSignal },
  { clock, book }: { readonly clock: MockClock; readonly book: Pick<JobBook, 'statusOf'> },
): Promise<void> {
  return new Promise((resolve) => {
    const cancelTimer = clock.after(timeoutMs, finish)
    function finish(): void {
      cancelTimer()
      signal.removeEventListener('abort', finish)
      job.watchers.delete(look)
      resolve()
    }
    function look(): void {
      const status = book.statusOf(job)
      if (status === 'ended' || status !== knownStatus) finish()
    }
    job.watchers.add(look)
    signal.addEventListener('abort', finish)
    if (signal.aborted) finish()
    else look()
  })
}
