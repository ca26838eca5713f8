import type { AccessTokenRecord } from '../../model/access-token.ts'
import type { JobId, TokenId, WebhookEndpointId } from '../../model/ids.ts'
import type { CredentialsKey } from '../../model/channel-credentials.ts'
import type { JobOutcome, JobRecord, StopMark } from '../../model/job.ts'
import type { SubscriptionSettings } from '../../model/subscription.ts'
import type { AuditChange, AuditFound, AuditQuery, RidingEntry } from '../audit-store.ts'
import type { ChannelTerm } from '../../model/channel-term.ts'
import type { JobWebhooksRecord } from '../../model/job-webhook-origins.ts'
import type { WebhookEndpointRecord } from '../../model/webhook-endpoint.ts'
import type { StoredWebhookEvent, WebhookEventDraft } from '../../model/webhook-event.ts'
import type { ChannelSettings, ChannelTat } from '../channel-store.ts'
import type {
  ChunkDraft,
  ItemCountsQuery,
  ItemsQuery,
  JobPart,
  NewerItem,
  NewerQuery,
  RejectedItems,
  StoredReplacement,
} from '../item-store.ts'
import type {
  ExecutionRecord,
  ExecutionsQuery,
  IdempotencyRecord,
  JobSeal,
  JobsQuery,
  OwnedJobs,
  Publication,
  ExpiredJob,
} from '../job-store.ts'
import type {
  DeadLetter,
  DeadLetterGroups,
  DeadLetterGroupsQuery,
  DeadLettersQuery,
  OutcomeCommit,
} from '../outcome-store.ts'
import type { Adoption, ChannelOwner, ChannelRelease, ClaimedChannel, OwnersSeen } from '../owner-store.ts'
import type { SearchFound, SearchQuery } from '../search-store.ts'
import type { ServerEntry, StandbyState } from '../server-store.ts'
import type { ChannelRecovery, RecoveredChunk, Recovery } from '../recovery-store.ts'
import type { StoreCapacity } from '../store-condition.ts'
import type { StoreErrorCode } from '../store-error.ts'
import type { SealedCredentials } from '../sealed-secrets.ts'
import type { SealedChannel } from '../rows/job-rows.ts'
import type { LatestWebhookDelivery, StoredWebhookDelivery, WebhookDeliveriesQuery } from '../webhook-delivery-store.ts'
import type { JobWebhooksChange } from '../webhook-endpoint-store.ts'
import type {
  EndpointCount,
  WebhookEventsQuery,
  WebhookForward,
  WebhookPurge,
  WebhookReadLimit,
} from '../webhook-event-store.ts'

/*
 * Messages between the main thread and the store's threads.
 */

/** The state of a newly opened store. */
export interface Opened {
  readonly epoch: number
  /** The first job ref to give. */
  readonly firstRef: number
  readonly serverKey: Uint8Array
  /** The last number of an entry in the audit; 0: there is none. */
  readonly lastAuditSeq: number
  /** Until then nothing may be called, monotonic us; null: at once. */
  readonly quietUntilUs?: number | null
  /** Of a store that has its database beside others. @default it is alone */
  readonly shared?: { readonly serverId: number; readonly refs: number }
}

/** The row of a sealed secret. */
export interface SealedPlace {
  readonly place: 'channels' | 'credentials' | 'webhook_secrets' | 'webhook_endpoints' | 'job_webhooks'
  readonly row: number
}

/** Calls that change something, by name: their arguments and results. Run in order, many to a transaction. */
export interface WriteCalls {
  writeChunks: { args: { ref: number; chunks: readonly ChunkDraft[] }; result: null }
  writeRejectedItems: {
    args: { ref: number; subscription: string; channel: string; rejected: readonly RejectedItems[] }
    result: null
  }
  discardJob: { args: { ref: number }; result: null }
  publishJobs: { args: Publication & { expiredBeforeMs: number }; result: number[] }
  appendPart: { args: JobPart; result: null }
  sealJob: { args: JobSeal & { ref: number }; result: { eligibleSeq: number } }
  makeEligible: { args: OwnedJobs; result: number[] }
  holdJobs: { args: OwnedJobs & { pausedAtMs?: number | null; releasedAtMs?: number }; result: null }
  commitOutcomes: { args: Omit<OutcomeCommit, 'acts'>; result: null }
  markStopped: { args: OwnedJobs & { stop: StopMark }; result: null }
  deleteJob: { args: { ref: number }; result: null }
  adoptChannels: { args: { names: readonly string[] }; result: Adoption[] }
  releaseChannels: { args: { releases: readonly ChannelRelease[] }; result: null }
  saveChannel: {
    args: ChannelSettings & { secrets: string | null; removed: readonly CredentialsKey[] }
    result: null
  }
  saveCredentials: { args: SealedCredentials; result: null }
  removeCredentials: { args: CredentialsKey; result: null }
  /** Secrets that changed since they were read stay as they are. Has the log emptied, also with none: an earlier start may have ended before it was. */
  resealSecrets: { args: { sealed: readonly (SealedPlace & { from: string; to: string })[] }; result: null }
  unblockChannel: { args: { owner: ChannelTerm; unblockedAtMs: number }; result: null }
  saveTats: { args: { tats: readonly ChannelTat[] }; result: null }
  removeChannel: { args: { name: string }; result: null }
  createToken: {
    args: { token: AccessTokenRecord; idempotency: IdempotencyRecord | null; expiredBeforeMs: number }
    result: null
  }
  removeTokens: { args: { ids: readonly TokenId[] }; result: null }
  saveSubscription: { args: SubscriptionSettings; result: null }
  removeSubscription: { args: { name: string }; result: null }
  writeAudit: { args: AuditChange; result: null }
  purgeAudit: { args: { beforeMs: number; limit: number }; result: number }
  /** The URL is sealed. */
  saveWebhookEndpoint: {
    args: { endpoint: WebhookEndpointRecord; events: readonly WebhookEventDraft[] }
    result: null
  }
  updateWebhookEndpoint: {
    args: {
      endpoint: Omit<WebhookEndpointRecord, 'url' | 'secrets'>
      events: readonly WebhookEventDraft[]
    }
    result: null
  }
  /** The key is sealed. */
  saveJobWebhooks: { args: { webhooks: JobWebhooksRecord; change: JobWebhooksChange }; result: null }
  removeWebhookEndpoint: { args: { id: WebhookEndpointId }; result: null }
  appendWebhookEvents: { args: { events: readonly WebhookEventDraft[] }; result: null }
  forwardWebhookEvents: { args: { forward: WebhookForward }; result: null }
  dropWebhookBacklog: { args: { endpoint: WebhookEndpointId }; result: number }
  purgeWebhookEvents: { args: { forwardedBeforeMs: number; maxOfSubscription: number }; result: WebhookPurge }
}

/** Calls to the writer that are no write of a caller. */
export interface ControlCalls {
  open: { args: null; result: Opened }
  /** Moves what is committed of these items into the tables. Comes back with the first index not moved, null: all are. */
  fold: { args: { ref: number; fromIndex: number; toIndex: number }; result: number | null }
  /** Counts the items of chunks whose outcomes are not in the tables yet: their numbers, and three counts a bucket. */
  countUnwritten: { args: ItemCountsQuery; result: { chunks: number[]; counts: Uint32Array } }
  /** The folder is damaged: nothing is changed any more but by calls. */
  rest: { args: null; result: null }
  /** As of `ServerStore`, of stores that servers share. */
  coverCalls: { args: { longestMs: number }; result: null }
  listServers: { args: null; result: ServerEntry[] }
  /** As of `SharedOwnerStore`. */
  claimChannels: { args: { names: readonly string[] }; result: ClaimedChannel[] }
  handOver: { args: { release: ChannelRelease; to: number }; result: null }
  listOwners: { args: null; result: ChannelOwner[] }
  lookAtOwners: { args: null; result: OwnersSeen }
  /** Job refs that nobody else gives: the first of `SHARED_REF_BLOCK`. */
  reserveRefs: { args: null; result: number }
  /** A stop has begun. */
  hurry: { args: null; result: null }
  close: { args: null; result: null }
}

/** Calls that only read. */
export interface ReadCalls {
  recover: {
    args: null
    result: Omit<Recovery, 'channels' | 'credentials'> & { channels: SealedChannel[]; credentials: SealedCredentials[] }
  }
  recoverChannel: { args: { name: string }; result: ChannelRecovery }
  listSealed: { args: null; result: (SealedPlace & { sealed: string })[] }
  /** The next chunks of these jobs (ascending), of the first one from `fromChunk` on. */
  recoverChunks: {
    args: { refs: readonly number[]; fromChunk: number }
    /** `jobs`: how many of them are through; `nextChunk`: where the one after them continues. */
    result: { chunks: RecoveredChunk[]; jobs: number; nextChunk: number }
  }
  findIdempotency: {
    args: { scope: string; key: string; expiredBeforeMs: number }
    result: { record: IdempotencyRecord; deleted: boolean } | null
  }
  listExecutions: { args: ExecutionsQuery; result: ExecutionRecord[] }
  findExecution: { args: { id: string; subscription: string }; result: ExecutionRecord | null }
  jobOutcomes: { args: { ids: readonly JobId[]; subscription: string }; result: (JobOutcome | null)[] }
  listExpiredJobs: { args: { nowMs: number; limit: number }; result: readonly ExpiredJob[] }
  findJob: { args: { id: JobId }; result: JobRecord | null }
  listJobs: { args: JobsQuery; result: JobRecord[] }
  loadChunks: { args: { chunks: readonly { ref: number; chunk: number }[] }; result: (Uint8Array | null)[] }
  loadReplacements: { args: { items: readonly { ref: number; index: number }[] }; result: (Uint8Array | null)[] }
  listWebhookDeliveries: { args: WebhookDeliveriesQuery; result: StoredWebhookDelivery[] }
  latestWebhookDeliveries: {
    args: { endpoint: WebhookEndpointId; events: readonly number[] }
    result: LatestWebhookDelivery[]
  }
  listWaitingWebhookEvents: { args: WebhookReadLimit; result: StoredWebhookEvent[] }
  listWebhookBacklog: { args: WebhookReadLimit & { endpoint: WebhookEndpointId }; result: StoredWebhookEvent[] }
  countWebhookBacklogs: { args: null; result: EndpointCount[] }
  /** Only items before `untilIndex` (null: all) are looked at. */
  readItems: { args: { query: ItemsQuery; untilIndex: number | null }; result: PackedItems }
}

/** Calls that read more than others can wait for: answered piece by piece. */
export interface LongReadCalls {
  listDeadLetters: { args: DeadLettersQuery; result: DeadLetter[] }
  groupDeadLetters: { args: DeadLetterGroupsQuery; result: DeadLetterGroups }
  findNewer: { args: NewerQuery; result: NewerItem[] }
  /** Without the chunks `except`. Three counts a bucket. */
  countItems: { args: ItemCountsQuery & { except: readonly number[] }; result: Uint32Array }
  search: { args: SearchQuery; result: SearchFound }
  listAudit: { args: AuditQuery; result: AuditFound }
  listWebhookEvents: { args: WebhookEventsQuery; result: StoredWebhookEvent[] }
}

export type Calls = WriteCalls & ControlCalls & ReadCalls & LongReadCalls
export type CallName = keyof Calls

export interface CallMessage<Name extends CallName = CallName> {
  readonly id: number
  readonly name: Name
  readonly args: Calls[Name]['args']
  /** Entries of the audit that are written with it. */
  readonly audit?: readonly RidingEntry[]
}

/** A call before it is a message. */
export interface StoreCall<Name extends CallName> {
  readonly name: Name
  readonly args: Calls[Name]['args']
  /** Buffers that are transferred. @default all of them */
  readonly transfer?: readonly ArrayBuffer[] | undefined
  readonly audit?: readonly RidingEntry[]
}

/** A transaction that is durable. */
export interface CommitFacts {
  /** From its beginning to the end of the fsync. */
  readonly durationMs: number
  /** Calls that it carried out. */
  readonly writes: number
}

/** A message from a thread. */
export type ThreadMessage =
  | {
      readonly kind: 'result'
      readonly id: number
      readonly result: unknown
      /** The transaction behind it, with the first answer of those it made durable. */
      readonly commit?: CommitFacts
    }
  | {
      readonly kind: 'failure'
      readonly id: number
      readonly code: StoreErrorCode
      readonly message: string
      /** As of `StoreError`. */
      readonly channels: readonly string[]
    }
  | {
      readonly kind: 'log'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly fields: object
      readonly message: string
    }
  | { readonly kind: 'capacity'; readonly capacity: StoreCapacity }
  /** Another server has the database: this one waits. */
  | { readonly kind: 'standby'; readonly state: StandbyState }
  /** Stored data cannot be read, or written any more. */
  | { readonly kind: 'damaged'; readonly message: string }
  /** The thread cannot continue. */
  | { readonly kind: 'fatal'; readonly code: StoreErrorCode; readonly message: string }

/** A page of items on its way between threads: three buffers instead of thousands of objects. */
export interface PackedItems {
  readonly nextIndex: number | null
  /** Its numbers, as `ItemsPacker` writes them. */
  readonly items: Float64Array
  /** The numbers of the calls, in the order of the items. */
  readonly calls: Float64Array
  /** Per item its line, its detail, then the details of its calls. */
  readonly bytes: Uint8Array
  /** The jobs that try items again, each once. */
  readonly retriedAs: readonly JobId[]
  /** Rare, and so as they are, by the item's place in the page. */
  readonly replacements: readonly { readonly item: number; readonly of: readonly StoredReplacement[] }[]
}
