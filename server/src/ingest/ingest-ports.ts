import type { ApiPaths } from '@waybill/spec/rules'
import type { JobOwners } from '../jobs/enter-job.ts'
import type { TermOf } from '../model/channel-term.ts'
import type { ChannelConfig } from '../model/channel.ts'
import type { JobId, JobRef } from '../model/ids.ts'
import type { JobRecord, StopMark } from '../model/job.ts'
import type { JobWebhook, JobWebhookWish } from '../model/job-webhook.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { SubscriptionLimits } from '../model/subscription.ts'
import type { JobEvents } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { ItemStore } from '../store/item-store.ts'
import type { ExecutionRecord, JobStore } from '../store/job-store.ts'
import type { OutcomeStore } from '../store/outcome-store.ts'
import type { RecoveryStore } from '../store/recovery-store.ts'
import type { ChunkKeys } from '../schedule/queues/admission.ts'

/*
 * The ports of this stage, each as narrow as it is used: `app.ts` passes the real ones, a test its fakes.
 */

export interface IngestOptions {
  readonly store: IngestStore
  readonly clock: Clock
  readonly liveJobs: LiveJobs
  readonly channels: IngestChannels
  readonly scheduler: IngestScheduler
  readonly calendar: IngestCalendar
  readonly deadlines: { watch(job: LiveJob): void }
  readonly owners: JobOwners
  readonly outcomes: IngestOutcomes
  readonly payloads: IngestPayloads
  readonly progress: IngestProgress
  readonly executions: IngestExecutions
  /** Makes the webhook events of new jobs. @default none */
  readonly events?: JobEvents
  /** The webhooks of jobs. */
  readonly jobWebhooks: IngestWebhooks
  /** The checks of the spec's schemas. Each returns the faults of a value; none when it is valid. */
  readonly findFaults: (schema: EnvelopeSchema, value: unknown) => readonly EnvelopeFault[]
  readonly limits: {
    /** Items that may be accepted and not ended at once. */
    readonly maxPendingItems: number
  }
  /** Items in the engine that are no caller's: they do not count against the server's limit. @default none */
  readonly hiddenItems?: () => number
  /** The limits of a subscription on pending items and open jobs. */
  readonly quotaOf: (subscription: string) => Pick<SubscriptionLimits, 'maxPendingItems' | 'maxOpenJobs'>
  readonly termOf: TermOf
  /** Makes this process the owner of a channel, unless it is already. */
  readonly adoptChannel: (name: string) => Promise<void>
  readonly paths: ApiPaths
  readonly logger: Logger
  readonly telemetry: Telemetry
}

export type IngestStore = Pick<RecoveryStore, 'epoch' | 'recoverChunks'> &
  Pick<
    JobStore,
    | 'nextJobRef'
    | 'publishJobs'
    | 'sealJob'
    | 'findIdempotency'
    | 'findJob'
    | 'markStopped'
    | 'jobOutcomes'
    | 'findExecution'
  > &
  Pick<
    ItemStore,
    'writeChunks' | 'writeRejectedItems' | 'discardJob' | 'appendPart' | 'loadChunks' | 'readItems' | 'findNewer'
  > &
  Pick<OutcomeStore, 'listDeadLetters'>

export interface IngestChannels {
  get(name: string): { readonly config: Pick<ChannelConfig, 'trace'> } | undefined
  list(): readonly { readonly name: string }[]
}

export interface IngestScheduler {
  /** Items accepted and not ended; grows at once with `admitJob`. */
  readonly pendingItems: number
  /** Called in the order of `eligibleSeq`. */
  admitJob(job: LiveJob, chunks: readonly ChunkKeys[]): void
  /** No further item of a job starts; its stop mark is durable. */
  stopJob(job: LiveJob): void
}

/** Jobs that are complete, and whose time has not come or that wait for others. */
export interface IngestCalendar {
  /** Items of jobs that wait; grows at once with `add`. */
  readonly waitingItems: number
  /** Takes a job of phase `waiting`. */
  add(job: LiveJob, chunks: readonly ChunkKeys[]): void
  /** A job was stopped while it waited. @returns false: it is just becoming eligible */
  drop(job: LiveJob): boolean
}

export interface IngestOutcomes {
  /** Ends a job that has no running calls: stopped (with its reason), or all of whose items have ended (null). Returns before it is durable. */
  endJob(job: LiveJob, reason: StopMark['reason'] | null): void
}

export interface IngestPayloads {
  /** Offers the body of a chunk that will soon be delivered; it is copied if it is kept. */
  offer(ref: JobRef, chunk: number, body: Uint8Array): void
  /** Forgets a job's bodies. */
  drop(ref: JobRef): void
}

export interface IngestProgress {
  track(job: LiveJob): void
  changed(job: LiveJob): void
  /** A job was stopped: it is shown so at once. */
  controlled(job: LiveJob): void
  /** Items of a live job that ended a second over the last seconds. */
  itemsPerSecond(job: LiveJob): number
  nextVersion(channel: string): number
  /** The first snapshot of a job that is about to be published. */
  first(record: JobRecord, rejected: { readonly failed: number }): { readonly json: string }
}

/** The webhooks of jobs. Each call's errors are those of `JobWebhooks`. */
export interface IngestWebhooks {
  /** Why a URL cannot be called, as the end of a sentence; null: it may. */
  faultOf(url: string): Promise<string | null>
  /** Makes the webhook of a job that is about to be published. Resolves when what it needs is durable. @throws ProblemError `quota_exceeded` */
  take(subscription: string, wish: JobWebhookWish): Promise<JobWebhook>
  /** The same for a job that tries items of another one again; undefined: its URL cannot be read any more. @throws ProblemError `quota_exceeded` */
  takeAgain(subscription: string, webhook: JobWebhook): Promise<JobWebhook | undefined>
}

export interface IngestExecutions {
  /** The first view of an execution whose jobs are about to be published, in their order. */
  first(
    execution: ExecutionRecord,
    jobs: readonly { readonly record: JobRecord; readonly rejected: { readonly failed: number } }[],
  ): { readonly json: string }
}

export type EnvelopeSchema =
  | 'JobSubmission'
  | 'JobEnvelope'
  | 'ItemDelivery'
  | 'ExecutionSubmission'
  | 'StageSubmission'
  | 'StageJobSubmission'

export interface EnvelopeFault {
  readonly pointer: string
  readonly detail: string
  /** The field does not exist at all. */
  readonly unknown: boolean
}

/** A body as it arrives: decoded, in order, read once. Throws when the client disconnects, stops sending, or its encoding is broken. */
export interface BodyStream extends AsyncIterable<Uint8Array> {
  /** Bytes that came over the wire so far, if they differ from the decoded ones. */
  readonly sentBytes?: () => number
}

export type BodyMediaType = 'application/json' | 'application/x-ndjson'

/** The valid headers of W3C Trace Context of a request. */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate: string | null
}

export interface SubmitRequest {
  readonly subscription: string
  /** The name of a token, or an address: divides what all callers share. */
  readonly caller: string
  readonly mediaType: BodyMediaType
  readonly body: BodyStream
  /** The header as it came; null: none. */
  readonly idempotencyKey: string | null
  /** The request's trace. @default none */
  readonly trace?: TraceContext | null
  /** Whether the caller may give a job a webhook. @default false */
  readonly mayAddWebhook?: boolean
}

/** A small request that is safe to repeat. */
export interface RepeatableRequest {
  readonly caller: string
  /** The header as it came; null: none. */
  readonly idempotencyKey: string | null
  /** The request's trace. @default none */
  readonly trace?: TraceContext | null
  /** The decoded body, which a repeat must have too. */
  readonly body: Uint8Array
}

export interface SubmittedJob {
  readonly id: JobId
  /** 201 for an open job. */
  readonly status: 201 | 202
  /** The `Job` as JSON: the first answer's bytes if `replayed`. */
  readonly body: string
  readonly replayed: boolean
}
