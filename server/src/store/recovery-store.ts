import type { AccessTokenRecord } from '../model/access-token.ts'
import type { JobRef } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import type { SubscriptionSettings } from '../model/subscription.ts'
import type { JobWebhooksRecord } from '../model/job-webhook-origins.ts'
import type { WebhookEndpointRecord } from '../model/webhook-endpoint.ts'
import type { Verdict } from '../model/outcome-batch.ts'
import type { StoredCredentials } from '../model/channel-credentials.ts'
import type { StoredChannel } from './channel-store.ts'

/** The data from which a start recovers. The rules of every call stand in `store.ts`. */
export interface RecoveryStore {
  /** This start's number, durable since `start()`; larger than that of every start before. */
  readonly epoch: number
  /** 32 random bytes, made with the data folder and known to nobody else; set by `start()`. */
  readonly serverKey: Uint8Array

  /**
   * Reads unfinished jobs, channels and tokens; once, after `start()`. Then `recoverChunks` for the jobs. Before it resolves, secrets that are
   * stored in clear, or sealed with an old key, are sealed with the first key of the ring, and their old form is removed without a trace.
   * @throws SecretError the key ring cannot open all that is stored
   */
  recover(): Promise<Recovery>

  /**
   * Reads what is unfinished of one channel, for its adoption: at any time after `start()`. Then `recoverChunks` for its jobs. A channel that is not known
   * has nothing.
   */
  recoverChannel(name: string): Promise<ChannelRecovery>

  /**
   * Passes the chunks of these jobs to `onChunks`, many per call whatever the jobs' sizes: job after job in no order to rely on, of
   * each its chunks in order. Reads keys and outcomes, never bodies. A job without chunks, or unknown, is passed over.
   */
  recoverChunks(refs: readonly JobRef[], onChunks: (chunks: readonly RecoveredChunk[]) => void): Promise<void>

  /** Recovery is over: damage that is met from here on changes the condition. */
  serve(): void
}

/** The unfinished jobs of channels. */
export interface ChannelRecovery {
  /** Jobs that have not ended, by channel, then by place, then ref (open and waiting jobs have place 0 and come first). */
  readonly jobs: readonly JobRecord[]
  /** Items of these jobs whose data was replaced; some perhaps more than once. */
  readonly replaced: readonly { readonly ref: JobRef; readonly index: number }[]
}

/** The data that a start recovers, of all channels. */
export interface Recovery extends ChannelRecovery {
  readonly channels: readonly StoredChannel[]
  /** Of all channels, also of such as there are no more. */
  readonly credentials: readonly StoredCredentials[]
  /** Access tokens by id, oldest first; expired ones too. */
  readonly tokens: readonly AccessTokenRecord[]
  /** Limits of subscriptions that were set over the API, by name. */
  readonly subscriptions: readonly SubscriptionSettings[]
  /** Webhook endpoints by id, oldest first. */
  readonly webhookEndpoints: readonly WebhookEndpointRecord[]
  /** Settings of the webhooks of jobs, in no order to rely on. */
  readonly jobWebhooks: readonly JobWebhooksRecord[]
}

/** A chunk of an unfinished job, without its bodies. */
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
  /** When one of its items ended last. */
  readonly lastEndedAtMs: number | null
}

/** The wait of an item that was tried and has not ended. */
export interface RecoveredWait {
  readonly index: number
  readonly attempt: number
  readonly throttled: number
  readonly verdict: Verdict
  readonly retryAtMs: number
  /** End of its last call, wall ms. */
  readonly endedAtMs: number
  /** Its last call was answered with a `Retry-After`, which holds for the whole channel. */
  readonly holdsChannel: boolean
  /** Calls among `throttled` that no `Retry-After` was the reason of. */
  readonly outageAttempts: number
  /** Of them those whose payload could not be resolved; the others failed by an outage of the channel. */
  readonly unresolvedAttempts: number
  /** Start of the first call that an outage of its channel made fail, wall ms; null: there was none. */
  readonly outageSinceMs: number | null
  /** Of a parked one: it was decided that its key is skipped, as far as jobs of its channel have places up to this one. @default nobody decided */
  readonly skipsKeyTo?: number
}
