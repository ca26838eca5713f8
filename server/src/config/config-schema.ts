import { type PrivateAddressPolicy, privateAddressPolicies } from '../model/channel.ts'
import { type DashboardMode, dashboardModes } from '../model/dashboard-mode.ts'
import { actions } from '../model/job.ts'
import type { ChannelInput } from '../model/complete-channel.ts'
import { type StoreKind, storeKinds } from './store-settings.ts'
import { type ClusterInput, clusterProperty } from './cluster-settings.ts'
import { type NetworkInput, networkProperties } from './network-settings.ts'
import { type SubscriptionInput, subscriptionName } from '../model/subscription.ts'

/** The configuration file, valid by `configSchema`. */
export interface ConfigFile extends NetworkInput {
  readonly channels?: Readonly<Record<string, ChannelInput>>
  readonly cors?: { readonly origins?: readonly string[] }
  readonly outbound?: { readonly allowPrivateAddresses?: PrivateAddressPolicy; readonly proxy?: string }
  readonly audit?: { readonly retainForDays?: number }
  readonly dashboard?: DashboardMode
  readonly metrics?: { readonly subscriptionLabel?: boolean }
  readonly store?: StoreKind
  readonly databaseUrl?: string
  readonly cluster?: ClusterInput
  readonly limits?: { readonly maxPendingItems?: number; readonly maxDataBytes?: number }
  readonly subscriptions?: Readonly<Record<string, SubscriptionInput>>
}

const wholeNumber = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum })
const text = { type: 'string', minLength: 1, maxLength: 4096 }

function closed(properties: Readonly<Record<string, object>>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, properties, required }
}

// Numbers as in the spec's ChannelConfig: a channel means the same wherever it is written.
const calls = { batchSize: wholeNumber(1, 1000), timeoutMs: wholeNumber(1, 600_000) }

const headers = {
  type: 'object',
  maxProperties: 32,
  propertyNames: { pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$" },
  additionalProperties: { type: 'string', maxLength: 4096 },
}

const expression = { type: 'string', maxLength: 4096 }
const expressions = (most: number, names: object = { maxLength: 128 }) => ({
  type: 'object',
  maxProperties: most,
  propertyNames: names,
  additionalProperties: expression,
})
const requestTemplate = closed({
  method: { enum: ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] },
  path: { ...expression, pattern: '^(/.*)?$' },
  query: expressions(32),
  headers: expressions(32, headers.propertyNames),
  bodyType: { enum: ['json', 'ndjson', 'form', 'multipart', 'text', 'none'] },
  body: { anyOf: [expression, expressions(64)] },
})
const answerRules = closed({
  results: expression,
  succeeded: expression,
  result: expression,
  error: closed({ code: expression, detail: expression, retryable: expression, pointer: expression }),
})

const httpConnector = closed(
  {
    type: { const: 'http' },
    url: { type: 'string', maxLength: 2048 },
    headers,
    ...calls,
    allowPrivateAddresses: { type: 'boolean' },
    request: closed(Object.fromEntries(actions.map((action) => [action, requestTemplate]))),
    response: answerRules,
  },
  ['type', 'url'],
)

const moduleConnector = closed(
  {
    ...{ type: { const: 'module' }, path: text, ...calls, abortGraceMs: wholeNumber(0, 60_000) },
    allowPrivateAddresses: { type: 'boolean' },
  },
  ['type', 'path'],
)

const credentials = {
  type: 'object',
  required: ['type'],
  properties: { type: { enum: ['bearer', 'basic', 'header', 'hmac', 'oauth2_client_credentials'] } },
  allOf: [
    variant('bearer', { token: text }),
    variant('basic', { username: text, password: { type: 'string', maxLength: 4096 } }),
    variant('header', { name: text, value: text }),
    variant(
      'hmac',
      { header: text, secret: text },
      {
        algorithm: { enum: ['sha256', 'sha512', 'sha1'] },
        encoding: { enum: ['hex', 'base64', 'base64url'] },
        prefix: text,
        content: text,
        timestampHeader: text,
      },
    ),
    variant('oauth2_client_credentials', { tokenUrl: text, clientId: text, clientSecret: text }, { scope: text }),
  ],
}

/** One of several shapes, chosen by `type`, so that faults are reported for the intended shape. */
function variant(
  type: string,
  required: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
): object {
  return {
    if: { properties: { type: { const: type } } },
    then: closed({ type: { const: type }, ...required, ...optional }, ['type', ...Object.keys(required)]),
  }
}

/** One status, or a range or class of them as text. */
const statusRange = {
  type: ['integer', 'string'],
  minimum: 100,
  maximum: 599,
  pattern: '^([1-5][0-9]{2}-[1-5][0-9]{2}|[1-5]xx)$',
}

const subscription = closed({
  weight: { type: 'number', minimum: 0.01, maximum: 1000 },
  maxPendingItems: wholeNumber(1, 100_000_000),
  maxOpenJobs: wholeNumber(1, 100_000),
  maxRunningCalls: wholeNumber(1, 100_000),
  requestRate: closed({ perMinute: wholeNumber(1, 1_000_000), burst: wholeNumber(1, 1_000_000) }, ['perMinute']),
})

const attempts = {
  maxAttempts: wholeNumber(1, 100),
  backoff: closed({
    initialMs: wholeNumber(0, 3_600_000),
    factor: { type: 'number', minimum: 1, maximum: 10 },
    maxMs: wholeNumber(0, 86_400_000),
  }),
}

const payload = closed(
  {
    resolveUrl: { type: 'string', maxLength: 2048 },
    headers,
    ...calls,
    retry: closed(attempts),
    allowPrivateAddresses: { type: 'boolean' },
    credentials: { type: 'object', propertyNames: subscriptionName, additionalProperties: credentials },
  },
  ['resolveUrl'],
)

/** A channel of a configuration file. */
export const channelSchema = closed(
  {
    connector: {
      type: 'object',
      required: ['type'],
      properties: { type: { enum: ['http', 'module'] } },
      allOf: [
        { if: { properties: { type: { const: 'http' } } }, then: httpConnector },
        { if: { properties: { type: { const: 'module' } } }, then: moduleConnector },
      ],
    },
    rateLimit: {
      oneOf: [
        closed(
          {
            limit: wholeNumber(1, 1_000_000),
            periodMs: wholeNumber(1, 86_400_000),
            burst: wholeNumber(1, 1_000_000),
            unit: { enum: ['calls', 'items'] },
          },
          ['limit', 'periodMs'],
        ),
        { type: 'null' },
      ],
    },
    concurrency: wholeNumber(1, 10_000),
    retry: closed({
      ...attempts,
      rules: {
        type: 'array',
        maxItems: 64,
        items: {
          ...closed(
            {
              status: { type: 'array', minItems: 1, maxItems: 64, items: statusRange },
              code: {
                type: 'array',
                minItems: 1,
                maxItems: 64,
                items: { type: 'string', minLength: 1, maxLength: 128 },
              },
              then: { enum: ['retry', 'fail', 'park'] },
            },
            ['then'],
          ),
          minProperties: 2,
        },
      },
    }),
    maxRetryAfterMs: wholeNumber(1000, 86_400_000),
    rateLimitHeaders: {
      anyOf: [
        { enum: ['standard', 'shopify', null] },
        closed({ remaining: expression, resetSeconds: expression, limit: expression }, ['remaining', 'resetSeconds']),
      ],
    },
    circuit: {
      oneOf: [
        closed({
          failureRatio: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
          minCalls: wholeNumber(1, 10_000),
          openMs: wholeNumber(1, 3_600_000),
        }),
        { type: 'null' },
      ],
    },
    parkForSeconds: wholeNumber(1, 2_592_000),
    trace: { enum: ['link', 'continue', null] },
    redact: {
      type: 'array',
      maxItems: 20,
      uniqueItems: true,
      items: { type: 'string', maxLength: 256, pattern: '^/data(/([^~/]|~[01])*)*$' },
    },
    credentials: { type: 'object', propertyNames: subscriptionName, additionalProperties: credentials },
    // As a schema it is checked when it is read, see connectors/item-schema.
    itemSchema: { type: ['object', 'null'] },
    payload: { if: { type: 'null' }, else: payload },
  },
  ['connector'],
)

/** The properties of a configuration file. Features that are not implemented yet are not in it, and so refused. */
export const configProperties = {
  channels: {
    type: 'object',
    propertyNames: { pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' },
    additionalProperties: channelSchema,
  },
  cors: closed({
    origins: { type: 'array', items: { type: 'string', pattern: '^(\\*|https?://[^/?#@\\s]+)$' }, maxItems: 100 },
  }),
  // What is wrong with a proxy is found later: no message may repeat its password.
  outbound: closed({ allowPrivateAddresses: { enum: [...privateAddressPolicies] }, proxy: {} }),
  audit: closed({ retainForDays: wholeNumber(1, 3650) }),
  dashboard: { enum: [...dashboardModes] },
  metrics: closed({ subscriptionLabel: { type: 'boolean' } }),
  store: { enum: [...storeKinds] },
  // As the proxy: no message may repeat it.
  databaseUrl: {},
  limits: closed({ maxPendingItems: wholeNumber(1, 100_000_000), maxDataBytes: wholeNumber(1_000_000, 2 ** 45) }),
  subscriptions: {
    type: 'object',
    // All subscriptions together, where credentials are theirs.
    propertyNames: { ...subscriptionName, not: { const: '*' } },
    additionalProperties: subscription,
  },
  ...networkProperties,
}

// Only a process of its own waits for its turn: a program that embeds the server cannot be a standby.
export const configSchema: object = closed({ ...configProperties, cluster: clusterProperty })
