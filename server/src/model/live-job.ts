import type { JobId, JobRef } from './ids.ts'
import type { JobRecord } from './job.ts'

/**
 * A job that has not ended, as every stage sees it in memory. Each field has one writer, named here; the rest only read.
 * Counts of what is in flight are derived from memory, never stored (REC-3).
 */
export interface LiveJob {
  /** Changed by the functions of job-phase.ts alone, once the change is durable. */
  readonly record: JobRecord
  /** First item index of each chunk, ascending; chunk n holds [chunkStarts[n], chunkStarts[n + 1] or record.total). Ingest and recovery. */
  readonly chunkStarts: number[]
  /** Items with a committed outcome. Outcomes (and recovery), and ingest for items that it rejects. */
  succeeded: number
  failed: number
  /** Items cancelled on their own; those that a stop mark cancels are not counted before the end. */
  cancelled: number
  /** Start of the first call, and when an item ended last, as far as it is durable; wall ms. As `failed`. */
  startedAtMs: number | null
  lastProgressAtMs: number | null
  /** Items in a lot, or whose outcome is not durable yet. Scheduler only. */
  inFlight: number
  /** Items that wait for a retry's time. Scheduler only. */
  retrying: number
  /** Items that wait for a person's decision. Scheduler only. */
  parked: number
  /** Items that could start now but for rate, concurrency or backlog. Scheduler only. */
  ready: number
  /** Items whose data somebody replaced, so that their chunk has not what is delivered; null: none. Outcomes (and recovery) only. */
  replaced: Set<number> | null
  /** When its items took their places, wall ms; after a restart as far as its record says. Scheduler, and recovery. */
  eligibleAtMs: number | null
  /** Items have actions of their own, so that a batch may become several calls: each item counts as one where calls are limited. Dispatch only. */
  hasOwnActions: boolean
  /** Grows with every job that enters memory, 0 before it has. LiveJobs only. */
  entry: number
  /** The job's index in the scheduler's table, -1 before it is admitted. Scheduler only. */
  tableIndex: number
}

/** Makes the in-memory side of a job. */
export function liveJob(record: JobRecord, chunkStarts: number[] = []): LiveJob {
  return {
    record,
    chunkStarts,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    startedAtMs: null,
    lastProgressAtMs: null,
    inFlight: 0,
    retrying: 0,
    parked: 0,
    ready: 0,
    replaced: null,
    eligibleAtMs: null,
    hasOwnActions: false,
    entry: 0,
    tableIndex: -1,
  }
}

/** Counts items that were rejected at ingest: they have ended, though they were never called. */
export function addRejected(job: LiveJob, items: number, endedAtMs: number): void {
  if (items === 0) return
  job.failed += items
  job.lastProgressAtMs = endedAtMs
}

/** Notes that an item has other data than its chunk. */
export function markReplaced(job: LiveJob, index: number): void {
  job.replaced = (job.replaced ?? new Set()).add(index)
}

/** The chunk that holds item `index` of a job (binary search over its chunk starts). */
export function chunkOf(job: LiveJob, index: number): number {
  const starts = job.chunkStarts
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= index) low = middle
    else high = middle - 1
  }
  return low
}

/** All jobs that have not ended, by id, by ref and by channel: those of the channels that this process runs. */
export class LiveJobs {
  readonly #byId = new Map<JobId, LiveJob>()
  readonly #byRef = new Map<JobRef, LiveJob>()
  readonly #byChannel = new Map<string, Set<LiveJob>>()
  readonly #elsewhere = new Set<string>()
  /** Of each subscription those that still take items. */
  readonly #open = new Map<string, Set<JobRef>>()
  #lastEntry = 0

  get size(): number {
    return this.#byRef.size
  }

  /** The entry of the newest job. */
  get lastEntry(): number {
    return this.#lastEntry
  }

  add(job: LiveJob): void {
    job.entry = ++this.#lastEntry
    this.#byId.set(job.record.id, job)
    this.#byRef.set(job.record.ref, job)
    const { phase, subscription, ref, envelope } = job.record
    const ofChannel = this.#byChannel.get(envelope.channel)
    if (ofChannel === undefined) this.#byChannel.set(envelope.channel, new Set([job]))
    else ofChannel.add(job)
    if (phase !== 'open') return
    const open = this.#open.get(subscription) ?? new Set()
    this.#open.set(subscription, open.add(ref))
  }

  /** It takes no more items. */
  sealed({ record: { subscription, ref } }: LiveJob): void {
    const open = this.#open.get(subscription)
    if (open?.delete(ref) === true && open.size === 0) this.#open.delete(subscription)
  }

  /** How many jobs of a subscription take items. */
  openJobsOf(subscription: string): number {
    return this.#open.get(subscription)?.size ?? 0
  }

  remove(job: LiveJob): void {
    this.#byId.delete(job.record.id)
    this.#byRef.delete(job.record.ref)
    const { channel } = job.record.envelope
    const ofChannel = this.#byChannel.get(channel)
    if (ofChannel?.delete(job) === true && ofChannel.size === 0) this.#byChannel.delete(channel)
    this.sealed(job)
  }

  /** The jobs of a channel. */
  ofChannel(channel: string): ReadonlySet<LiveJob> {
    return this.#byChannel.get(channel) ?? NONE
  }

  /** Whether this process runs a channel: jobs of one that it does not run are in the store alone. */
  runs(channel: string): boolean {
    return !this.#elsewhere.has(channel)
  }

  /** Channels that this process does not run: a server without others runs all but those it has given up. */
  get elsewhere(): ReadonlySet<string> {
    return this.#elsewhere
  }

  /** True: this process runs all channels. */
  get runsAll(): boolean {
    return this.#elsewhere.size === 0
  }

  /** A channel is run by this process from here on, or no longer. */
  setRuns(channel: string, runs: boolean): void {
    if (runs) this.#elsewhere.delete(channel)
    else this.#elsewhere.add(channel)
  }

  byId(id: JobId): LiveJob | undefined {
    return this.#byId.get(id)
  }

  byRef(ref: JobRef): LiveJob | undefined {
    return this.#byRef.get(ref)
  }

  values(): IterableIterator<LiveJob> {
    return this.#byRef.values()
  }
}

const NONE: ReadonlySet<LiveJob> = new Set()
