import type { Ingest } from '../ingest/ingest.ts'
import type { DataReplacement } from '../ingest/retry/replace-parked.ts'
import type { ExecutionControl } from '../jobs/execution-control.ts'
import type { JobControl } from '../jobs/job-control.ts'
import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { ApiPaths } from '@waybill/spec/rules'
import type { OutboundRules } from '../model/outbound-policy.ts'
import type { SubscriptionLimits } from '../model/subscription.ts'
import type { ChannelReads } from '../progress/channel-reads.ts'
import type { Executions } from '../progress/executions.ts'
import type { ItemReads } from '../progress/item-reads.ts'
import type { Progress } from '../progress/progress.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { ParkedItemId, ParkedItems } from '../schedule/parked/parked-items.ts'
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
  readonly telemetry: Telemetry
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
export interface ParkedPart extends ParkedItems {
  /**
   * Has a parked item tried again with other data. As `resolve`.
   * @throws ProblemError `invalid_item`, `line_too_large`: it cannot have this data; `replaced_too_often`
   * @throws StoreError `disk_full`: there is no room for new work, and so for new data
   */
  replace(item: ParkedItemId, replacement: DataReplacement): Promise<boolean>
}

/** What else there is to know of a channel. */
export interface ChannelReadsPart extends ChannelReads {
  /** Why the server may not call this URL (it leads to a private address), or null. Resolves names. */
  refusalOf(url: URL): Promise<string | null>
}
