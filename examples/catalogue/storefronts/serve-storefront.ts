// A storefront as a process of its own. What is common to all: it checks requests as the real API does, keeps the objects on its shelf,
// and records what nobody should see. `GET /report` returns that record.

import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Arrival, Shelf } from './shelf.ts'

export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface ApiAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: object
}

export interface StorefrontApi {
  /** Where its paths begin. */
  readonly basePath: string
  /** How long a call takes. */
  readonly latencyMs: number
  /** Reads the objects of a request. @throws ForeignRequest the real API would not take it */
  read(request: ApiRequest): Arrival[]
  /** Puts them on the shelf, or fails in one of the ways of the API. */
  answer(arrivals: readonly Arrival[], shelf: Shelf): ApiAnswer
  /** The body of an answer to a request that it does not take. */
  describe(reason: string): object
}

/** A request that is not of the API: a mistake of the channel, not of an object. */
export class ForeignRequest extends Error {
  readonly status: number

  constructor(status: number, reason: string) {
    super(reason)
    this.status = status
  }
}

/** @throws ForeignRequest the condition does not hold */
export function demand(condition: boolean, status: number, reason: string): asserts condition {
  if (!condition) throw new ForeignRequest(status, reason)
}

/** Reads a body of JSON. @throws ForeignRequest it is none */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ForeignRequest(400, 'the body must be JSON')
  }
}

/** Serves the API on a free port of this machine until standard input ends, and prints its `url` as JSON. */
export function serveStorefront(api: StorefrontApi): void {
  const shelf = new Shelf()

  async function answer(request: IncomingMessage): Promise<ApiAnswer> {
    const atMs = performance.now()
    const body = await readText(request)
    const { method, url, headers } = request
    if (method === 'GET' && url === '/report') return { status: 200, body: shelf.report() }
    try {
      demand(!isWaybillBody(body), 400, 'the body is one of Waybill')
      const arrivals = api.read({ method: method!, path: url!, headers, body })
      shelf.enter(arrivals, atMs)
      await sleep(api.latencyMs)
      shelf.leave(arrivals)
      return api.answer(arrivals, shelf)
    } catch (error) {
      if (!(error instanceof ForeignRequest)) throw error
      shelf.noteForeign(`${method} ${url}: ${error.message}`)
      return { status: error.status, body: api.describe(error.message) }
    }
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status, headers, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as { port: number }
    console.log(JSON.stringify({ url: `http://127.0.0.1:${port}${api.basePath}` }))
  })
  // The demo is over, however it ended.
  process.stdin.resume().once('end', () => process.exit())
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** The body that a channel without templates sends: none of these APIs has such an envelope. */
function isWaybillBody(body: string): boolean {
  return body.startsWith('{') && body.includes('"objectType":') && body.includes('"items":')
}
