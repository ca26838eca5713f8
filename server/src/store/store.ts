import type { JobId, JobRef } from '../model/ids.ts'
import type { Envelope, JobEnd, JobOutcome, JobRecord, StopMark } from '../model/job.ts'
import type { OutcomeBatch, Verdict } from '../model/outcome-batch.ts'
import type { Service } from '../runtime/service.ts'
import type { ChannelSettings, ChannelTat, StoredChannel } from './stored-channel.ts'
import type {
  DeadLetter,
  DeadLettersQuery,
  ExecutionsQuery,
  ItemsPage,
  ItemsQuery,
  JobsQuery,
  NewerItem,
  NewerQuery,
  RetriedItems,
} from './store-queries.ts'

export type { ChannelSettings, ChannelTat, StoredChannel } from './stored-channel.ts'
export type {
  DeadLetter,
  DeadLettersQuery,
  ExecutionsQuery,
  ItemsPage,
  ItemsQuery,
  JobsQuery,
  NewerItem,
  NewerQuery,
  RetriedItems,
  StoredAttempt,
  StoredItem,
  StoredReplacement,
} from './store-queries.ts'

/*
 * The only durable state. Everything is asynchronous and speaks in chunks and batches, so that a store shared by several servers fits
 * behind it. A promise that resolves means: on disk (fsync done). One that rejects means: nothing of that call happened.
 * Writes are carried out in the order they were made; the store may put several into one transaction (group commit). A read sees
 * every write whose promise resolved before it was asked. Any write may reject with `disk_full` (nothing of it happened, it may be tried
 * again; what is kept of the room for accepted work is given to all but new work), `damaged` (what is stored is not what was written; it never
 * gets better), `stale_epoch` (another start has taken over: REC-2) or `io` (the store cannot go on), any call before `start()` and after `stop()`
 * with `closed`. Buffers handed in are the store's from then on (they may be transferred and arrive detached at the caller), but for those of `commitOutcomes`.
 */

/** Up to 1,000 items or 1 MiB of one job: the storage unit, immutable once written. */
export interface ChunkDraft {
  /** Number of the chunk in its job, 0 and up, without gaps. */
  readonly chunk: number
  readonly firstIndex: number
  readonly count: number
  /** NDJSON, one line an item, every line ending in `\n`; a line that was no valid item is kept as far as its error needs it. */
  readonly body: Uint8Array
  /** Two words an item: hash of (subscription, channel, key); (0, 0): no key. */
  readonly keys: Uint32Array
  /** Two words an item: hash of (objectType, id). */
  readonly ids: Uint32Array
}

/** What `Idempotency-Key` promises, durable with the job it made. */
export interface IdempotencyRecord {
  /** Subscription and operation. */
  readonly scope: string
  readonly key: string
  /** SHA-256 of media type and decoded body, hex. */
  readonly fingerprint: string
  readonly jobId: JobId
  readonly createdAtMs: number
  /** The first answer, to be given again. */
  readonly status: number
  readonly body: string
}

/** The last transaction of an accepted job: from here on it exists. */
export interface JobPublication {
  /** `phase` open or eligible (or ended, for a job without items). The store fills in `eligibleSeq`. */
  readonly record: JobRecord
  /** The chunks not written yet. */
  readonly chunks: readonly ChunkDraft[]
  /** Outcomes of rejected items not written yet: items failed as invalid. */
  readonly outcomes: readonly OutcomeBatch[]
  readonly idempotency: IdempotencyRecord | null
  /** Items of older jobs that this one tries again: they get `retriedAs`. @default none */
  readonly retries?: readonly RetriedItems[]
}

/** A workflow: jobs in stages, each stage after all jobs of the one before. The stages never change. */
export interface ExecutionRecord {
  readonly id: string
  readonly subscription: string
  readonly createdAtMs: number
  readonly stages: readonly { readonly name: string; readonly jobs: readonly JobId[] }[]
}

/** Items of one chunk that are rejected at ingest, as they are invalid; such an item has no key. */
export type RejectedItems = Pick<ChunkDraft, 'chunk' | 'firstIndex' | 'count'> & { readonly outcomes: OutcomeBatch }

/** A part appended to an open job, all of it or nothing. */
export interface JobPart {
  readonly ref: JobRef
  readonly chunks: readonly ChunkDraft[]
  readonly outcomes: readonly OutcomeBatch[]
  /** Outcomes were written before, by `writeRejectedItems`. @default false: if there are any, they are of a part that was given up */
  readonly bornAhead?: boolean
  /** The job's `total` after the part. */
  readonly total: number
  readonly touchedAtMs: number
}

/** One commit of the outcomes stage: a segment, and the jobs that ended by it. */
export interface OutcomeCommit {
  readonly epoch: number
  readonly batches: readonly OutcomeBatch[]
  readonly ended: readonly { readonly ref: JobRef; readonly end: JobEnd }[]
}

/** A chunk of an unfinished job as recovery hands it over. Never reads bodies. */
export interface RecoveredChunk {
  readonly ref: JobRef
  readonly chunk: number
  readonly firstIndex: number
  readonly count: number
  readonly keys: Uint32Array
  /** One byte an item: a `Verdict`; `unjudged` for items never tried (or whose first call left no outcome). */
  readonly verdicts: Uint8Array
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  /** Items with verdict `retry`, `throttled` or `parked`, by index. */
  readonly waiting: readonly RecoveredWait[]
  readonly firstStartedAtMs: number | null
  readonly lastEndedAtMs: number | null
}

/** Where an item that was tried and not ended stood. */
export interface RecoveredWait {
  readonly index: number
  readonly attempt: number
  readonly throttled: number
  readonly verdict: Verdict
  readonly retryAtMs: number
  /** End of its last call, wall ms. */
  readonly endedAtMs: number
  /** Its last call was answered with a `Retry-After`, which holds for the whole channel. */
  readonly toldToWait: boolean
  /** Calls among `throttled` that used up no attempt for another reason than a `Retry-After`. */
  readonly excused: number
  /** Start of the first call that an outage of its channel made fail, wall ms; null: there was none. */
  readonly outageSinceMs: number | null
  /** Of a parked one: it was decided that its key is skipped, as far as jobs have places up to this one. @default nobody decided */
  readonly skipsKeyTo?: number
}

export interface Recovery {
  /** Jobs that have not ended, by eligibleSeq, then ref (open jobs have 0 and come first). */
  readonly jobs: readonly JobRecord[]
  readonly channels: readonly StoredChannel[]
  /** Items of these jobs whose data was replaced; some perhaps more than once. */
  readonly replaced: readonly { readonly ref: JobRef; readonly index: number }[]
}

/** Rejections of the store that stages act on. */
export type StoreErrorCode =
  'disk_full' | 'damaged' | 'io' | 'stale_epoch' | 'newer_schema' | 'locked' | 'closed' | 'conflict'

export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string) {
    super(message)
    this.name = 'StoreError'
    this.code = code
  }
}

/** `low`: new work is refused, so that accepted work finds room. `none`: half of what was kept for that is used, too: no further call should start. */
export type StoreRoom = 'ample' | 'low' | 'none'

/** `damaged`: what is stored is not what was written; new work is refused and no further call should start, until a backup is restored. */
export type StoreCondition = StoreRoom | 'damaged'

export interface Store extends Service {
  /** This start's number, durable since `start()`; larger than that of every start before. */
  readonly epoch: number
  /** 32 random bytes, made with the data folder and known to nobody else; set by `start()`. */
  readonly serverKey: Uint8Array

  /** What the store can take, as of its last look at most a second ago. `damaged` is for good. */
  readonly condition: StoreCondition

  /** Calls back whenever the condition has changed. */
  onCondition(listener: () => void): void

  /** Recovery is over: damage that is met from here on changes the condition. */
  serve(): void

  /**
   * Opens (or makes) the data folder, takes its lock, migrates, counts up the epoch. Jobs never published and parts never appended are removed from then on.
   * @throws StoreError `locked`: another server holds the folder; `newer_schema`: a later version wrote it; `damaged`: it was used and its
   * database is lost or damaged (so do `recover` and `recoverChunks`); `disk_full`: not even a start finds room
   */
  start(): Promise<void>

  /** What is unfinished; once, after `start()`. Then `recoverChunks` for its jobs. */
  recover(): Promise<Recovery>

  /**
   * Hands over the chunks of these jobs, many per call of `onChunks` whatever the jobs' sizes: job after job in no order to rely on, of
   * each its chunks in order. Reads keys and outcomes, never bodies. A job without chunks, or unknown, is passed over.
   */
  recoverChunks(refs: readonly JobRef[], onChunks: (chunks: readonly RecoveredChunk[]) => void): Promise<void>

  /** A new job's number; synchronous, never given twice in one data folder. */
  nextJobRef(): JobRef

  /** Writes chunks of a job that nobody can see yet. @throws StoreError `conflict`: the job was discarded, or has such a chunk */
  writeChunks(ref: JobRef, chunks: readonly ChunkDraft[]): Promise<void>

  /**
   * Writes rejected items: of a job nobody can see yet, after their chunks, or of the next part of an open job, before it is appended.
   * Nobody sees them before that. A few hundred a call: a row each. Those of a part that is given up are removed as by `discardJob`.
   * @throws StoreError `conflict`: the job was discarded or is not open, or an outcome is no failure of the chunk, or of an item that has one
   */
  writeRejectedItems(
    job: Pick<JobRecord, 'ref' | 'subscription'> & Pick<Envelope, 'channel'>,
    rejected: readonly RejectedItems[],
  ): Promise<void>

  /** Removes a job that was never published; of an open job the part that was begun. A second call, or an unknown ref, does nothing. */
  discardJob(ref: JobRef): Promise<void>

  /**
   * Makes a job visible: record, rest of chunks, outcomes of rejected items, eligibility, its channel's `used` mark and idempotency key in one transaction.
   * @returns the place in the order of eligible jobs (0 for open and ended ones)
   * @throws StoreError `conflict`: the idempotency key exists
   */
  publishJob(publication: JobPublication): Promise<{ eligibleSeq: number }>

  /**
   * Publishes all jobs of an execution, and its stages, in one transaction; the key stands with the first publication.
   * @returns the place of each job in the order of eligible jobs (0 for those that are not)
   * @throws StoreError `conflict`: the idempotency key exists, or an execution of this id and subscription does
   */
  publishExecution(execution: ExecutionRecord, publications: readonly JobPublication[]): Promise<readonly number[]>

  /**
   * Publishes several jobs in one transaction, in the order given; a key may stand with one of them.
   * @returns as `publishExecution` @throws StoreError `conflict`: the idempotency key exists
   */
  publishJobs(publications: readonly JobPublication[]): Promise<readonly number[]>

  /**
   * Executions, newest first: those that were made as one, and those that jobs only name (without stages).
   * @returns at most `limit`, all older than `before`
   */
  listExecutions(query: ExecutionsQuery): Promise<readonly ExecutionRecord[]>

  /** The stages of an execution that was made as one; null: there is none of this id. */
  findExecution(id: string, subscription: string): Promise<ExecutionRecord | null>

  /** Appends a part to an open job; all of it or nothing. @throws StoreError `conflict`: the job is not open, is stopped, or `chunks` do not follow */
  appendPart(part: JobPart): Promise<void>

  /** Seals an open job: it becomes eligible. @returns its place in the order. @throws StoreError `conflict`: it is not open, or stopped */
  sealJob(ref: JobRef, seal: { sealedAtMs: number; phase: 'waiting' | 'eligible' }): Promise<{ eligibleSeq: number }>

  /** An idempotency record not older than `IDEMPOTENCY_KEY_SECONDS`, whose job may have been deleted since (`deleted`). */
  findIdempotency(scope: string, key: string): Promise<{ record: IdempotencyRecord; deleted: boolean } | null>

  /**
   * Writes a segment with what its batches replace, and ends jobs, atomically. Times of calls are kept in whole ms. The outcomes are copied: they
   * may be committed again.
   * @throws StoreError `stale_epoch`: the epoch is not this start's, or another start has taken over (REC-2)
   * @throws StoreError `conflict`: a record has no verdict or is of no stored item of a published job, or a job has ended already
   */
  commitOutcomes(commit: OutcomeCommit): Promise<void>

  /**
   * Makes waiting jobs eligible, in the order given: each gets the next place. A job that is not `waiting` any more is passed over (PRG-3).
   * @returns the place of each; 0: passed over
   */
  makeEligible(refs: readonly JobRef[]): Promise<readonly number[]>

  /** Sets or takes away the marks that hold jobs back, of all of them or of none; of an ended job nothing changes. */
  holdJobs(
    refs: readonly JobRef[],
    hold: { readonly pausedAtMs?: number | null; readonly releasedAtMs?: number },
  ): Promise<void>

  /** The outcomes of ended jobs, also of those deleted since (kept for ever, 40 bytes each); null: not ended, or never known. */
  jobOutcomes(ids: readonly JobId[], subscription: string): Promise<readonly (JobOutcome | null)[]>

  /** Ended jobs whose time is over, `endedAt + retainForSeconds <= nowMs`, oldest first. */
  listExpiredJobs(nowMs: number, limit: number): Promise<readonly JobRef[]>

  /** Failed items across jobs, newest first. */
  listDeadLetters(query: DeadLettersQuery): Promise<readonly DeadLetter[]>

  /**
   * Newer items with the same (objectType, id) for the same subscription and channel, in jobs that became eligible (or were made) after the
   * given item's: what a retry of it would overwrite. At most `limit`, looked for in the packed ids only; the caller compares the ids.
   */
  findNewer(query: NewerQuery): Promise<readonly NewerItem[]>

  /** Sets the durable mark that stops further items of jobs, on all of them or on none; a second mark changes nothing. */
  markStopped(refs: readonly JobRef[], stop: StopMark): Promise<void>

  /** Removes an ended job with everything but its idempotency key's tombstone. @throws StoreError `conflict`: it has not ended */
  deleteJob(ref: JobRef): Promise<void>

  /** Keeps a channel's settings. */
  saveChannel(channel: ChannelSettings): Promise<void>

  /** Notes that every `Retry-After` a channel received up to a wall time no longer holds; the last call counts. */
  unblockChannel(name: string, unblockedAtMs: number): Promise<void>

  /** Keeps how far gates may come before the next such write, all of them or none; the last write of a channel counts. */
  saveTats(tats: readonly ChannelTat[]): Promise<void>

  /** Forgets a channel's configuration and pause mark; that it was used stays, and its TAT with it. An unknown name does nothing. */
  removeChannel(name: string): Promise<void>

  findJob(id: JobId): Promise<JobRecord | null>

  /** Jobs newest first. */
  listJobs(query: JobsQuery): Promise<readonly JobRecord[]>

  /** Bodies of chunks, in the order asked for; null where there is none. */
  loadChunks(chunks: readonly Pick<RecoveredChunk, 'ref' | 'chunk'>[]): Promise<readonly (Uint8Array | null)[]>

  /** The lines of items whose data was replaced, as they are now, in the order asked for; null where there is none. */
  loadReplacements(
    items: readonly { readonly ref: JobRef; readonly index: number }[],
  ): Promise<readonly (Uint8Array | null)[]>

  /** Items with everything committed about them up to the moment of the call. */
  readItems(query: ItemsQuery): Promise<ItemsPage>
}
