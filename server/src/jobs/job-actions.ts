import type { JobStatus } from '../model/job.ts'
import { ProblemError } from '../model/errors.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { isHiddenChannel } from '../model/webhook-event.ts'
import { recordStatus } from '../progress/job-status.ts'
import type { Clock } from '../runtime/clock.ts'
import { KeyedMutex } from '../runtime/keyed-mutex.ts'
import { TimeSlice } from '../runtime/time-slice.ts'
import { slicedJobsOf } from '../store/find-job.ts'
import type { JobControl } from './job-control.ts'

export type JobAction = 'pause' | 'resume' | 'cancel'

/** Which jobs that have not ended; those of a list have any of its values. */
export interface JobActionFilter {
  readonly subscription: string
  readonly statuses?: readonly JobStatus[] | undefined
  readonly channels?: readonly string[] | undefined
  readonly executionId?: string | undefined
  readonly sources?: readonly string[] | undefined
  readonly createdAfterMs?: number | undefined
  readonly createdBeforeMs?: number | undefined
}

/** An action on the jobs that match a filter. */
export interface JobActionRequest {
  readonly action: JobAction
  readonly filter: JobActionFilter
  /** The one in whose turns of the event loop it runs. */
  readonly caller: string
}

export interface JobActionsOptions {
  readonly liveJobs: Pick<LiveJobs, 'values' | 'lastEntry'>
  readonly jobs: Pick<JobControl, 'cancelAll' | 'pauseAll' | 'resumeAll'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** Jobs changed by one durable write: with their entries in the audit a few ms of the store's thread. */
const JOBS_A_WRITE = 200
/** Jobs that one request changes: some seconds of writes. */
const MAX_JOBS = 10_000

/**
 * Acts on all live jobs of a subscription that match a filter, first as a count, then in slices of one durable write each. A crash leaves the
 * slices that were durable, and no part of another. Called by http.
 */
export class JobActions {
  readonly #options: JobActionsOptions
  readonly #maxJobs: number
  /** By subscription: each counts what it changed itself. */
  readonly #turns = new KeyedMutex<string>()

  constructor(options: JobActionsOptions, maxJobs = MAX_JOBS) {
    this.#options = options
    this.#maxJobs = maxJobs
  }

  /** Counts the jobs that an action would change. @returns also the entry of the newest job, beyond which `apply` touches none */
  async preview(request: JobActionRequest): Promise<{ readonly count: number; readonly untilEntry: number }> {
    const untilEntry = this.#options.liveJobs.lastEntry
    return { count: (await this.#find(request, untilEntry)).length, untilEntry }
  }

  /**
   * Changes the jobs up to an entry, at most 10,000: `remaining` are left, also those of the slices that `carry` was not called for.
   * @param carry runs each slice, or answers false to end before it
   * @throws what the store throws: the slices before are durable, and the others unchanged
   */
  apply(
    request: JobActionRequest,
    { untilEntry, carry }: { readonly untilEntry: number; carry(slice: () => Promise<void>): Promise<boolean> },
  ): Promise<{ readonly count: number; readonly remaining: number }> {
    return this.#turns.run([request.filter.subscription], async () => {
      const found = await this.#find(request, untilEntry)
      let count = 0
      for (let from = 0; from < Math.min(found.length, this.#maxJobs); from += JOBS_A_WRITE) {
        const some = found.slice(from, Math.min(from + JOBS_A_WRITE, this.#maxJobs))
        // Changed by somebody else meanwhile.
        const jobs = some.filter((job) => isConcerned(job, request.action))
        if (jobs.length === 0) continue
        const carried = await carry(() => this.#change(jobs, request.action))
        if (!carried) break
        count += jobs.filter((job) => !isConcerned(job, request.action)).length
      }
      return { count, remaining: (await this.#find(request, untilEntry)).length }
    })
  }

  async #change(jobs: readonly LiveJob[], action: JobAction): Promise<void> {
    const control = this.#options.jobs
    try {
      if (action === 'cancel') await control.cancelAll(jobs)
      else await control[action === 'pause' ? 'pauseAll' : 'resumeAll'](jobs)
    } catch (error) {
      // All of them have ended: nothing is left to change.
      if (!(error instanceof ProblemError && error.code === 'job_ended')) throw error
    }
  }

  async #find({ action, filter, caller }: JobActionRequest, untilEntry: number): Promise<LiveJob[]> {
    const { liveJobs, clock } = this.#options
    const slice = new TimeSlice(caller)
    const nowMs = clock.nowMs()
    const found: LiveJob[] = []
    for await (const job of slicedJobsOf(liveJobs, filter.subscription, slice)) {
      if (job.entry <= untilEntry && isConcerned(job, action) && matches(job, filter, nowMs)) found.push(job)
    }
    return found
  }
}

/** Whether an action changes a job. */
function isConcerned({ record }: LiveJob, action: JobAction): boolean {
  if (record.phase === 'ended' || record.stop !== null) return false
  if (action === 'cancel') return true
  return (record.pausedAtMs === null) === (action === 'pause')
}

function matches(job: LiveJob, filter: JobActionFilter, nowMs: number): boolean {
  const { envelope, createdAtMs } = job.record
  return (
    !isHiddenChannel(envelope.channel) &&
    filter.channels?.includes(envelope.channel) !== false &&
    filter.sources?.includes(envelope.source ?? '') !== false &&
    (filter.executionId === undefined || envelope.executionId === filter.executionId) &&
    createdAtMs >= (filter.createdAfterMs ?? -Infinity) &&
    createdAtMs < (filter.createdBeforeMs ?? Infinity) &&
    filter.statuses?.includes(recordStatus(job.record, job, nowMs)) !== false
  )
}
