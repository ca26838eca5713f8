import type {
  CompleteRequests,
  CompleteRequestTemplate,
  HttpAnswerRules,
  PayloadRetry,
  RetryConfig,
} from '@waybill/spec/rules'

/** A channel's configuration after validation, with its defaults filled in. Times in ms. */
export interface ChannelConfig {
  readonly connector: ConnectorConfig
  /** Null: no limit. */
  readonly rateLimit: RateLimitConfig | null
  /** Calls running at once, 1 and up. */
  readonly concurrency: number
  readonly retry: RetryConfig
  /** The longest wait that a `Retry-After` can impose, 1,000 to 86,400,000. */
  readonly maxRetryAfterMs: number
  /** How answers report quotas; null: they are not read. */
  readonly rateLimitHeaders: RateLimitHeadersConfig | null
  /** Null: calls continue however many fail. */
  readonly circuit: CircuitConfig | null
  /** How long a parked item waits for a decision before it is skipped. */
  readonly parkForSeconds: number
  /** Whether calls continue the trace of the request that created their job; null: those of `POST /v1/items` alone. */
  readonly trace: 'link' | 'continue' | null
  /** By subscription; under `*` those of every one that has none of its own. */
  readonly credentials: CredentialsBySubscription
  /** JSON Schema (2020-12) of the data of items; null: they are not checked. */
  readonly itemSchema: Readonly<Record<string, unknown>> | null
  /** How the data of items that have only an id is resolved; null: it is not. */
  readonly payload: PayloadConfig | null
}

/** Where the data of items is that have only an id. */
export interface PayloadConfig {
  /** A URL with placeholders, as `parsePayloadUrl` of the spec takes it. */
  readonly resolveUrl: string
  /** Ids per request, 1 to 1,000; above 1 they are sent by `POST`. */
  readonly batchSize: number
  readonly timeoutMs: number
  readonly headers: Readonly<Record<string, string>>
  readonly retry: PayloadRetry
  readonly allowPrivateAddresses: boolean
  /** By subscription, as those of the channel, which are never sent there. */
  readonly credentials: CredentialsBySubscription
}

/** Headers of some kind, or expressions for others. */
export type RateLimitHeadersConfig =
  | 'standard'
  | 'shopify'
  | { readonly remaining: string; readonly resetSeconds: string; readonly limit?: string | undefined }

export type ConnectorConfig =
  | HttpConnectorConfig
  | ModuleConnectorConfig
  | SandboxConnectorConfig
  | WebhookConnectorConfig

export interface HttpConnectorConfig {
  readonly type: 'http'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Items per call, 1 to 1,000. */
  readonly batchSize: number
  readonly timeoutMs: number
  readonly allowPrivateAddresses: boolean
  /** Null: calls are as `deliverItems` of the spec has them. */
  readonly request: CompleteRequests | null
  /** Null: answers are read as `deliverItems` has them. */
  readonly response: AnswerRulesConfig | null
}

/** The request of one action; values are expressions. Without a body it is the item's data, or the list of them. */
export type RequestTemplateConfig = CompleteRequestTemplate
/** How answers are read; each rule is an expression. */
export type AnswerRulesConfig = HttpAnswerRules

export interface ModuleConnectorConfig {
  readonly type: 'module'
  /** Absolute path of the ES module; the config file's reader resolved it. */
  readonly path: string
  /** Items per `deliverBatch` call, 1 to 1,000; `deliverItem` gets one. */
  readonly batchSize: number
  readonly timeoutMs: number
  /** How long a call may keep running after its time-out before it loses its worker thread. */
  readonly abortGraceMs: number
  /** Of the module's requests through `context.fetch`. */
  readonly allowPrivateAddresses: boolean
}

/** The built-in channel `sandbox` of `--dev`. */
export interface SandboxConnectorConfig {
  readonly type: 'sandbox'
  readonly timeoutMs: number
}

/** Of the hidden channel of a webhook endpoint: set by the server alone, stored nowhere. */
export interface WebhookConnectorConfig {
  readonly type: 'webhook'
  readonly url: string
  /** Secrets that sign each call, as `whsec_` and base64, the current one first. */
  readonly secrets: readonly string[]
  readonly timeoutMs: number
  readonly batchSize: 1
  readonly allowPrivateAddresses: boolean
  /** Of an origin that webhooks of jobs call: each item has its own URL. @default all items go to `url` */
  readonly perJob?: PerJobUrls
}

/** How the URLs of items are opened, and which jobs are called no more. */
export interface PerJobUrls {
  /** The key that sealed them, 32 bytes in base64url. */
  readonly urlKey: string
  /** Shared by the threads that call the origin; see `gone-jobs.ts`. */
  readonly goneJobs: SharedArrayBuffer
}

export interface RateLimitConfig {
  /** Units per period, 1 and up. */
  readonly limit: number
  readonly periodMs: number
  /** Units that may come at once after a quiet time, 1 and up. */
  readonly burst: number
  readonly unit: 'calls' | 'items'
}

/** A gate's TAT as it outlives the process. */
export interface DurableTat {
  /** Time per unit that it was counted in, µs. */
  readonly unitUs: number
  /** As wall time, ms. */
  readonly atMs: number
  /** As monotonic time, µs: means something in the same boot of the same machine only. */
  readonly atUs: number
  /** Null: the boot is unknown. */
  readonly bootId: string | null
}

/** When a channel is taken for broken: then its calls stop for a while, and single probes find out when it is back. */
export interface CircuitConfig {
  /** Share of failed calls (network errors, time-outs, 5xx) that opens it, above 0 to 1. */
  readonly failureRatio: number
  /** Calls within the window below which nothing is concluded, 1 and up. */
  readonly minCalls: number
  /** How long it stays open before a probe. */
  readonly openMs: number
}

/** Where private addresses may be allowed for a channel: nowhere, in the configuration file alone, or over the API too. */
export const privateAddressPolicies = ['never', 'file-only', 'allowed'] as const
export type PrivateAddressPolicy = (typeof privateAddressPolicies)[number]

/** In place of a subscription: credentials of every one that has none of its own. */
export const SHARED_CREDENTIALS = '*'

/**
 * By subscription, and under `*` those of every one that has none of its own. Null: its own are not in use, and it has no others; only where stored credentials have
 * been added to a configuration.
 */
export type CredentialsBySubscription = Readonly<Record<string, Credentials | null>>

export type Credentials =
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string }
  | {
      readonly type: 'hmac'
      /** Header of the signature. */
      readonly header: string
      /** @default sha256 */
      readonly algorithm?: 'sha256' | 'sha512' | 'sha1'
      /** @default hex */
      readonly encoding?: 'hex' | 'base64' | 'base64url'
      /** In front of the signature. @default none */
      readonly prefix?: string
      readonly secret: string
      /** The content that is signed, an expression over `method`, `path`, `body` and `timestamp`. @default the body */
      readonly content?: string
      /** Header of the time of the call, seconds since 1970. @default none is sent */
      readonly timestampHeader?: string
    }
  | {
      readonly type: 'oauth2_client_credentials'
      readonly tokenUrl: string
      readonly clientId: string
      readonly clientSecret: string
      readonly scope?: string
    }

export const defaultRetry: RetryConfig = {
  maxAttempts: 8,
  backoff: { initialMs: 1000, factor: 2, maxMs: 300_000 },
  rules: [],
}

/** An hour: longer waits of real APIs are daily quotas, which an operator should see and decide on. */
export const DEFAULT_MAX_RETRY_AFTER_MS = 3_600_000

/** A day: who looks at parked items every morning has decided on each. */
export const DEFAULT_PARK_SECONDS = 86_400

export const defaultCircuit: CircuitConfig = { failureRatio: 0.5, minCalls: 20, openMs: 30_000 }

/** Calls at once when a channel does not say: what most shop APIs allow per integration. */
export const DEFAULT_CONCURRENCY = 64
