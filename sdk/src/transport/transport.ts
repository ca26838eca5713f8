// One HTTP request and its retries: what goes out carries token and headers, what comes in is an answer or one of our errors. ky
// times and repeats the attempts; which ones, after what delay and until when is decided here.

import ky, { isTimeoutError } from 'ky'
import { type Backoff, backoffDelay } from './backoff.ts'
import { ConnectionError, isConnectionError, RequestTimeoutError, WaybillError } from '../errors.ts'
import { isPassingStatus } from './is-passing.ts'
import { createQuotas } from './quotas.ts'
import { parseRetryAfter } from './retry-after.ts'
import { clampDelay, type Timing } from './sleep.ts'
import { untilAborted } from './until-aborted.ts'

/** When a request that failed temporarily is retried. */
export interface RetryOptions {
  /** How often it is sent again at most. @default 5 */
  limit?: number
  /** The first delay, in milliseconds; each is twice the one before, with up to 50 % random jitter. @default 300 */
  initialMs?: number
  /** Delays grow no further than this, in milliseconds. @default 10000 */
  maxMs?: number
  /**
   * No retry starts later than this after the first attempt, in milliseconds. A `Retry-After` beyond it ends the call at once, with
   * the error that carries it: it is never undercut. @default 120000
   */
  maxElapsedMs?: number
}

export interface TransportOptions {
  baseUrl: URL
  token?: string | (() => string | Promise<string>)
  headers?: Record<string, string>
  fetch?: (request: Request) => Promise<Response>
  retry?: RetryOptions | false
  requestTimeoutMs?: number
}

/** How one request differs from the rule. */
export interface SendOptions {
  /** For each attempt, until its answer is read (a stream: until it begins), in milliseconds. */
  timeoutMs?: number
  /** Whether it may be sent again. By default GET, PUT, DELETE and what has an `Idempotency-Key`. */
  repeatable?: boolean
  /** Called before it is sent again. */
  onRepeat?: () => void
}

export interface Transport {
  readonly requestTimeoutMs: number
  /** Whether anything is ever sent again. */
  readonly repeats: boolean
  /** As `fetch`. Rejects with ConnectionError, RequestTimeoutError or the signal's reason; an answer of any status is an answer. */
  send(request: Request, options?: SendOptions): Promise<Response>
  /** Tells that a request's body is a stream: it cannot be sent twice without being held in memory, so it is sent once. */
  markStream(request: Request): void
}

/** Longer than any answer of the server takes that is not asked to wait, short enough to notice a dead connection. */
const defaultRequestTimeoutMs = 30_000
const defaultRetry: Required<RetryOptions> = { limit: 5, initialMs: 300, maxMs: 10_000, maxElapsedMs: 120_000 }

/** An answer after which the same request may succeed. Thrown inside so that ky repeats it, never seen outside. */
class PassingAnswer extends Error {
  readonly response: Response

  constructor(response: Response) {
    super()
    this.response = response
  }
}

export function createTransport(options: TransportOptions, timing: Timing): Transport {
  const requestTimeoutMs = options.requestTimeoutMs ?? defaultRequestTimeoutMs
  const retry = { ...defaultRetry, ...(options.retry === false ? { limit: 0 } : options.retry) }
  const backoff: Backoff = { initialMs: retry.initialMs, factor: 2, maxMs: retry.maxMs, jitter: 0.5 }
  const streams = new WeakSet<Request>()
  const ours = `${options.baseUrl.origin}/`
  /** True when the caller's own code takes part, which may ignore the signal: then it is left behind. */
  const mayNotListen = options.fetch !== undefined || typeof options.token === 'function'
  const quotas = createQuotas(timing)

  async function send(request: Request, sendOptions: SendOptions = {}): Promise<Response> {
    const timeoutMs = clampDelay(sendOptions.timeoutMs ?? requestTimeoutMs)
    const repeatable = !streams.has(request) && (sendOptions.repeatable ?? isRepeatable(request))
    const quotaMs = quotaDelay(request)
    // For longer than that nobody waits unseen: the answer will say it.
    if (quotaMs > 0 && quotaMs <= retry.maxElapsedMs) await timing.sleep(quotaMs, request.signal)
    const startedMs = timing.now()
    let delayMs = 0

    function shouldRetry({ error, retryCount }: { error: Error; retryCount: number }): boolean {
      const passing = error instanceof PassingAnswer
      if (!passing && !isConnectionError(error) && !isTimeoutError(error)) return false
      const header = passing ? error.response.headers.get('Retry-After') : null
      const floorMs = Math.max(parseRetryAfter(header, timing.now()) ?? 0, quotaDelay(request))
      delayMs = backoffDelay(backoff, retryCount - 1, timing.random(), floorMs)
      return timing.now() - startedMs + delayMs <= retry.maxElapsedMs
    }

    try {
      return await ky(request, {
        fetch: (attempt) => {
          const { signal } = attempt as Request
          return mayNotListen ? untilAborted(exchange(attempt as Request), signal) : exchange(attempt as Request)
        },
        // Also of redirects: a POST that is redirected comes out as a GET, and its answer looks like one.
        redirect: 'manual',
        timeout: timeoutMs,
        throwHttpErrors: false,
        retry: { limit: repeatable ? retry.limit : 0, methods: [request.method], shouldRetry, delay: () => 0 },
        hooks: {
          beforeRetry: [
            async () => {
              // Here and not as ky's delay, so that there is one clock.
              await timing.sleep(delayMs, request.signal)
              sendOptions.onRepeat?.()
            },
          ],
        },
      })
    } catch (error) {
      if (error instanceof PassingAnswer) return error.response
      if (!isTimeoutError(error)) throw error
      const message = `Cannot ${nameCall(request)} as an answer must come within ${timeoutMs} ms: none came`
      throw new RequestTimeoutError(message, timeoutMs)
    }
  }

  async function exchange(request: Request): Promise<Response> {
    request.signal.throwIfAborted()
    await addSecrets(request)
    let response: Response
    try {
      response = await (options.fetch ?? globalThis.fetch)(request)
      if (isReadWhole(response)) await readWhole(response)
    } catch (cause) {
      if (request.signal.aborted) throw request.signal.reason
      const message = `Cannot ${nameCall(request)} as the server must be reachable: ${describe(cause)}`
      throw new ConnectionError(message, { cause })
    }
    if (
      response.type === 'opaqueredirect' ||
      (response.status >= 300 && response.status < 400 && response.status !== 304)
    ) {
      const target = response.headers.get('Location') ?? 'another address'
      const message = `Cannot ${nameCall(request)} as baseUrl must be the address that answers: it redirects to ${target}`
      throw new WaybillError(message)
    }
    noteQuotas(request, response.headers)
    if (await isPassing(request, response)) throw new PassingAnswer(response)
    return response
  }

  /** Only to the server we were made for: `raw` may be pointed elsewhere. Anew for each attempt, as tokens expire meanwhile. */
  async function addSecrets(request: Request): Promise<void> {
    if (!request.url.startsWith(ours)) return
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      if (!request.headers.has(name)) setHeader(request, name, value)
    }
    if (request.headers.has('Authorization')) return
    const token = typeof options.token === 'function' ? await options.token() : options.token
    if (token) setHeader(request, 'Authorization', `Bearer ${token}`)
  }

  function noteQuotas(request: Request, headers: Headers): void {
    if (headers.has('RateLimit') && request.url.startsWith(ours)) quotas.note(request, headers)
  }

  function quotaDelay(request: Request): number {
    return request.url.startsWith(ours) ? quotas.delayMs(request) : 0
  }

  return {
    requestTimeoutMs,
    repeats: options.retry !== false,
    send,
    markStream: (request) => void streams.add(request),
  }
}

/** A refused value may be a secret: the error names it not, as that of `Headers` would. */
function setHeader({ headers }: Request, name: string, value: string): void {
  try {
    headers.set(name, value)
  } catch {
    throw new TypeError(`Cannot send ${name} as it must be a header: it is none`)
  }
}

function isRepeatable(request: Request): boolean {
  return request.method !== 'POST' || request.headers.has('Idempotency-Key')
}

/**
 * JSON and errors are read within the attempt: a connection that breaks in the middle of them is a failed attempt, and the
 * time-out covers them. The rest are streams, read by whoever asked for them.
 */
function isReadWhole(response: Response): boolean {
  if (response.status === 204 || response.status === 304) return false
  return response.status >= 400 || /^application\/([\w.-]+\+)?json\b/i.test(response.headers.get('Content-Type') ?? '')
}

/** Reads its body; every way to read it returns the same bytes, any number of times. */
async function readWhole(response: Response): Promise<void> {
  const text = await response.text()
  const again = (): Response => new Response(text, response)
  // Not another Response for all: making one costs as much as the rest of the call.
  Object.defineProperty(response, 'body', { get: () => again().body })
  Object.assign(response, {
    text: () => Promise.resolve(text),
    json: async () => JSON.parse(text) as unknown,
    arrayBuffer: () => again().arrayBuffer(),
    blob: () => again().blob(),
    clone: again,
  })
}

async function isPassing(request: Request, response: Response): Promise<boolean> {
  const { status } = response
  if (isPassingStatus(status)) return true
  // The server still receives our first attempt, whose connection broke on this side only.
  if (status !== 409 || !request.headers.has('Idempotency-Key')) return false
  return (await response.text()).includes('"idempotency_in_progress"')
}

function nameCall(request: Request): string {
  return `${request.method} ${request.url}`
}

/** Describes the cause behind a bare `fetch failed`. */
function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? `${cause.message} (${cause.cause.message})` : cause.message
}
