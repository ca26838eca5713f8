import type { Execution } from '@waybill/spec'
import type { CallError } from '../limits/channel-errors.ts'
import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { ApiPaths } from '@waybill/spec/rules'
import type { JobId, JobRef } from '../model/ids.ts'
import type { WaitingCount } from '../model/item.ts'
import type { OutboundRules } from '../model/outbound-policy.ts'
import type { SubscriptionLimits } from '../model/subscription.ts'
import type { ItemReads } from '../progress/item-reads.ts'
import type { ExecutionListPage, ExecutionListQuery } from '../progress/list-executions.ts'
import type { Progress } from '../progress/progress.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { TimeSlice } from '../runtime/time-slice.ts'
import type { ChannelStore } from '../store/channel-store.ts'
import type { DeadLettersQuery, OutcomeStore } from '../store/outcome-store.ts'
import type { PageTokens } from './answer/page-token.ts'

/*
 * What the routes need of the stages behind them, as narrow as they need it: `app.ts` hands over the real ones, a test its fakes.
 */
export interface AppParts {
  readonly config: HttpConfig
  readonly paths: ApiPaths
  readonly clock: Clock
  readonly logger: Logger
  readonly ingest: IngestPart
  readonly jobControl: JobControlPart
  readonly progress: Pick<Progress, 'find' | 'waitFor' | 'subscribe' | 'list' | 'stopWaiting'>
  readonly itemReads: Pick<ItemReads, 'page' | 'item' | 'results'>
  readonly channels: Pick<ChannelRegistry, 'get' | 'list' | 'put' | 'remove' | 'pause' | 'resume'>
  readonly channelReads: ChannelReadsPart
  /** Lifts the channel's `Retry-After`. Resolves when that is durable and holds. */
  unblockChannel(name: string): Promise<void>
  readonly store: Pick<ChannelStore, 'saveChannel' | 'removeChannel'> & Pick<OutcomeStore, 'listDeadLetters'>
  readonly retries: RetriesPart
  readonly executions: ExecutionsPart
  readonly parked: ParkedPart
  readonly pageTokens: PageTokens
  /** Items of a subscription that are accepted and have not ended; asked only where it has a quota. */
  pendingItemsOf(subscription: string): number
  /** Whether new work is taken; asked by `/healthz/ready`. That the server stops is known to http itself. */
  readiness(): 'ready' | 'disk_full' | 'store_damaged'
}

/** What of the configuration concerns HTTP. */
export interface HttpConfig {
  /** A request without a token is admin of subscription `default`; only loopback `Host` and `Origin`. */
  readonly dev: boolean
  /** Null only with `dev`: then no token is valid. */
  readonly adminToken: string | null
  readonly cors: { readonly origins: readonly string[] }
  /** Channels that are made begin paused. */
  readonly paused: boolean
  readonly outbound: OutboundRules['outbound']
  readonly limits: { readonly maxPendingItems: number; readonly maxDataBytes: number | null }
  readonly subscriptions: Readonly<Record<string, SubscriptionLimits>>
}

/** A body as it comes in: decoded, in order, read once. Throws when the client goes away, stops sending, or its encoding is broken. */
export interface BodyStream extends AsyncIterable<Uint8Array> {
  /** Bytes that came over the wire so far, if they are others than those handed out. */
  readonly sentBytes?: () => number
}

export type BodyMediaType = 'application/json' | 'application/x-ndjson'

export interface IngestPart {
  /** Resolves when the job is durable. */
  submitJob(request: SubmitJobRequest): Promise<SubmittedJob>
  appendItems(request: AppendItemsRequest): Promise<{ nextIndex: number; accepted: number; deduplicated: number }>
  /** Resolves when the job is sealed; it was perhaps so before. */
  sealJob(request: { id: JobId; subscription: string; caller: string; itemCount: number }): Promise<void>
  /** Resolves when the job of one item is durable, not when the item ended. */
  deliverItem(request: SubmitJobRequest): Promise<SubmittedJob>
}

export interface SubmitJobRequest {
  readonly subscription: string
  /** The name of a token, or an address: what all share is shared by it. */
  readonly caller: string
  readonly mediaType: BodyMediaType
  readonly body: BodyStream
  /** The header as it came; null: none. */
  readonly idempotencyKey: string | null
  /** The valid `traceparent` header; null: none. */
  readonly traceparent: string | null
}

export interface SubmittedJob {
  readonly id: JobId
  /** 201 for an open job. */
  readonly status: 201 | 202
  /** The `Job` as JSON: the first answer's bytes if `replayed`. */
  readonly body: string
  readonly replayed: boolean
}

export interface AppendItemsRequest {
  readonly id: JobId
  readonly subscription: string
  readonly caller: string
  readonly fromIndex: number
  readonly mediaType: BodyMediaType
  readonly body: BodyStream
}

export interface JobControlPart {
  /** Resolves when the mark is durable, or the job had ended before. @throws ProblemError `job_not_found` */
  cancel(id: JobId, subscription: string): Promise<void>
  /** Each resolves when it is durable, and changes nothing of what is so already. @throws ProblemError `job_not_found`, `job_ended` */
  pause(id: JobId, subscription: string): Promise<void>
  resume(id: JobId, subscription: string): Promise<void>
  release(id: JobId, subscription: string): Promise<void>
  /** @throws ProblemError `job_not_found`, `job_not_ended` */
  delete(id: JobId, subscription: string): Promise<void>
}

export interface RetriesPart {
  /**
   * Makes a new job of those items of a job that ended so and are not tried again already. Resolves when it is durable.
   * @throws ProblemError `job_not_found`, `stale`, `nothing_to_retry`
   */
  retryJob(
    job: { readonly id: JobId; readonly subscription: string },
    options: { readonly status: readonly ('failed' | 'cancelled')[]; readonly allowStale: boolean },
    request: RepeatableRequest,
  ): Promise<RetriedJobs>
  /** The same for failed items across jobs: one new job for each of them. @throws ProblemError `stale`, `nothing_to_retry` */
  retryDeadLetters(query: DeadLettersRetry, request: RepeatableRequest): Promise<RetriedJobs>
}

export interface RepeatableRequest {
  readonly caller: string
  /** The header as it came; null: none. */
  readonly idempotencyKey: string | null
  /** The valid `traceparent` header; null: none. */
  readonly traceparent: string | null
  /** The decoded body, which a repeat must have too. */
  readonly body: Uint8Array
}

export interface RetriedJobs {
  /** The `RetryReceipt` as JSON: the first answer's bytes if `replayed`. */
  readonly body: string
  readonly replayed: boolean
}

export interface DeadLettersRetry extends Pick<
  DeadLettersQuery,
  'subscription' | 'channels' | 'jobIds' | 'codes' | 'keyHash'
> {
  /** The key behind `keyHash`, which another one may share. */
  readonly partitionKey?: string
  readonly allowStale: boolean
}

export interface ExecutionsPart {
  /** Makes all jobs of an execution at once. Resolves when they are durable. @throws ProblemError */
  create(request: SubmitJobRequest): Promise<CreatedExecution>
  /** Null: there is none of this id for the subscription. */
  view(id: string, subscription: string): Promise<Execution | null>
  list(query: ExecutionListQuery): Promise<ExecutionListPage>
  /** Each resolves when it is durable for all jobs that have not ended. @throws ProblemError `execution_not_found`, but for cancel `execution_ended` */
  cancel(id: string, subscription: string): Promise<void>
  pause(id: string, subscription: string): Promise<void>
  resume(id: string, subscription: string): Promise<void>
}

export interface CreatedExecution {
  readonly id: string
  /** The `Execution` as JSON: the first answer's bytes if `replayed`. */
  readonly body: string
  readonly replayed: boolean
}

/** Items that wait for a decision. */
export interface ParkedPart {
  /** In the order of `after`: those that come behind it. */
  list(query: ParkedQuery): readonly ParkedEntry[]
  /** Resolves when it is durable. False: the item is not parked, or no longer. */
  resolve(place: ParkedPlace, decision: 'retry' | 'skip' | 'skip_key'): Promise<boolean>
  /**
   * Has a parked item tried again with other data. As `resolve`.
   * @throws ProblemError `invalid_item`, `line_too_large`: it cannot have this data; `replaced_too_often`
   * @throws StoreError `disk_full`: there is no room for new work, and so for new data
   */
  replace(place: ParkedPlace, replacement: DataReplacement): Promise<boolean>
}

export interface DataReplacement {
  /** JSON, valid as an item's data is. */
  readonly data: Uint8Array
  /** Who replaces it. */
  readonly by: string
  readonly slice: TimeSlice
}

export interface ParkedPlace {
  readonly subscription: string
  readonly jobId: JobId
  readonly index: number
}

export interface ParkedQuery {
  readonly subscription: string
  readonly channel?: string | undefined
  readonly jobId?: JobId | undefined
  /** Null: from the first one on. */
  readonly after: { readonly jobRef: JobRef; readonly index: number } | null
  readonly limit: number
}

export interface ParkedEntry {
  readonly jobRef: JobRef
  readonly jobId: JobId
  readonly index: number
  readonly channel: string
  readonly sinceMs: number
  /** When it is skipped. */
  readonly untilMs: number
}

/** What else there is to know of a channel. */
export interface ChannelReadsPart {
  liveState(name: string, subscription: string): ChannelLiveState
  /** Whether a job of any subscription that has not ended goes to this channel. */
  inUse(name: string): boolean
  /** Why the server may not call this URL (it leads to a private address), or null. Resolves names. */
  refusalOf(url: URL): Promise<string | null>
}

export interface ChannelLiveState {
  /** Items of the subscription's jobs that have not ended. */
  readonly pending: number
  readonly waiting: number
  readonly running: number
  /** Why those items do not move, most of them first. */
  readonly reasons: readonly WaitingCount[]
  /** Of the whole channel. */
  readonly runningCalls: number
  readonly itemsPerSecond: number
  /** Of the subscription's own items; or why the connector cannot be loaded, and until when. */
  readonly lastError: (CallError & { readonly untilMs: number | null }) | null
}
