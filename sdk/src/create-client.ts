import type { Audit } from './resources/audit.ts'
import { type Channels, createChannels } from './resources/channels.ts'
import { createCalls, type RawClient } from './client.ts'
import type { DeadLetters } from './resources/dead-letters.ts'
import { createExecutions, type Executions } from './resources/executions.ts'
import { createItems, type Items } from './resources/items.ts'
import type { JobActions } from './resources/job-actions.ts'
import { createJobs, type Jobs } from './resources/jobs.ts'
import type { Live } from './resources/live.ts'
import { loadResources } from './resources/load-resources.ts'
import type { Self } from '@waybill/spec'
import type { CallOptions } from './job-handle.ts'
import type { Parked } from './resources/parked.ts'
import type { Search } from './resources/search.ts'
import type { Servers } from './resources/servers.ts'
import type { Subscriptions } from './resources/subscriptions.ts'
import type { Tokens } from './resources/tokens.ts'
import type { DeprecationNotice } from './transport/deprecation.ts'
import { createWebhooks } from './resources/create-webhooks.ts'
import type { Webhooks } from './resources/webhooks.ts'
import { systemTiming, type Timing } from './transport/sleep.ts'
import { createTransport, type RetryOptions } from './transport/transport.ts'

export interface ClientOptions {
  /** Where the server is, without `/v1`: `https://waybill.example`. A path is kept, so that it may stand behind a prefix. */
  baseUrl: string
  /**
   * The access token, or a function that gives one, called before every attempt. It is sent to `baseUrl` only, and redirects
   * are not followed.
   * @default none: the server must run with `--dev`
   */
  token?: string | (() => string | Promise<string>)
  /** Sent with every request to `baseUrl`. @default none */
  headers?: Record<string, string>
  /** Used in place of the global `fetch`: for a proxy, for tests. It gets a `Request`. @default globalThis.fetch */
  fetch?: (request: Request) => Promise<Response>
  /**
   * When requests that failed temporarily (no connection, a time-out, 408, 425, 429, 5xx) are sent again. Only what is safe to repeat
   * is: reads, PUT, DELETE, and POSTs with an idempotency key, which `submit` and `deliver` always have. False: never.
   */
  retry?: RetryOptions | false
  /**
   * How long one attempt may take, in milliseconds. A request that asks the server to wait gets that time on top.
   * @default 30000
   */
  requestTimeoutMs?: number
  /**
   * Called when the server announces the end of an operation that was called, once for each operation of this client. What it throws is ignored.
   * @default nothing is reported
   */
  onDeprecation?: (notice: DeprecationNotice) => void
}

/** A client of one Waybill server. It holds no connection of its own and need not be closed. */
export interface Waybill {
  readonly jobs: Jobs & JobActions
  readonly items: Items
  readonly channels: Channels
  readonly executions: Executions
  readonly deadLetters: DeadLetters
  readonly parked: Parked
  readonly tokens: Tokens
  readonly subscriptions: Subscriptions
  readonly audit: Audit
  readonly servers: Servers
  readonly webhooks: Webhooks
  readonly live: Live
  search: Search['search']
  /** The caller, as the server knows it by its token: subscription with its limits, scopes, expiry. */
  self(options?: CallOptions): Promise<Self>
  /**
   * Every operation of the API, typed: a plain openapi-fetch client over the same transport. It gives `{ data, error, response }`
   * and throws only when no answer came. Bodies that are no objects (text, bytes, streams of NDJSON) are sent as they are, and a
   * stream is sent once.
   */
  readonly raw: RawClient
}

/**
 * Makes a client. Sends nothing.
 * @throws {TypeError} `baseUrl` cannot be used
 * @example
 * ```ts
 * const waybill = createClient({ baseUrl: 'http://localhost:8080' })
 * ```
 */
export function createClient(options: ClientOptions): Waybill {
  return createClientIn(systemTiming, options)
}

/** @internal As createClient, in a time of the caller's. */
export function createClientIn(timing: Timing, options: ClientOptions): Waybill {
  const baseUrl = readBaseUrl(options.baseUrl)
  const calls = createCalls(baseUrl, createTransport({ ...options, baseUrl }, timing), timing)
  if (options.onDeprecation) reportDeprecations(calls.raw, options.onDeprecation)
  const jobs = createJobs(calls)
  const { jobActions, finding, ...later } = loadResources(calls, jobs.attach)
  return {
    jobs: { ...jobs, ...jobActions },
    items: createItems(calls),
    channels: createChannels(calls),
    executions: createExecutions(calls),
    ...later,
    ...finding,
    webhooks: createWebhooks(calls),
    self: async ({ signal } = {}) => (await calls.read('get caller', calls.raw.GET('/v1/self', { signal }))).data,
    raw: calls.raw,
  }
}

function reportDeprecations(raw: RawClient, report: (notice: DeprecationNotice) => void): void {
  const reported = new Set<string>()
  raw.use({
    async onResponse({ request: { method }, response: { headers }, schemaPath: path }) {
      if (!headers.has('Deprecation') || reported.has(`${method} ${path}`)) return
      reported.add(`${method} ${path}`)
      const { readDeprecation } = await import('./transport/deprecation.ts')
      try {
        report({ method, path, ...readDeprecation(headers) })
      } catch {
        // The call itself succeeded.
      }
    },
  })
}

function readBaseUrl(text: string): URL {
  const wanted = 'Cannot create client as baseUrl must be'
  // In a browser it may be relative to the page.
  const pageUrl = (globalThis as { location?: { href: string } }).location?.href
  const url = URL.canParse(text, pageUrl) ? new URL(text, pageUrl) : null
  // The value is not shown here: it may hold a password.
  if (url?.username || url?.password)
    throw new TypeError(`${wanted} without user name and password: give the client a token`)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search || url.hash || /\/v1\/?$/.test(url.pathname)) {
    throw new TypeError(
      `${wanted} an http or https URL without /v1, query and hash: current value is ${JSON.stringify(text)}`,
    )
  }
  return url
}
