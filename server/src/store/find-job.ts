import { ProblemError } from '../model/errors.ts'
import type { JobId } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { TimeSlice } from '../runtime/time-slice.ts'
import type { JobStore } from './job-store.ts'

/*
 * All ways by which a stage finds the jobs of a caller. Each takes the caller's subscription: a job of another one is no job (SEC-1). A rule of
 * eslint.config.mjs keeps it so.
 */

/** Where jobs are. */
export interface JobPlaces {
  readonly liveJobs: Pick<LiveJobs, 'byId' | 'runs' | 'runsAll'>
  readonly store: Pick<JobStore, 'findJob'>
}

/** After this time a caller asks again for a job whose channel nobody runs. */
const OWNER_RETRY_SECONDS = 1

/** Returns a job that has not ended; null: there is none, or it is another subscription's. */
export function findLiveJob(liveJobs: Pick<LiveJobs, 'byId'>, id: JobId, subscription: string): LiveJob | null {
  const job = liveJobs.byId(id)
  return job?.record.subscription === subscription ? job : null
}

/**
 * Returns a job, live or ended; null: there is none, or it is another subscription's.
 * @throws ProblemError `owner_unavailable`: it has not ended, and nobody runs its channel at present
 */
export async function findJob(places: JobPlaces, id: JobId, subscription: string): Promise<JobRecord | null> {
  const { liveJobs } = places
  const record = await findRecord(places, id, subscription)
  if (record === null || liveJobs.runsAll || record.phase === 'ended' || liveJobs.byId(id) !== undefined) return record
  const { channel } = record.envelope
  if (liveJobs.runs(channel)) return record
  throw ownerUnavailable(channel)
}

/** The same, also for a job whose channel nobody runs. */
export async function findRecord(
  { liveJobs, store }: JobPlaces,
  id: JobId,
  subscription: string,
): Promise<JobRecord | null> {
  const live = liveJobs.byId(id)?.record
  // For a job of another one the store is read, too: the answer takes as long as for none.
  let record = live?.subscription === subscription ? live : await store.findJob(id)
  // It ended between the two looks: the store's read was a moment too early.
  if (record !== null && record.phase !== 'ended' && liveJobs.byId(id) === undefined) record = await store.findJob(id)
  return record?.subscription === subscription ? record : null
}

/** Yields the jobs of a subscription that have not ended. */
export function* liveJobsOf(liveJobs: Pick<LiveJobs, 'values'>, subscription: string): Generator<LiveJob> {
  for (const job of liveJobs.values()) if (job.record.subscription === subscription) yield job
}

/** The same in slices of the event loop, over the jobs of all. */
export async function* slicedJobsOf(
  liveJobs: Pick<LiveJobs, 'values'>,
  subscription: string,
  slice: TimeSlice,
): AsyncGenerator<LiveJob> {
  for (const job of liveJobs.values()) {
    if (slice.over) await slice.next()
    if (job.record.subscription === subscription) yield job
  }
}

/**
 * Returns for each id whether it is the job's of this subscription, live, ended or purged since, or of a channel that nobody runs at present. Reads
 * the store only for ids that are not its live jobs.
 */
export async function areJobs(
  {
    liveJobs,
    store,
  }: {
    readonly liveJobs: Pick<LiveJobs, 'byId' | 'runsAll'>
    readonly store: Pick<JobStore, 'jobOutcomes' | 'findJob'>
  },
  ids: readonly JobId[],
  subscription: string,
): Promise<boolean[]> {
  // One that ends during the read below has been seen live.
  const live = ids.map((id) => liveJobs.byId(id))
  const isOwn = live.map((job) => job?.record.subscription === subscription)
  // As for `findJob`: those of another one are read, too.
  const others = ids.filter((_, n) => !isOwn[n])
  const outcomes = others.length === 0 ? [] : await store.jobOutcomes(others, subscription)
  const found = new Set(others.filter((_, n) => outcomes[n] != null))
  if (!liveJobs.runsAll) {
    const rest = others.filter((id) => !found.has(id))
    const records = await Promise.all(rest.map((id) => store.findJob(id)))
    for (const record of records) if (record?.subscription === subscription) found.add(record.id)
  }
  return ids.map((id, n) => found.has(id) || isOwn[n] === true)
}

/** As `findJob`. @throws ProblemError `job_not_found` instead of null */
export async function requireJob(places: JobPlaces, id: JobId, subscription: string): Promise<JobRecord> {
  const record = await findJob(places, id, subscription)
  if (record === null) throw jobNotFound(id)
  return record
}

/**
 * Returns a job that may be live, for a change of it; `job` null: it has ended.
 * @throws ProblemError `job_not_found`, `owner_unavailable`
 */
export async function requireCurrent(
  places: JobPlaces,
  id: JobId,
  subscription: string,
): Promise<{ readonly record: JobRecord; readonly job: LiveJob | null }> {
  const live = findLiveJob(places.liveJobs, id, subscription)
  if (live !== null) return { record: live.record, job: live }
  const record = await requireJob(places, id, subscription)
  if (record.phase === 'ended') return { record, job: null }
  // Its channel was adopted between the two looks.
  const job = findLiveJob(places.liveJobs, id, subscription)
  if (job !== null) return { record: job.record, job }
  throw ownerUnavailable(record.envelope.channel)
}

/**
 * Ensures, right before a change of live jobs is written, that they are still live: their channels may have been released since they were found.
 * @throws ProblemError `owner_unavailable`
 */
export function requireStillLive(liveJobs: Pick<LiveJobs, 'byRef'>, jobs: readonly LiveJob[]): void {
  for (const job of jobs) {
    const { ref, phase, envelope } = job.record
    if (phase !== 'ended' && liveJobs.byRef(ref) !== job) throw ownerUnavailable(envelope.channel)
  }
}

/** Nobody runs a channel at present: what is live of its jobs cannot be read or changed. */
export function ownerUnavailable(channel: string): ProblemError {
  return new ProblemError({
    code: 'owner_unavailable',
    detail: `Cannot reach the jobs of channel ${channel} as a server must run it: there is none at present`,
    retryAfterSeconds: OWNER_RETRY_SECONDS,
  })
}

/** The same for a job that never was and for another subscription's. */
export function jobNotFound(id: string): ProblemError {
  return new ProblemError({
    code: 'job_not_found',
    detail: `Cannot find job ${id} as there is none of this id for the caller`,
  })
}
