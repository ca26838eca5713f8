import type { JobRef } from '../model/ids.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import {
  FLAG_DECIDED,
  isEnded,
  type ItemReplacement,
  type OutcomeBatch,
  OutcomeView,
  Verdict,
} from '../model/outcome-batch.ts'
import type { DurableOutcomes } from '../model/ports.ts'

/** The changes of one commit to a job. */
export interface JobChange {
  succeeded: number
  failed: number
  cancelled: number
  parked: number
  firstStartedAtMs: number
  /** End of the last item that ended; 0: none did. */
  lastEndedAtMs: number
}

/** A job's committed counts and times as they are after a commit. */
export interface JobCountsAfter {
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  readonly startedAtMs: number | null
  readonly lastProgressAtMs: number | null
}

export interface CommitTally {
  readonly jobs: ReadonlyMap<LiveJob, JobChange>
  /** A job's counts once the commit is durable. */
  after(job: LiveJob): JobCountsAfter
  /** Items of a job that end by it. */
  ended(job: LiveJob): number
  /** Items that have other data by it. */
  readonly replaced: readonly Pick<ItemReplacement, 'jobRef' | 'index'>[]
  /** The commit in the scheduler's terms. */
  readonly durable: Omit<DurableOutcomes, 'endedJobs'>
}

/** Counts a commit's outcomes by job and lists them for the scheduler, in one walk over the records. */
export function tallyCommit(batches: readonly OutcomeBatch[], liveJobs: Pick<LiveJobs, 'byRef'>): CommitTally {
  let count = 0
  for (const batch of batches) count += batch.count
  const durable = {
    count,
    itemHandles: new Uint32Array(count),
    verdicts: new Uint8Array(count),
    retryAtMs: new Float64Array(count),
    attempts: new Uint16Array(count),
    throttled: new Uint16Array(count),
  }
  const jobs = new Map<LiveJob, JobChange>()
  const replaced: ItemReplacement[] = []
  let lastRef = 0
  let change: JobChange | undefined
  let at = 0
  for (const batch of batches) {
    if (batch.replacements !== undefined) replaced.push(...batch.replacements)
    const view = new OutcomeView(batch)
    for (let n = 0; n < view.count; n++, at++) {
      const verdict = view.verdict(n)
      durable.itemHandles[at] = view.itemHandle(n)
      durable.verdicts[at] = verdict
      durable.attempts[at] = view.attempt(n)
      durable.throttled[at] = view.throttled(n)
      durable.retryAtMs[at] = view.retryAtMs(n)
      const ref = view.jobRef(n)
      if (ref !== lastRef) {
        lastRef = ref
        change = changeOf(jobs, liveJobs.byRef(ref as JobRef))
      }
      if (change === undefined) continue
      if (verdict === Verdict.succeeded) change.succeeded++
      else if (verdict === Verdict.failed) change.failed++
      else if (verdict === Verdict.cancelled) change.cancelled++
      else if (verdict === Verdict.parked && (view.flags(n) & FLAG_DECIDED) === 0) change.parked++
      if (view.attempt(n) > 0) change.firstStartedAtMs = Math.min(change.firstStartedAtMs, view.startedAtMs(n))
      if (isEnded(verdict)) change.lastEndedAtMs = Math.max(change.lastEndedAtMs, view.endedAtMs(n))
    }
  }
  return {
    ...{ jobs, durable, replaced },
    after: (job) => countsAfter(job, jobs.get(job)),
    ended: (job) => endedBy(jobs.get(job)),
  }
}

function endedBy(change: JobChange | undefined): number {
  return change === undefined ? 0 : change.succeeded + change.failed + change.cancelled
}

function changeOf(jobs: Map<LiveJob, JobChange>, job: LiveJob | undefined): JobChange | undefined {
  if (job === undefined) return undefined
  let change = jobs.get(job)
  if (change === undefined) {
    change = { succeeded: 0, failed: 0, cancelled: 0, parked: 0, firstStartedAtMs: Infinity, lastEndedAtMs: 0 }
    jobs.set(job, change)
  }
  return change
}

function countsAfter(job: LiveJob, change: JobChange | undefined): JobCountsAfter {
  return {
    succeeded: job.succeeded + (change?.succeeded ?? 0),
    failed: job.failed + (change?.failed ?? 0),
    cancelled: job.cancelled + (change?.cancelled ?? 0),
    startedAtMs: earliest(job.startedAtMs, change?.firstStartedAtMs ?? Infinity),
    lastProgressAtMs: Math.max(job.lastProgressAtMs ?? 0, change?.lastEndedAtMs ?? 0) || null,
  }
}

function earliest(known: number | null, other: number): number | null {
  const first = Math.min(known ?? Infinity, other)
  return first === Infinity ? null : first
}
