import {
  type ChannelConfig,
  type CircuitConfig,
  type ConnectorConfig,
  type Credentials,
  type CredentialsBySubscription,
  DEFAULT_CONCURRENCY,
  DEFAULT_MAX_RETRY_AFTER_MS,
  DEFAULT_PARK_SECONDS,
  defaultCircuit,
  defaultRetry,
  type HttpConnectorConfig,
  type ModuleConnectorConfig,
  type PayloadConfig,
  type RateLimitConfig,
  type RateLimitHeadersConfig,
} from './channel.ts'
import { type HeaderFault, headerFaults, headerNameFault, headerValueFault } from './header-faults.ts'
import { DEFAULT_BATCH_SIZE, DEFAULT_BURST, DEFAULT_TIMEOUT_MS } from './limits.ts'
import {
  completeRequests,
  type HttpRequests,
  parsePayloadUrl,
  readRules,
  ruleFaults,
  type WrittenRule,
  escapedToken,
} from '@waybill/spec/rules'

/** How long a module's call may keep running after its time-out before it loses its worker thread. */
export const DEFAULT_ABORT_GRACE_MS = 1000

type Defaulted<Whole, Wanted extends keyof Whole> = Pick<Whole, Wanted> & {
  readonly [K in keyof Whole]?: Whole[K] | undefined
}

type HttpConnectorInput = Omit<Defaulted<HttpConnectorConfig, 'type' | 'url'>, 'request'> & {
  readonly request?: HttpRequests | null | undefined
}

interface RetryInput {
  readonly maxAttempts?: number | undefined
  readonly backoff?:
    | {
        readonly initialMs?: number | undefined
        readonly factor?: number | undefined
        readonly maxMs?: number | undefined
      }
    | undefined
}

type PayloadInput = Omit<Defaulted<PayloadConfig, 'resolveUrl'>, 'retry'> & { readonly retry?: RetryInput | undefined }

/** A channel as it is written down, in the config file or a request: valid by its schema, without its defaults. */
export interface ChannelInput {
  readonly connector: HttpConnectorInput | Defaulted<ModuleConnectorConfig, 'type' | 'path'>
  readonly rateLimit?: Defaulted<RateLimitConfig, 'limit' | 'periodMs'> | null | undefined
  readonly concurrency?: number | undefined
  readonly retry?: (RetryInput & { readonly rules?: readonly WrittenRule[] | undefined }) | undefined
  readonly maxRetryAfterMs?: number | undefined
  readonly rateLimitHeaders?: RateLimitHeadersConfig | null | undefined
  readonly circuit?: { readonly [K in keyof CircuitConfig]?: number | undefined } | null | undefined
  readonly parkForSeconds?: number | undefined
  readonly trace?: ChannelConfig['trace'] | undefined
  readonly redact?: readonly string[] | undefined
  readonly credentials?: CredentialsBySubscription | undefined
  readonly itemSchema?: Readonly<Record<string, unknown>> | null | undefined
  readonly payload?: PayloadInput | null | undefined
}

/** Fills in the defaults. */
export function completeChannel(input: ChannelInput): ChannelConfig {
  const { rateLimit, retry, payload } = input
  const connector = completeConnector(input.connector)
  const attempts = completeRetry(retry ?? {}, defaultRetry)
  return {
    connector,
    rateLimit:
      rateLimit == null
        ? null
        : {
            limit: rateLimit.limit,
            periodMs: rateLimit.periodMs,
            burst: rateLimit.burst ?? DEFAULT_BURST,
            unit: rateLimit.unit ?? 'calls',
          },
    concurrency: input.concurrency ?? DEFAULT_CONCURRENCY,
    retry: {
      ...attempts,
      rules: retry?.rules === undefined ? defaultRetry.rules : readRules(retry.rules),
    },
    maxRetryAfterMs: input.maxRetryAfterMs ?? DEFAULT_MAX_RETRY_AFTER_MS,
    rateLimitHeaders: input.rateLimitHeaders ?? null,
    circuit: input.circuit === null ? null : completeCircuit(input.circuit ?? {}),
    parkForSeconds: input.parkForSeconds ?? DEFAULT_PARK_SECONDS,
    trace: input.trace ?? null,
    redact: input.redact ?? [],
    credentials: input.credentials ?? {},
    itemSchema: input.itemSchema ?? null,
    payload: payload == null ? null : completePayload(payload, { connector, retry: attempts }),
  }
}

function completeRetry(input: RetryInput, defaults: PayloadConfig['retry']): PayloadConfig['retry'] {
  return {
    maxAttempts: input.maxAttempts ?? defaults.maxAttempts,
    backoff: {
      initialMs: input.backoff?.initialMs ?? defaults.backoff.initialMs,
      factor: input.backoff?.factor ?? defaults.backoff.factor,
      maxMs: input.backoff?.maxMs ?? defaults.backoff.maxMs,
    },
  }
}

/** Fills in the defaults of a payload; most are as in its channel. */
function completePayload(
  input: PayloadInput,
  channel: { readonly connector: ConnectorConfig; readonly retry: PayloadConfig['retry'] },
): PayloadConfig {
  const { connector } = channel
  return {
    resolveUrl: input.resolveUrl,
    batchSize: input.batchSize ?? DEFAULT_BATCH_SIZE,
    timeoutMs: input.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    headers: input.headers ?? {},
    retry: completeRetry(input.retry ?? {}, channel.retry),
    allowPrivateAddresses:
      input.allowPrivateAddresses ?? (connector.type === 'http' && connector.allowPrivateAddresses),
    credentials: input.credentials ?? {},
  }
}

function completeCircuit(input: NonNullable<ChannelInput['circuit']>): CircuitConfig {
  return {
    failureRatio: input.failureRatio ?? defaultCircuit.failureRatio,
    minCalls: input.minCalls ?? defaultCircuit.minCalls,
    openMs: input.openMs ?? defaultCircuit.openMs,
  }
}

function completeConnector(input: ChannelInput['connector']): ConnectorConfig {
  if (input.type === 'module') {
    return {
      type: 'module',
      path: input.path,
      batchSize: input.batchSize ?? DEFAULT_BATCH_SIZE,
      timeoutMs: input.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      abortGraceMs: input.abortGraceMs ?? DEFAULT_ABORT_GRACE_MS,
      allowPrivateAddresses: input.allowPrivateAddresses ?? false,
    }
  }
  return {
    type: 'http',
    url: input.url,
    headers: input.headers ?? {},
    batchSize: input.batchSize ?? DEFAULT_BATCH_SIZE,
    timeoutMs: input.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    allowPrivateAddresses: input.allowPrivateAddresses ?? false,
    request: input.request == null ? null : completeRequests(input.request),
    response: input.response ?? null,
  }
}

/** A fault of a channel beyond its schema: where (JSON Pointer), and what is required. */
export interface ChannelFault {
  readonly pointer: string
  readonly detail: string
}

/** Checks what one field demands of another. */
export function channelFaults(config: ChannelConfig): ChannelFault[] {
  const { connector, rateLimit } = config
  const faults: ChannelFault[] = []
  if (rateLimit?.unit === 'items' && 'batchSize' in connector && connector.batchSize > rateLimit.burst) {
    // A call of a full batch would never be let through.
    const detail = `must be at least the connector's batchSize (${connector.batchSize}) with unit items: current value is ${rateLimit.burst}`
    faults.push({ pointer: '/rateLimit/burst', detail })
  }
  if (config.rateLimitHeaders !== null && connector.type !== 'http') {
    faults.push({
      pointer: '/rateLimitHeaders',
      detail: 'must be left out or null: only an http connector reads headers',
    })
  }
  if (connector.type === 'http') {
    faults.push(...urlFaults(connector.url, '/connector/url'))
    faults.push(...within('/connector/headers', headerFaults(connector.headers)))
  }
  faults.push(...within('/credentials', allCredentialFaults(config.credentials)))
  if (config.payload !== null) faults.push(...within('/payload', payloadFaults(config.payload)))
  for (const { pointer, detail } of ruleFaults(config.retry.rules)) {
    faults.push({ pointer: `/retry/rules${pointer}`, detail })
  }
  return faults
}

function payloadFaults({ resolveUrl, batchSize, headers, credentials }: PayloadConfig): ChannelFault[] {
  const url = parsePayloadUrl(resolveUrl, { isBatch: batchSize > 1 })
  return [
    ...faultAt('/resolveUrl', typeof url === 'string' ? url : null),
    ...within('/headers', headerFaults(headers)),
    ...within('/credentials', allCredentialFaults(credentials)),
  ]
}

function allCredentialFaults(all: ChannelConfig['credentials']): ChannelFault[] {
  return Object.entries(all).flatMap(([subscription, one]) =>
    within(`/${escapedToken(subscription)}`, one === null ? [] : credentialFaults(one)),
  )
}

function within(at: string, faults: readonly HeaderFault[]): ChannelFault[] {
  return faults.map(({ pointer, detail }) => ({ pointer: at + pointer, detail }))
}

/** Returns the faults of credentials that no call could send, or request a token with. Never shows a secret. */
function credentialFaults(credentials: Credentials): ChannelFault[] {
  switch (credentials.type) {
    case 'bearer':
      return faultAt('/token', headerValueFault(credentials.token))
    case 'header':
      return [
        ...faultAt('/name', headerNameFault(credentials.name)),
        ...faultAt('/value', headerValueFault(credentials.value)),
      ]
    case 'hmac':
      return [
        ...faultAt('/header', headerNameFault(credentials.header)),
        ...faultAt('/prefix', headerValueFault(credentials.prefix ?? '')),
        ...faultAt('/timestampHeader', headerNameFault(credentials.timestampHeader ?? 'x-none')),
      ]
    case 'oauth2_client_credentials':
      return urlFaults(credentials.tokenUrl, '/tokenUrl')
    case 'basic': // any text becomes base64
      return faultAt('/username', credentials.username.includes(':') ? 'must be without a colon' : null)
  }
}

function faultAt(pointer: string, detail: string | null): ChannelFault[] {
  return detail === null ? [] : [{ pointer, detail }]
}

function urlFaults(text: string, pointer: string): ChannelFault[] {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return [{ pointer, detail: 'must be an absolute http or https URL' }]
  }
  if (url.username !== '' || url.password !== '') {
    return [{ pointer, detail: 'must be without user name and password: use headers or credentials' }]
  }
  return []
}
