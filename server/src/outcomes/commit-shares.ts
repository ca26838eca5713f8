import { jobOutcome } from '@waybill/spec/rules'
import type { JobEnd, StopMark } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { OutcomeBatch } from '../model/outcome-batch.ts'
import { type CommitTally, type JobCountsAfter, tallyCommit } from './tally-commit.ts'

/** Whose outcomes are committed: those of one channel. */
export interface CommitOwner {
  readonly liveJobs: Pick<LiveJobs, 'byRef'>
  /** The version under which a job's end will be shown; nothing newer is shown before. */
  endVersion(job: LiveJob): number
  /** Called after each commit with outcomes or ends of this owner, in the order of the commits, with what it changed. */
  onDurable(changes: OwnChanges): void
}

/** The changes that a durable commit made for one owner. */
export interface OwnChanges {
  readonly tally: CommitTally
  readonly ends: ReadonlyMap<LiveJob, JobEnd>
  /** Its batches as they were committed. */
  readonly committed: readonly OutcomeBatch[]
}

/** Jobs that end by a commit, and why; null: all their items have ended. */
export type Ending = Map<LiveJob, StopMark['reason'] | null>

/** A batch that waits for its commit. */
export interface WaitingBatch {
  readonly owner: CommitOwner
  readonly batch: OutcomeBatch
}

/** One owner's part of a commit. */
export interface Share {
  readonly batches: readonly OutcomeBatch[]
  readonly tally: CommitTally
  readonly ending: Ending
}

/** A commit, by owner. */
export type Shares = ReadonlyMap<CommitOwner, Share>

/** The first of these batches that fill a commit; at least one. */
export function firstBatches(waiting: readonly WaitingBatch[], maxItems: number): readonly WaitingBatch[] {
  let items = 0
  let batches = 0
  while (batches < waiting.length && items < maxItems) items += waiting[batches++]!.batch.count
  return waiting.slice(0, batches)
}

/**
 * Divides a commit between the owners of what is in it.
 * @param stopped jobs that end by it whatever their items do
 * @param ahead commits on their way, which are counted too
 */
export function sharesOf(
  taken: readonly WaitingBatch[],
  stopped: ReadonlyMap<CommitOwner, Ending>,
  ahead: readonly { readonly shares: Shares }[],
): Shares {
  const batches = new Map<CommitOwner, OutcomeBatch[]>()
  for (const owner of stopped.keys()) batches.set(owner, [])
  for (const { owner, batch } of taken) {
    const own = batches.get(owner)
    if (own === undefined) batches.set(owner, [batch])
    else own.push(batch)
  }
  const shares = new Map<CommitOwner, Share>()
  for (const [owner, own] of batches) {
    const tally = tallyCommit(own, owner.liveJobs)
    const before = ahead.flatMap((commit) => commit.shares.get(owner) ?? [])
    const ending = endingBy(tally, stopped.get(owner) ?? NOTHING, before)
    shares.set(owner, { batches: own, tally, ending })
  }
  return shares
}

/**
 * Returns the jobs that end by an owner's part of a commit: all their items have ended, or they were stopped.
 * @param ahead the owner's parts of commits on their way, which are counted too
 */
export function endingBy(tally: CommitTally, stopped: Ending, ahead: readonly Share[]): Ending {
  const ending: Ending = new Map()
  for (const job of tally.jobs.keys()) {
    if (job.record.phase !== 'eligible') continue
    const after = tally.after(job)
    let ended = after.succeeded + after.failed + after.cancelled
    for (const share of ahead) ended += share.tally.ended(job)
    if (ended === job.record.total) ending.set(job, null)
  }
  for (const [job, reason] of stopped) {
    if (!ending.has(job) && job.record.phase !== 'ended') ending.set(job, reason)
  }
  return ending
}

/** Returns what an owner's part of a commit changes once it is durable. */
export function changesBy(owner: CommitOwner, { batches, tally, ending }: Share, nowMs: number): OwnChanges {
  const ends = new Map<LiveJob, JobEnd>()
  for (const [job, reason] of ending)
    ends.set(job, endOf(job, { after: tally.after(job), reason, nowMs, version: owner.endVersion(job) }))
  return { tally, ends, committed: batches }
}

/** The changes of a commit, by owner. */
export type Changes = Map<CommitOwner, OwnChanges>

/** Returns what a commit changes once it is durable. */
export function changesOf(shares: Shares, nowMs: number): Changes {
  const changes: Changes = new Map()
  for (const [owner, share] of shares) changes.set(owner, changesBy(owner, share, nowMs))
  return changes
}

/** Whether a commit on its way touches a job that ends by these. */
export function touchesAny(ahead: Shares, shares: Shares): boolean {
  for (const [owner, { ending }] of shares) {
    const before = ahead.get(owner)
    if (before === undefined) continue
    for (const job of ending.keys()) if (before.tally.jobs.has(job) || before.ending.has(job)) return true
  }
  return false
}

/** Whether a job's first call is in a commit. */
export function startsBy(shares: Shares, owner: CommitOwner, job: LiveJob): boolean {
  return (shares.get(owner)?.tally.jobs.get(job)?.firstStartedAtMs ?? Infinity) !== Infinity
}

export function batchesOf(shares: Shares): readonly OutcomeBatch[] {
  if (shares.size === 1) for (const { batches } of shares.values()) return batches
  return Array.from(shares.values(), ({ batches }) => batches).flat()
}

/** All jobs that changes are of, some twice. */
export function* jobsOf(changes: readonly OwnChanges[]): Generator<LiveJob> {
  for (const { tally, ends } of changes) {
    yield* tally.jobs.keys()
    yield* ends.keys()
  }
}

export function endsOf(changes: readonly OwnChanges[]): ReadonlyMap<LiveJob, JobEnd> {
  if (changes.length === 1) return changes[0]!.ends
  return new Map(changes.flatMap(({ ends }) => [...ends]))
}

function endOf(
  job: LiveJob,
  by: {
    readonly after: JobCountsAfter
    readonly reason: StopMark['reason'] | null
    readonly nowMs: number
    readonly version: number
  },
): JobEnd {
  const { after, reason, nowMs: endedAtMs, version } = by
  const { total } = job.record
  const cancelled = total - after.succeeded - after.failed
  // What has no outcome of its own ends with the job.
  const lastProgressAtMs = cancelled > after.cancelled ? endedAtMs : after.lastProgressAtMs
  return {
    outcome: jobOutcome({
      ...{ total, reason },
      succeeded: after.succeeded,
      stopped: cancelled - after.cancelled,
      wasOpen: job.record.phase === 'open',
    }),
    succeeded: after.succeeded,
    failed: after.failed,
    cancelled,
    startedAtMs: after.startedAtMs,
    lastProgressAtMs,
    endedAtMs,
    version,
  }
}

const NOTHING: Ending = new Map()
