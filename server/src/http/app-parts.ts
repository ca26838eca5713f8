import type { Ingest } from '../ingest/ingest.ts'
import type { ExecutionControl } from '../jobs/execution-control.ts'
import type { JobControl } from '../jobs/job-control.ts'
import type { CallError } from '../limits/channel-errors.ts'
import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { ApiPaths } from '@waybill/spec/rules'
import type { JobId, JobRef } from '../model/ids.ts'
import type { WaitingCount } from '../model/item.ts'
import type { OutboundRules } from '../model/outbound-policy.ts'
import type { SubscriptionLimits } from '../model/subscription.ts'
import type { Executions } from '../progress/executions.ts'
import type { ItemReads } from '../progress/item-reads.ts'
import type { Progress } from '../progress/progress.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { TimeSlice } from '../runtime/time-slice.ts'
import type { ChannelStore } from '../store/channel-store.ts'
import type { OutcomeStore } from '../store/outcome-store.ts'
import type { PageTokens } from './answer/page-token.ts'

/*
 * What the routes need of the stages behind them, as narrow as they need it: `app.ts` hands over the real ones, a test its fakes.
 * Each route's handler names those that it uses.
 */
export interface AppParts {
  readonly config: HttpConfig
  readonly paths: ApiPaths
  readonly clock: Clock
  readonly logger: Logger
  readonly ingest: Pick<Ingest, 'submitJob' | 'appendItems' | 'sealJob' | 'deliverItem'>
  readonly jobControl: Pick<JobControl, 'cancel' | 'pause' | 'resume' | 'release' | 'delete'>
  readonly progress: Pick<Progress, 'find' | 'waitFor' | 'subscribe' | 'list' | 'stopWaiting'>
  readonly itemReads: Pick<ItemReads, 'page' | 'item' | 'results'>
  readonly channels: Pick<ChannelRegistry, 'get' | 'list' | 'put' | 'remove' | 'pause' | 'resume'>
  readonly channelReads: ChannelReadsPart
  /** Lifts the channel's `Retry-After`. Resolves when that is durable and holds. */
  unblockChannel(name: string): Promise<void>
  readonly store: Pick<ChannelStore, 'saveChannel' | 'removeChannel'> & Pick<OutcomeStore, 'listDeadLetters'>
  readonly retries: Pick<Ingest, 'retryJob' | 'retryDeadLetters'>
  readonly executions: Pick<Executions, 'view' | 'list'> &
    Pick<ExecutionControl, 'cancel' | 'pause' | 'resume'> & { readonly create: Ingest['createExecution'] }
  readonly parked: ParkedPart
  readonly pageTokens: PageTokens
  /** Items of a subscription that are accepted and have not ended; asked only where it has a quota. */
  pendingItemsOf(subscription: string): number
  /** Whether new work is taken; asked by `/healthz/ready`. That the server stops is known to http itself. */
  readiness(): 'ready' | 'disk_full' | 'store_damaged' | 'store_unavailable'
}

/** Names one of them. */
export type PartName = keyof AppParts

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
