// The typed calls, straight from the API description: openapi-fetch over our transport. Everything else stands on them.

import type { paths, Problem } from '@waybill/spec'
import createFetchClient, { type Client } from 'openapi-fetch'
import { createApiError } from './api-errors.ts'
import { ConnectionError } from './errors.ts'
import { parseRetryAfter } from './transport/retry-after.ts'
import type { Timing } from './transport/sleep.ts'
import type { SendOptions, Transport } from './transport/transport.ts'

/** Every operation of the API, typed by its description. */
export type RawClient = Client<paths>

/** The client's calls and timing, from which the resources are built. */
export interface Calls {
  readonly raw: RawClient
  readonly timing: Timing
  readonly requestTimeoutMs: number
  /** Whether anything is ever sent again. */
  readonly repeats: boolean
  /** Goes into a call of `raw`, for a request that differs from the rule. */
  via(options: SendOptions): RawFetch
  /** The answer of a call of `raw`, or its error. `action` completes "Cannot ...". */
  read<Data>(action: string, call: Promise<RawAnswer<Data>>): Promise<Answer<Data>>
}

export interface RawFetch {
  fetch: (request: Request) => Promise<Response>
}

/** The result of a call of `raw`. */
export interface RawAnswer<Data> {
  data?: Data
  error?: unknown
  response: Response
}

export interface Answer<Data> {
  data: Data
  headers: Headers
}

export function createCalls(baseUrl: URL, transport: Transport, timing: Timing): Calls {
  const raw = createFetchClient<paths>({
    baseUrl: baseUrl.href,
    fetch: (request) => transport.send(request),
    bodySerializer: serializeBody,
    Request: createRequestClass(transport),
  })

  async function read<Data>(action: string, call: Promise<RawAnswer<Data>>): Promise<Answer<Data>> {
    let answer: RawAnswer<Data>
    try {
      answer = await call
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause
      throw new ConnectionError(`Cannot ${action} as the answer must be JSON: ${cause.message}`, { cause })
    }
    const { response, error } = answer
    if (!response.ok) throw toApiError(action, response, error, timing.now())
    return { data: answer.data as Data, headers: response.headers }
  }

  function via(options: SendOptions): RawFetch {
    return { fetch: (request) => transport.send(request, options) }
  }

  return {
    raw,
    timing,
    requestTimeoutMs: transport.requestTimeoutMs,
    repeats: transport.repeats,
    via,
    read,
  }
}

/** Serializes objects only; text, bytes, blobs and streams of NDJSON are sent as they are. openapi-fetch would make a JSON string of text. */
function serializeBody(body: unknown): BodyInit {
  const isRaw =
    typeof body === 'string' ||
    body instanceof Blob ||
    body instanceof ReadableStream ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  return isRaw ? (body as BodyInit) : JSON.stringify(body)
}

/** A Request that reports to the transport when its body is a stream, which is not visible afterwards. */
function createRequestClass(transport: Transport): typeof Request {
  return class extends Request {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      const isStream = init?.body instanceof ReadableStream
      // fetch requires `duplex` for a stream.
      super(input, isStream ? ({ ...init, duplex: 'half' } as RequestInit) : init)
      if (isStream) transport.markStream(this)
    }
  }
}

function toApiError(action: string, response: Response, body: unknown, nowMs: number): Error {
  const { status, headers } = response
  const problem = isProblem(body) ? body : null
  const code = problem?.code ?? `http_${status}`
  const requestId = problem?.requestId ?? headers.get('X-Request-Id')
  const retryAfterMs = parseRetryAfter(headers.get('Retry-After'), nowMs)
  const said = problem?.detail ?? (typeof body === 'string' && body !== '' ? body.slice(0, 200) : response.statusText)
  // Waybill's own texts say the whole sentence already.
  const sentence = /^Cannot /.test(said) ? said : `Cannot ${action} as the server answered ${status}: ${said}`
  const message = `${sentence}${listPlaces(problem, said)} (${[code, requestId].filter(Boolean).join(', ')})`
  return createApiError(message, { status, code, problem, requestId, retryAfterMs })
}

/** The first places that are wrong, without the one that the sentence names; all that were sent are in `problem.errors`. */
function listPlaces(problem: Problem | null, sentence: string): string {
  const places = problem?.errors ?? []
  const named = places[0] !== undefined && sentence.includes(places[0].detail) ? 1 : 0
  const shown = places.slice(named, 3).map(({ line, pointer, parameter, detail }) => {
    return [line === undefined ? undefined : `line ${line}`, pointer, parameter, detail].filter(Boolean).join(' ')
  })
  const more = (problem?.errorCount ?? places.length) - shown.length - named
  return [shown.length === 0 ? '' : `; ${shown.join('; ')}`, more > 0 ? `; and ${more} more` : ''].join('')
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && typeof (body as Problem).code === 'string'
}
