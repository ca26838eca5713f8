import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Config, ConfigError, readCommand } from './config.ts'
import { SubscriptionRegistry } from './limits/subscription-registry.ts'
import { defaultSubscription } from './model/subscription.ts'

let folder: string
let cwd: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-config-'))
  cwd = process.cwd()
  process.chdir(folder)
})

afterEach(() => {
  process.chdir(cwd)
  rmSync(folder, { recursive: true })
})

function config(args: string[] = [], env: Record<string, string> = {}): Config {
  const command = readCommand(args, env)
  if (command.action !== 'serve') throw new Error('not serve')
  return command.config
}

/** The message that a configuration file is refused with. */
function refusal(yaml: string, env: Record<string, string> = {}): string {
  writeFileSync('x.yaml', yaml)
  try {
    config(['--config', 'x.yaml'], env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll(join(process.cwd(), 'x.yaml'), 'x.yaml')
    throw error
  }
  return 'none'
}

describe('the configuration file', () => {
  it('is waybill.yaml when it is there', () => {
    writeFileSync('waybill.yaml', 'limits: { maxPendingItems: 7 }\n')
    expect(config()).toMatchObject({ configFile: join(process.cwd(), 'waybill.yaml'), limits: { maxPendingItems: 7 } })
  })

  it('may be empty', () => {
    writeFileSync('waybill.yaml', '# nothing yet\n')
    expect(config().channels).toEqual({})
  })

  it('sets channels, with their defaults, secrets from the environment and paths from its folder', () => {
    writeFileSync('shop.mjs', 'export default {}')
    writeFileSync(
      'waybill.yaml',
      `
cors: { origins: [https://app.example, http://localhost:5173] }
channels:
  shop-eu:
    connector:
      type: http
      url: https://shop.example/deliver
      headers: { x-price: $$5, x-key: $SHOP_KEY }
    rateLimit: { limit: 50, periodMs: 1000, burst: 10, unit: calls }
    concurrency: 4
    retry: { maxAttempts: 3, rules: [{ status: [409, 500-599], then: retry }] }
    maxRetryAfterMs: 60000
    circuit: { openMs: 500 }
    parkForSeconds: 60
    credentials: { default: { type: bearer, token: $SHOP_EU_TOKEN } }
  own:
    connector: { type: module, path: ./shop.mjs }
    rateLimit: null
`,
    )
    const { channels, cors } = config([], { SHOP_EU_TOKEN: 't0ken', SHOP_KEY: 'k' })
    expect(cors.origins).toEqual(['https://app.example', 'http://localhost:5173'])
    expect(channels['shop-eu']).toEqual({
      connector: {
        type: 'http',
        url: 'https://shop.example/deliver',
        headers: { 'x-price': '$5', 'x-key': 'k' },
        batchSize: 1,
        timeoutMs: 10_000,
        allowPrivateAddresses: false,
        request: null,
        response: null,
      },
      rateLimit: { limit: 50, periodMs: 1000, burst: 10, unit: 'calls' },
      concurrency: 4,
      retry: {
        maxAttempts: 3,
        backoff: { initialMs: 1000, factor: 2, maxMs: 300_000 },
        rules: [{ status: [409, [500, 599]], then: 'retry' }],
      },
      maxRetryAfterMs: 60_000,
      rateLimitHeaders: null,
      itemSchema: null,
      circuit: { failureRatio: 0.5, minCalls: 20, openMs: 500 },
      parkForSeconds: 60,
      trace: null,
      redact: [],
      payload: null,
      credentials: { default: { type: 'bearer', token: 't0ken' } },
    })
    expect(channels['own']).toMatchObject({
      connector: {
        type: 'module',
        path: join(process.cwd(), 'shop.mjs'),
        batchSize: 1,
        timeoutMs: 10_000,
        abortGraceMs: 1000,
      },
      rateLimit: null,
      concurrency: 64,
    })
  })

  it('takes the schema of items for connectors of every type, and names the line of a fault in one', () => {
    writeFileSync('shop.mjs', '')
    const file = (type: string): string => `
channels:
  shop:
    connector: { type: http, url: https://shop.example/deliver }
    itemSchema: { type: object }
  own:
    connector: { type: module, path: ./shop.mjs }
    itemSchema:
      properties:
        price: { type: ${type} }
`
    writeFileSync('waybill.yaml', file('number'))
    const { channels } = config([])
    expect(channels['shop']).toMatchObject({ itemSchema: { type: 'object' } })
    expect(channels['own']).toMatchObject({ itemSchema: { properties: { price: { type: 'number' } } } })
    writeFileSync('waybill.yaml', file('money'))
    expect(() => config([])).toThrow(/waybill\.yaml.*10.*itemSchema.*price.*type.* must be one of null, boolean/)
  })

  it('sets what subscriptions may take, and that a channel has no circuit', () => {
    writeFileSync(
      'waybill.yaml',
      `
subscriptions:
  acme: { weight: 3, maxPendingItems: 1000, maxOpenJobs: 5, maxRunningCalls: 8, requestRate: { perMinute: 60, burst: 5 } }
  default: {}
  slow: { requestRate: { perMinute: 6 } }
channels:
  shop: { connector: { type: http, url: https://shop.example }, circuit: null }
`,
    )
    const { channels, subscriptions } = config()
    expect(subscriptions).toEqual({
      acme: {
        ...{ weight: 3, maxPendingItems: 1000, maxOpenJobs: 5, maxRunningCalls: 8 },
        requestRate: { perMinute: 60, burst: 5 },
      },
      default: defaultSubscription,
      slow: { ...defaultSubscription, requestRate: { perMinute: 6, burst: 6 } },
    })
    const registry = new SubscriptionRegistry({ file: subscriptions, stored: [] })
    expect(registry.get('acme').weight).toBe(3)
    expect(registry.get('constructor')).toEqual({
      ...{ weight: 1, maxPendingItems: null, maxOpenJobs: 1000, maxRunningCalls: null, requestRate: null },
    })
    expect(channels['shop']).toMatchObject({ circuit: null, parkForSeconds: 86_400 })
  })

  it('sets how payloads are resolved, with the defaults of their channel', () => {
    writeFileSync(
      'waybill.yaml',
      `
channels:
  shop:
    connector: { type: http, url: https://shop.example, allowPrivateAddresses: true }
    retry: { maxAttempts: 3, backoff: { initialMs: 5 } }
    payload:
      resolveUrl: https://pim.example/{objectType}/{id}
      retry: { backoff: { maxMs: 50 } }
      credentials:
        default: { type: bearer, token: $TOKEN }
  own: { connector: { type: http, url: https://own.example }, payload: null }
`,
    )
    const { channels } = config([], { TOKEN: 't0ken' })
    expect(channels['shop']!.payload).toEqual({
      resolveUrl: 'https://pim.example/{objectType}/{id}',
      ...{ batchSize: 1, timeoutMs: 10_000, headers: {}, allowPrivateAddresses: true },
      retry: { maxAttempts: 3, backoff: { initialMs: 5, factor: 2, maxMs: 50 } },
      credentials: { default: { type: 'bearer', token: 't0ken' } },
    })
    expect(channels['shop']!.credentials).toEqual({})
    expect(channels['own']!.payload).toBeNull()
  })

  const channel = (lines: string) =>
    `channels:\n  shop:\n    connector: { type: http, url: https://x.example }\n${lines}`

  it.each([
    ['chanels: {}', 'Cannot read x.yaml:1 as chanels does not exist: did you mean channels?'],
    [
      channel('    concurency: 1'),
      'Cannot read x.yaml:4 as channels.shop.concurency does not exist: did you mean concurrency?',
    ],
    [
      channel('    concurrency: none'),
      'Cannot read x.yaml:4 as channels.shop.concurrency must be integer: current value is "none"',
    ],
    [
      channel('    circuit: { failureRatio: 0 }'),
      'Cannot read x.yaml:4 as channels.shop.circuit.failureRatio must be > 0: current value is 0',
    ],
    [
      channel('    retry: { rules: [{ status: [599-500], then: fail }] }'),
      'Cannot read x.yaml:4 as channels.shop.retry.rules.0.status.0 must begin with the lower status: current value is 599-500',
    ],
    [
      channel(
        '    retry:\n      rules:\n        - { status: [409], then: retry }\n        - { status: [422], then: skip }',
      ),
      'Cannot read x.yaml:7 as channels.shop.retry.rules.1.then must be one of retry, fail, park: current value is "skip"',
    ],
    [
      channel('    credentials:\n      default: { type: bearer }'),
      'Cannot read x.yaml:5 as channels.shop.credentials.default.token is missing',
    ],
    [
      channel('    credentials:\n      default: { type: bearer, token: $NO_SUCH }'),
      'Cannot read x.yaml:5 as channels.shop.credentials.default.token must be set in the environment as NO_SUCH: it is not',
    ],
    [channel('    payload: {}'), 'Cannot read x.yaml:4 as channels.shop.payload.resolveUrl is missing'],
    [
      channel('    payload:\n      resolveUrl: https://pim.example/{sku}'),
      'Cannot read x.yaml:5 as channels.shop.payload.resolveUrl must have no braces but those of {id} and {objectType}',
    ],
    [
      channel('    payload:\n      resolveUrl: https://pim.example/{id}\n      batchSize: 2'),
      'Cannot read x.yaml:5 as channels.shop.payload.resolveUrl must be without {id} where batchSize is above 1',
    ],
    [
      channel(
        '    payload:\n      resolveUrl: https://pim.example/{id}\n      credentials:\n        a: { type: hmac, header: x, secret: y, content: "1 +" }',
      ),
      'Cannot read x.yaml:7 as channels.shop.payload.credentials.a.content ',
    ],
    [
      `outbound: { allowPrivateAddresses: never }\n${channel('    payload: { resolveUrl: "https://p.example/{id}", allowPrivateAddresses: true }')}`,
      'Cannot read x.yaml:5 as channels.shop.payload.allowPrivateAddresses must be false while',
    ],
    [
      'cors:\n  origins:\n    - https://a.example\n    - $ORIGIN',
      'Cannot read x.yaml:4 as cors.origins.1 must be set in the environment as ORIGIN: it is not',
    ],
    [
      'channels:\n  shop:\n    connector: { type: http, url: https://x.example, batchSize: 9 }\n    rateLimit:\n      limit: 1\n      periodMs: 1\n      unit: items',
      "Cannot read x.yaml:4 as channels.shop.rateLimit.burst must be at least the connector's batchSize (9) with unit items: current value is 1",
    ],
    [
      'channels:\n  shop:\n    connector:\n      type: http\n      url: nope',
      'Cannot read x.yaml:5 as channels.shop.connector.url must be an absolute http or https URL',
    ],
    [
      'channels:\n  shop:\n    connector:\n      type: http\n',
      'Cannot read x.yaml:3 as channels.shop.connector.url is missing',
    ],
    [
      'channels:\n  shop:\n    connector:\n      type: ftp\n',
      'Cannot read x.yaml:4 as channels.shop.connector.type must be one of http, module: current value is "ftp"',
    ],
    [
      'channels:\n  shop:\n    connector: { type: http, url: https://x.example, path: y }',
      'Cannot read x.yaml:3 as channels.shop.connector.path does not exist',
    ],
    ['channels:\n  Shop EU: {}', 'Cannot read x.yaml:2 as channels.Shop EU is not a valid name'],
    ['channels:\n  shop: null', 'Cannot read x.yaml:2 as channels.shop must be object: current value is null'],
    ['subscriptions:\n  ~tests: {}', 'Cannot read x.yaml:2 as subscriptions.~tests is not a valid name'],
    [
      'subscriptions:\n  default: { weight: 0 }',
      'Cannot read x.yaml:2 as subscriptions.default.weight must be >= 0.01: current value is 0',
    ],
    ['- a\n- b', 'Cannot read x.yaml:1 as the file must be object: current value is an array'],
    [
      'limits:\n  maxPendingItems: 1\n  maxPendingItems: 2',
      'Cannot read x.yaml:3 as it must be YAML: Map keys must be unique',
    ],
    ['limits: {', 'Cannot read x.yaml:1 as it must be YAML: '],
    [
      'outbound: { allowPrivateAddresses: sometimes }',
      'Cannot read x.yaml:1 as outbound.allowPrivateAddresses must be one of never, file-only, allowed: current value is "sometimes"',
    ],
    [
      'outbound: { allowPrivateAddresses: never }\nchannels:\n  shop:\n    connector:\n      type: http\n      url: http://10.0.0.1\n      allowPrivateAddresses: true',
      'Cannot read x.yaml:7 as channels.shop.connector.allowPrivateAddresses must be false while outbound.allowPrivateAddresses is never',
    ],
    [
      'channels:\n  shop:\n    connector:\n      type: http\n      url: https://x.example\n      headers:\n        Host: a\n        x-a: "a\\r\\nb"',
      'Cannot read x.yaml:7 as channels.shop.connector.headers.Host must not be set: the HTTP client sets it for each connection\nCannot read x.yaml:8 as channels.shop.connector.headers.x-a must have only characters that a header can carry',
    ],
    [
      channel('    credentials:\n      acme: { type: header, name: content-length, value: "5" }'),
      'Cannot read x.yaml:5 as channels.shop.credentials.acme.name must not be set',
    ],
    [
      channel('    credentials:\n      acme: { type: bearer, token: "a\\nb" }'),
      'Cannot read x.yaml:5 as channels.shop.credentials.acme.token must have only characters that a header can carry',
    ],
    [
      channel(
        '    credentials:\n      acme: { type: oauth2_client_credentials, tokenUrl: id.example, clientId: a, clientSecret: b }',
      ),
      'Cannot read x.yaml:5 as channels.shop.credentials.acme.tokenUrl must be an absolute http or https URL',
    ],
  ])('is refused with file, line and key: %j', (yaml, message) => {
    expect(refusal(yaml)).toContain(message)
  })

  it('reports all faults at once', () => {
    expect(refusal('limits:\n  maxPendingItems: 0\ncors:\n  origin: x\n').split('\n')).toEqual([
      'Cannot read x.yaml:2 as limits.maxPendingItems must be >= 1: current value is 0',
      'Cannot read x.yaml:4 as cors.origin does not exist: did you mean origins?',
    ])
  })

  it('says which channels may call private addresses', () => {
    writeFileSync('x.yaml', 'outbound: { allowPrivateAddresses: allowed }')
    expect(config(['--config', 'x.yaml']).outbound).toEqual({ allowPrivateAddresses: 'allowed', proxy: null })
  })

  it('requires a module to exist', () => {
    const message = refusal('channels:\n  own:\n    connector:\n      type: module\n      path: ./nope.mjs\n')
    expect(message).toMatch(
      /^Cannot read x.yaml:5 as channels.own.connector.path must be a file, .*there is no .*nope.mjs$/,
    )
  })

  it('never reveals a secret', () => {
    const yaml = `${channel('    credentials:\n      default: { type: bearer, token: [$SECRET] }')}\n    concurrency: 0`
    expect(refusal(yaml, { SECRET: 's3cret' })).not.toContain('s3cret')
    const wrongType = channel('    credentials:\n      default: { type: bearer, tokn: s3cret, token: 5 }')
    expect(refusal(wrongType)).not.toContain('s3cret')
  })
})
