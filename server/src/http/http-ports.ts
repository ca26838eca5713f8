import type { ChannelTests } from '../dispatch/channel-tests.ts'
import type { AccessTokens } from '../access/access-tokens.ts'
import type { DashboardSessions } from '../access/dashboard-sessions.ts'
import type { AuditTrail } from '../access/audit-trail.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { DataReplacement } from '../ingest/retry/replace-parked.ts'
import type { ExecutionControl } from '../jobs/execution-control.ts'
import type { JobActions } from '../jobs/job-actions.ts'
import type { JobControl } from '../jobs/job-control.ts'
import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { SubscriptionRegistry } from '../limits/subscription-registry.ts'
import type { Channel, Stats } from '@waybill/spec'
import type { ApiPaths } from '@waybill/spec/rules'
import type { Caller } from '../model/caller.ts'
import type { WebhookEndpointId } from '../model/ids.ts'
import type { WebhookEndpointRecord, WebhookHealth } from '../model/webhook-endpoint.ts'
import type { WebhookEventDraft } from '../model/webhook-event.ts'
import type { OutboundRules } from '../model/outbound-policy.ts'
import type { ChannelReads } from '../progress/channel-reads.ts'
import type { ComponentHealth } from '../progress/component-health.ts'
import type { Executions } from '../progress/executions.ts'
import type { JobMaps } from '../progress/job-maps.ts'
import type { ItemReads } from '../progress/item-reads.ts'
import type { JobReads } from '../progress/job-reads.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Lease } from '../runtime/lease.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { ParkedItemId, ParkedItems } from '../schedule/parked/parked-items.ts'
import type { ChannelStore } from '../store/channel-store.ts'
import type { OutcomeStore } from '../store/outcome-store.ts'
import type { SearchStore } from '../store/search-store.ts'
import type { ServerEntry } from '../store/server-store.ts'
import type { StoreSizes } from '../store/store-sizes.ts'
import type { SubscriptionStore } from '../store/subscription-store.ts'
import type { MetricsFormat } from './answer/metrics-format.ts'
import type { ControlEndpoints } from '../webhooks/control-endpoints.ts'
import type { JobWebhooks } from '../webhooks/job-webhooks.ts'
import type { ReplayEvents } from '../webhooks/replay-events.ts'
import type { WebhookDeliveries } from '../webhooks/webhook-deliveries.ts'
import type { WebhookEndpoints } from '../webhooks/webhook-endpoints.ts'
import type { PageTokens } from './answer/page-token.ts'

/**
 * Everything HTTP uses of the stages behind it, each port as narrow as it is used. `app.ts` passes the real ones, a test its fakes; each
 * route's handler names those that it uses.
 */
export interface HttpPorts {
  readonly config: HttpConfig
  readonly authenticate: Authenticate
  readonly tokens: TokensPort
  readonly subscriptions: Pick<SubscriptionRegistry, 'get' | 'find' | 'list' | 'put' | 'remove'>
  readonly audit: Pick<AuditTrail, 'count' | 'record' | 'correct' | 'list'>
  readonly paths: ApiPaths
  readonly clock: Clock
  readonly logger: Logger
  readonly telemetry: Telemetry
  readonly ingest: Pick<Ingest, 'submitJob' | 'appendItems' | 'sealJob' | 'deliverItem'>
  readonly jobControl: Pick<JobControl, 'cancel' | 'pause' | 'resume' | 'release' | 'delete'>
  readonly jobActions: Pick<JobActions, 'preview' | 'apply'>
  readonly progress: Pick<JobReads, 'find' | 'waitFor' | 'subscribe' | 'list' | 'stopWaiting'>
  /** Changes of jobs, of all subscriptions. */
  readonly changes: Pick<JobReads, 'onChange' | 'snapshot' | 'isAway'>
  readonly itemReads: Pick<ItemReads, 'page' | 'item' | 'items' | 'results' | 'redacts'>
  readonly jobMaps: Pick<JobMaps, 'map'>
  readonly stats: StatsPort
  readonly channels: Pick<ChannelRegistry, 'get' | 'list' | 'put' | 'remove' | 'pause' | 'resume'> &
    Pick<ChannelRegistry, 'credentialsOf' | 'putCredentials' | 'removeCredentials'>
  readonly channelReads: ChannelReadsPort
  /** Lifts the channel's `Retry-After`. Resolves when that is durable and holds. */
  unblockChannel(name: string): Promise<void>
  readonly channelTests: Pick<ChannelTests, 'run'>
  /** Whether this server may answer about live jobs, and how to know when that changes. */
  readonly lease: Pick<Lease, 'holds'>
  onLease(listener: () => void): void
  readonly store: Pick<ChannelStore, 'saveChannel' | 'removeChannel' | 'saveCredentials' | 'removeCredentials'> &
    SubscriptionStore &
    Pick<OutcomeStore, 'listDeadLetters' | 'groupDeadLetters'> &
    SearchStore
  readonly retries: Pick<Ingest, 'retryJob' | 'retryDeadLetters'>
  readonly executions: Pick<Executions, 'view' | 'list'> &
    Pick<ExecutionControl, 'cancel' | 'pause' | 'resume'> & { readonly create: Ingest['createExecution'] }
  readonly parked: ParkedPort
  readonly webhooks: WebhooksPort
  readonly pageTokens: PageTokens
  /** The number of the server's start. */
  readonly epoch: number
  /** The evidence of order: how often the turn of a key passed on, and how often not to a later item. */
  readonly order: { readonly checks: number; readonly violations: number }
  readonly dashboard: DashboardPort
  /** Null: they are not counted. */
  readonly metrics: MetricsPort | null
  /** Items of a subscription that are accepted and have not ended; asked only where it has a quota. */
  pendingItemsOf(subscription: string): number
  /** How the components are; asked by `/healthz/ready`. */
  readonly health: Pick<ComponentHealth, 'components'>
  /** Whether new work is taken; asked by `/healthz/ready`. The shutdown itself is known to http. */
  readiness(): 'ready' | 'disk_full' | 'store_damaged' | 'store_unavailable'
  /** Bytes of the stored data; null: it is not in files of this server. */
  storeSizes(): Promise<StoreSizes | null>
  /** The servers that share the store, the active one first; at most a second old. @throws StoreError */
  listServers(): Promise<readonly ServerEntry[]>
}

/** The name of one port. */
export type PortName = keyof HttpPorts

/**
 * Returns who makes a request, from the value of `Authorization`. Until it resolves nothing of the request's body is read or requested, and
 * the request holds no place; so it must not wait for long, and only where memory does not have the answer.
 * @throws ProblemError `unauthenticated`
 */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>

/** The configuration of HTTP. */
export interface HttpConfig {
  /** A request without a token is admin of subscription `default`; only loopback `Host` and `Origin`. */
  readonly dev: boolean
  /** Null only with `dev`: then no token is valid. */
  readonly adminToken: string | null
  readonly cors: { readonly origins: readonly string[] }
  /** Where callers see the server, without a slash at its end; null: where it listens. */
  readonly publicUrl: string | null
  /** Addresses and CIDR networks of proxies whose `X-Forwarded-For` names the caller. */
  readonly trustedProxies: readonly string[]
  /** Channels that are made begin paused. */
  readonly paused: boolean
  readonly outbound: OutboundRules['outbound']
  readonly limits: { readonly maxPendingItems: number; readonly maxDataBytes: number | null }
}

/** The access tokens. */
export type TokensPort = Pick<AccessTokens, 'callerOf' | 'isValid' | 'create' | 'list' | 'revoke' | 'onEnded'>

/** The sessions of the dashboard. */
export type DashboardPort = Pick<DashboardSessions, 'mode' | 'open' | 'find' | 'close' | 'onEnded'>

/** The metrics of the server. */
export interface MetricsPort {
  /** The text as of now, or at most a second old. */
  read(format: MetricsFormat): Promise<{ readonly contentType: string; readonly body: Buffer }>
}

/** Figures of channels over the last hour. */
export interface StatsPort {
  read(query: {
    /** Null: of all together. */
    readonly subscription: string | null
    readonly channels: readonly string[] | undefined
    readonly windowSeconds: number
    readonly stepSeconds: number
    readonly caller: string
  }): Promise<Stats>
}

/** The webhook endpoints, and the deliveries to them. */
export interface WebhooksPort {
  readonly endpoints: Pick<
    WebhookEndpoints,
    'list' | 'get' | 'find' | 'create' | 'update' | 'rotateSecret' | 'onChange' | 'revokePreviousSecret'
  >
  readonly control: Pick<ControlEndpoints, 'enable' | 'disable' | 'remove'>
  readonly ofJobs: Pick<JobWebhooks, 'of' | 'subscriptionOf' | 'setState' | 'rotateSecret'>
  readonly deliveries: Pick<WebhookDeliveries, 'page'>
  readonly replays: Pick<ReplayEvents, 'replay'>
  /** Sends a test event to an endpoint alone. Resolves when it is durable. @throws ProblemError `webhook_endpoint_not_found` */
  sendTest(id: WebhookEndpointId, subscription: string): Promise<WebhookEventDraft>
  healthOf(endpoint: WebhookEndpointRecord): WebhookHealth
  /** Http and private addresses may be called. */
  readonly allowPrivateAddresses: boolean
}

/** Items that wait for a decision. */
export interface ParkedPort extends ParkedItems {
  /**
   * Retries a parked item with other data. As `resolve`.
   * @throws ProblemError `invalid_item`, `line_too_large`: it cannot have this data; `replaced_too_often`
   * @throws StoreError `disk_full`: there is no space for new work, and so for new data
   */
  replace(item: ParkedItemId, replacement: DataReplacement): Promise<boolean>
}

/** The state of a channel beside its configuration. */
export interface ChannelReadsPort extends ChannelReads {
  /** How long its calls took lately, of all subscriptions; null: there were none, or nothing is counted. */
  callDurations(name: string): NonNullable<Channel['state']['callDurations']> | null
  /** Why the server may not call this URL (it leads to a private address), or null. Resolves names. */
  refusalOf(url: URL): Promise<string | null>
}
