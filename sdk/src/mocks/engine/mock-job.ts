import type {
  Action,
  Channel,
  CredentialsEntry,
  ItemAttempt,
  ItemError,
  ItemInput,
  ItemStatus,
  ItemWarning,
  Job,
  JobDependency,
  JobOutcome,
  JobRetry,
  JobWebhook,
  PartitionBy,
  Requirement,
} from '@waybill/spec'
import type { Fifo } from './fifo.ts'

/** An envelope with its defaults. */
export interface Envelope {
  readonly channel: string
  readonly objectType: string
  readonly action: Action
  readonly source: string | null
  readonly executionId: string | null
  readonly partitionBy: PartitionBy
  readonly onInvalidItem: 'reject' | 'fail'
  readonly runAtMs: number | null
  readonly deadlineAtMs: number | null
  readonly dependsOn: readonly Required<JobDependency>[]
  readonly onExhausted: 'fail' | 'park'
  readonly retry: JobRetry | null
  readonly retainForSeconds: number
  readonly metadata: Readonly<Record<string, string>>
  /** Its URL as it was given; null: it has none. */
  readonly webhook: Required<JobWebhook> | null
}

/** `waiting` for its time or for other jobs; `eligible` when its items stand in their places. */
export type Phase = 'open' | 'waiting' | 'eligible' | 'ended'

/** A job as the mock keeps it. */
export interface MockJob {
  readonly id: string
  readonly envelope: Envelope
  readonly items: MockItem[]
  readonly createdAtMs: number
  readonly retryOf: string | null
  /** Of the request that made it. */
  readonly traceparent: string | null
  /** The `Idempotency-Key` that it came with. */
  idempotencyKey: string | null
  phase: Phase
  /** Grows with each job that becomes eligible: the order of its items in their keys. 0: not yet. */
  eligibleSeq: number
  /** The reason for which it ends early. */
  stop: 'cancelled' | 'expired' | null
  /** Its `runAt` has come, or it has none. */
  isDue: boolean
  pausedAtMs: number | null
  isReleased: boolean
  sealedAtMs: number | null
  startedAtMs: number | null
  lastProgressAtMs: number | null
  endedAtMs: number | null
  outcome: JobOutcome | null
  /** An open job: when a part last came. */
  touchedAtMs: number
  /** A part is being received. */
  isAppending: boolean
  /** Items that `stop` cancelled. */
  stoppedItems: number
  readonly counts: { waiting: number; running: number; succeeded: number; failed: number; cancelled: number }
  /** Ready items that its pause holds back. */
  readonly held: MockItem[]
  /** Takes back the timers of the job itself. */
  readonly cancels: (() => void)[]
  /** Told of every change. */
  readonly watchers: Set<() => void>
  snapshot: Snapshot | null
}

/** A job as it was shown: every answer of a version shows the same. */
export interface Snapshot {
  readonly job: Job
  /** The text of all but the version. */
  readonly fingerprint: string
}

export interface MockItem {
  readonly job: MockJob
  readonly index: number
  /** Null: what was sent is no item. Its data may be replaced while it is parked. */
  input: ItemInput | null
  readonly id: string
  readonly partitionKey: string | null
  status: ItemStatus
  /** Calls so far. */
  attempts: number
  /** Calls that do not count as attempts. */
  uncountedAttempts: number
  /** Those of them that no `Retry-After` was the reason of: a decision to retry makes all calls so far not count. */
  uncountedByDecision: number
  startedAtMs: number | null
  endedAtMs: number | null
  result: unknown
  warnings: ItemWarning[]
  error: ItemError | null
  retriedAs: string | null
  readonly log: ItemAttempt[]
  /** Where it stands; null for one without a key. */
  line: Line | null
  /** Grows with each item that may run: the order in which they do. 0: not yet. */
  turn: number
  /** Why it is `waiting`. */
  hold: Hold | null
  /** Takes back the timer of its retry or its parking. */
  cancelTimer: (() => void) | null
}

export interface Hold {
  readonly reason: 'retry' | 'parked'
  readonly sinceMs: number
  readonly untilMs: number
}

/** The items of one key, one after another. */
export type Line = Fifo<MockItem>

/** A channel as the mock keeps it. */
export interface MockChannel {
  readonly name: string
  readonly origin: Channel['origin']
  config: CompleteChannel
  /** Those set over the API, by target and subscription. */
  readonly credentials: Map<string, MockCredentials>
  paused: boolean
  runningCalls: number
  /** The time that the rate limit allows next (GCRA). */
  allowedAtMs: number
  /** Told to wait until then. */
  blockedUntilMs: number
  lastError: Channel['state']['lastError']
  /** Items that may run and were never called, in order. */
  readonly ready: Fifo<MockItem>
  /** Items that may run again, in order, after those. */
  readonly due: Fifo<MockItem>
  /** When it is looked at next. */
  pump: { readonly atMs: number; readonly cancel: () => void } | null
}

/** Credentials of a channel; their secrets are not kept. */
export type MockCredentials = Omit<CredentialsEntry, 'origin' | 'inUse'>

/** A channel's configuration with its defaults; secrets as they were given. */
export type CompleteChannel = Pick<
  Channel,
  | 'connector'
  | 'rateLimit'
  | 'concurrency'
  | 'retry'
  | 'maxRetryAfterMs'
  | 'rateLimitHeaders'
  | 'circuit'
  | 'parkForSeconds'
  | 'trace'
  | 'redact'
  | 'itemSchema'
  | 'payload'
>

export interface MockExecution {
  readonly id: string
  readonly createdAtMs: number
  readonly stages: readonly {
    readonly name: string
    readonly require: Requirement
    readonly jobs: readonly MockJob[]
  }[]
}

export function isItemEnded({ status }: MockItem): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled'
}

/** Items that have not ended. */
export function remainingOf({ items, counts }: MockJob): number {
  return items.length - counts.succeeded - counts.failed - counts.cancelled
}

/** The item that stands at the head of its key; itself where it has none. */
export function headOf(item: MockItem): MockItem {
  return item.line?.peek() ?? item
}
