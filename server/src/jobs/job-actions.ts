import type { JobStatus } from '../model/job.ts'
import { ProblemError } from '../model/errors.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { isHiddenChannel } from '../model/webhook-event.ts'
import { phasesOf, recordStatus } from '../progress/job-status.ts'
import type { Clock } from '../runtime/clock.ts'
import { KeyedMutex } from '../runtime/keyed-mutex.ts'
import { TimeSlice } from '../runtime/time-slice.ts'
import { slicedJobsOf } from '../store/find-job.ts'
import type { JobsQuery, JobStore } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'
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
  readonly liveJobs: Pick<LiveJobs, 'values' | 'lastEntry' | 'byRef' | 'elsewhere'>
  readonly store: Pick<JobStore, 'listJobs'>
  readonly jobs: Pick<JobControl, 'cancelAll' | 'pauseAll' | 'resumeAll'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** Jobs changed by one durable write: with their entries in the audit a few ms of the store's thread. */
const JOBS_A_WRITE = 200
/** Jobs that one request changes: some seconds of writes. */
const MAX_JOBS = 10_000
/** Channels that one answer names, and that are looked for in the store. */
const MAX_UNAVAILABLE = 100
const UNENDED = ['open', 'waiting', 'eligible'] as const

/** The jobs that an action changed, or would change, and those that it could not. */
export interface JobActionCounts {
  readonly count: number
  /** Channels that nobody runs at present, with jobs that may match: none of these was changed. By name, at most 100. */
  readonly unavailableChannels: readonly string[]
}

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
  async preview(request: JobActionRequest): Promise<JobActionCounts & { readonly untilEntry: number }> {
    const untilEntry = this.#options.liveJobs.lastEntry
    const { length } = await this.#find(request, untilEntry)
    return { count: length, untilEntry, unavailableChannels: await this.#unavailable(request.filter) }
  }

  /**
   * Changes the jobs up to an entry, at most 10,000: `remaining` are left, also those of the slices that `carry` was not called for.
   * @param carry runs each slice, or answers false to end before it
   * @throws what the store throws: the slices before are durable, and the others unchanged
   */
  apply(
    request: JobActionRequest,
    { untilEntry, carry }: { readonly untilEntry: number; carry(slice: () => Promise<void>): Promise<boolean> },
  ): Promise<JobActionCounts & { readonly remaining: number }> {
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
      const remaining = (await this.#find(request, untilEntry)).length
      return { count, remaining, unavailableChannels: await this.#unavailable(request.filter) }
    })
  }

  async #change(jobs: readonly LiveJob[], action: JobAction): Promise<void> {
    const { jobs: control, liveJobs } = this.#options
    try {
      if (action === 'cancel') await control.cancelAll(jobs)
      else await control[action === 'pause' ? 'pauseAll' : 'resumeAll'](jobs)
    } catch (error) {
      if (isOfGivenUp(error)) {
        const rest = jobs.filter((job) => liveJobs.byRef(job.record.ref) === job)
        if (rest.length === jobs.length) throw error
        if (rest.length > 0) await this.#change(rest, action)
        return
      }
      // All of them have ended: nothing is left to change.
      if (!(error instanceof ProblemError && error.code === 'job_ended')) throw error
    }
  }

  /** Returns the channels that nobody runs at present, of which the store has jobs that may match: what they do at the moment nobody knows. */
  async #unavailable(filter: JobActionFilter): Promise<string[]> {
    const { liveJobs, store } = this.#options
    const phases = (phasesOf(filter.statuses) ?? UNENDED).filter((phase) => phase !== 'ended')
    const left = new Set<string>()
    for (const name of liveJobs.elsewhere)
      if (filter.channels?.includes(name) !== false && !isHiddenChannel(name)) left.add(name)
    const found: string[] = []
    while (left.size > 0 && phases.length > 0 && found.length < MAX_UNAVAILABLE) {
      const [job] = await store.listJobs({ ...queryOf(filter), phases, channels: [...left], limit: 1 })
      if (job === undefined) break
      const { channel } = job.envelope
      left.delete(channel)
      found.push(channel)
    }
    return found.sort()
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

function queryOf({
  subscription,
  executionId,
  sources,
  createdAfterMs,
  createdBeforeMs,
}: JobActionFilter): Omit<JobsQuery, 'limit'> {
  return {
    subscription,
    ...(executionId !== undefined && { executionId }),
    ...(sources !== undefined && { sources }),
    ...(createdAfterMs !== undefined && { createdAfterMs }),
    ...(createdBeforeMs !== undefined && { createdBeforeMs }),
  }
}

/** Whether a write failed as the channel of a job was given up since the job was found. */
function isOfGivenUp(error: unknown): boolean {
  if (error instanceof StoreError) return error.code === 'stale_term'
  return error instanceof ProblemError && error.code === 'owner_unavailable'
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
