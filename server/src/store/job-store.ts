import type { ChannelTerm } from '../model/channel-term.ts'
import type { JobId, JobRef, TokenId } from '../model/ids.ts'
import type { JobOutcome, JobPhase, JobRecord, StopMark } from '../model/job.ts'
import type { OutcomeBatch } from '../model/outcome-batch.ts'
import type { WebhookEventDraft } from '../model/webhook-event.ts'
import type { ChunkDraft } from './item-store.ts'
import type { DeliveringJob } from './webhook-delivery-store.ts'
import type { WebhookForward } from './webhook-event-store.ts'

/** Jobs and executions: how they come to exist, what holds them, what becomes of them. The rules of every call stand in `store.ts`. */
export interface JobStore {
  /** A new job's number; synchronous, never given twice in one data folder. */
  nextJobRef(): JobRef

  /**
   * Makes jobs visible, all of them or none, in one transaction: records, the rest of their chunks, outcomes of rejected items, places in the
   * orders of their channels, `used` marks of their channels, marks of the items that they retry, the execution and the idempotency key. A row
   * of the outbox that reports the publication belongs to this transaction, too, and so do the marks of events that the jobs deliver.
   * @returns the place of each job in the order of its channel, in the order given, in which the places of a channel grow; 0 for a job that is not
   * eligible. Places of a channel are dense, and grow in the order of the commits, whichever servers publish (ORD-5); those of different channels are not
   * comparable
   * @throws StoreError `conflict`: the idempotency key exists, or an execution of this id and subscription does; or an event
   * of `forward` was forwarded before, or is in no backlog that it is to leave
   */
  publishJobs(publication: Publication): Promise<readonly number[]>

  /**
   * Seals an open job: it becomes eligible. @returns its place in the order of its channel
   * @throws StoreError `conflict`: it is not open, or stopped; `stale_term`
   */
  sealJob(ref: JobRef, seal: JobSeal): Promise<{ eligibleSeq: number }>

  /**
   * Makes waiting jobs eligible, in the order given: each gets the next place of its channel. A job that is not `waiting` any more is passed over
   * (PRG-3).
   * @returns the place of each; 0: passed over
   * @throws StoreError `stale_term`
   */
  makeEligible(jobs: OwnedJobs): Promise<readonly number[]>

  /**
   * Sets or takes away the marks that hold jobs back, of all of them or of none; of an ended job nothing changes.
   * @throws StoreError `stale_term`
   */
  holdJobs(
    jobs: OwnedJobs,
    hold: { readonly pausedAtMs?: number | null; readonly releasedAtMs?: number },
  ): Promise<void>

  /**
   * Sets the durable mark that stops further items of jobs, on all of them or on none; a second mark changes nothing.
   * @throws StoreError `stale_term`
   */
  markStopped(jobs: OwnedJobs, stop: StopMark): Promise<void>

  /** Removes an ended job with everything but its idempotency key's tombstone. @throws StoreError `conflict`: it has not ended */
  deleteJob(ref: JobRef): Promise<void>

  findJob(id: JobId): Promise<JobRecord | null>

  /** Jobs newest first. */
  listJobs(query: JobsQuery): Promise<readonly JobRecord[]>

  /** The outcomes of ended jobs, also of those deleted since (kept for ever, 40 bytes each); null: not ended, or never known. */
  jobOutcomes(ids: readonly JobId[], subscription: string): Promise<readonly (JobOutcome | null)[]>

  /** Ended jobs whose time is over, `endedAt + retainForSeconds <= nowMs`, oldest first. */
  listExpiredJobs(nowMs: number, limit: number): Promise<readonly ExpiredJob[]>

  /** An idempotency record not older than `IDEMPOTENCY_KEY_SECONDS`; what it made may have been deleted since (`deleted`). */
  findIdempotency(scope: string, key: string): Promise<{ record: IdempotencyRecord; deleted: boolean } | null>

  /** The stages of an execution that was made as one; null: there is none of this id. */
  findExecution(id: string, subscription: string): Promise<ExecutionRecord | null>

  /**
   * Executions, newest first: those that were made as one, and those that jobs only name (without stages).
   * @returns at most `limit`, all older than `before`
   */
  listExecutions(query: ExecutionsQuery): Promise<readonly ExecutionRecord[]>
}

/** Jobs that the owner of their channels changes. */
export interface OwnedJobs {
  readonly refs: readonly JobRef[]
  /** The terms of all channels of these jobs, each channel once. */
  readonly terms: readonly ChannelTerm[]
}

/** The end of an open job's uploads. */
export interface JobSeal {
  /** Of the job's channel. */
  readonly owner: ChannelTerm
  readonly sealedAtMs: number
  readonly phase: 'waiting' | 'eligible'
  /** Webhook events that report it. @default none */
  readonly events?: readonly WebhookEventDraft[]
}

/** The record behind an `Idempotency-Key`, durable with the job or the access token that the request made. */
export interface IdempotencyRecord {
  /** Subscription and operation. */
  readonly scope: string
  readonly key: string
  /** SHA-256 of media type and decoded body, hex. */
  readonly fingerprint: string
  /** The job that the request made, of several the first; or the access token. */
  readonly madeId: JobId | TokenId
  readonly createdAtMs: number
  /** The first answer, to be given again. */
  readonly status: number
  readonly body: string
}

/** The last transaction of accepted jobs: from here on they exist. */
export interface Publication {
  /** At least one. */
  readonly jobs: readonly JobPublication[]
  /** Of the request that made them; null: it has no key. */
  readonly idempotency: IdempotencyRecord | null
  /** The execution that the jobs belong to; null: none. */
  readonly execution: ExecutionRecord | null
  /** Webhook events that report it. @default none */
  readonly events?: readonly WebhookEventDraft[]
  /** The webhook events that its jobs deliver. @default none */
  readonly forward?: WebhookForward
  /** Those of its jobs that deliver webhook events. @default none */
  readonly deliveries?: readonly DeliveringJob[]
}

/** One job of a publication. */
export interface JobPublication {
  /** `phase` open or eligible (or ended, for a job without items). The store fills in `eligibleSeq`. */
  readonly record: JobRecord
  /** The chunks not written yet. */
  readonly chunks: readonly ChunkDraft[]
  /** Outcomes of rejected items not written yet: items failed as invalid. */
  readonly outcomes: readonly OutcomeBatch[]
  /** Items of older jobs that this one tries again: they get `retriedAs`. @default none */
  readonly retries?: readonly RetriedItems[]
}

/** Items of an older job that a new one tries again. */
export interface RetriedItems {
  readonly ref: JobRef
  readonly indexes: Uint32Array
}

/** A workflow: jobs in stages, each stage after all jobs of the one before. The stages never change. */
export interface ExecutionRecord {
  readonly id: string
  readonly subscription: string
  readonly createdAtMs: number
  readonly stages: readonly { readonly name: string; readonly jobs: readonly JobId[] }[]
}

export interface JobsQuery {
  readonly subscription: string
  readonly limit: number
  /** Only jobs older than this id (ids sort by creation). */
  readonly beforeId?: JobId
  readonly phases?: readonly JobPhase[]
  /** Only these; some hundred at most. */
  readonly ids?: readonly JobId[]
  /** Only jobs of this execution. */
  readonly executionId?: string
  readonly outcomes?: readonly JobOutcome[]
  readonly channels?: readonly string[]
  readonly sources?: readonly string[]
  readonly createdAfterMs?: number
  readonly createdBeforeMs?: number
}

export interface ExecutionsQuery {
  readonly subscription: string
  readonly limit: number
  /** Only those older than this one; of the same age, with a smaller id. */
  readonly before?: { readonly createdAtMs: number; readonly id: string }
  readonly createdAfterMs?: number
  readonly createdBeforeMs?: number
}

/** An ended job whose time is over. */
export interface ExpiredJob {
  readonly ref: JobRef
  readonly id: JobId
  readonly subscription: string
  readonly channel: string
}
