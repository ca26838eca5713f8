import { Agent, type ClientRequest, type IncomingMessage, request as sendRequest, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { CONNECTION_IDLE_MS } from '../http/listener-limits.ts'
import { claimRest } from '../http/request/drop-rest.ts'
import { sendContinue } from '../http/request/expect-continue.ts'
import {
  callerText,
  endToEnd,
  PEER_CALLER_HEADER,
  PEER_CONFIG_HEADER,
  PEER_REFUSAL_HEADER,
  PEER_TOKEN_HEADER,
  type PeerCaller,
} from './peer-headers.ts'
import type { PeerTokens } from './peer-tokens.ts'

/** A server of the same network answers at once, or not at all. */
const CONNECT_TIMEOUT_MS = 2000
const PROBE_TIMEOUT_MS = 2000
/** Of an answer to a probe; it has less than 1 KiB. */
const MAX_PROBE_BYTES = 64 * 1024
/** Idle connections that are kept to the active server. */
const MAX_IDLE_CONNECTIONS = 256

/** A request of a caller, and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly caller: PeerCaller
  readonly requestId: string
}

/**
 * How a request ended. `answered`: the caller has the answer of the active server, or left, or its connection was closed in the middle of it.
 * Nothing was carried out: `not_active`, `refused` (without a valid token), `unreachable`. `lost`: the connection ended before an answer.
 */
export type ForwardResult = 'answered' | 'not_active' | 'refused' | 'unreachable' | 'lost'

/** The answer of the active server to a request of this one. */
export interface ProbeAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/**
 * Passes requests to the active server, and its answers back, both as streams with back-pressure. A body is sent only after the active server has asked
 * for it: what is refused before costs nothing, and can be sent to another server.
 */
export class Forwarder {
  readonly #tokens: PeerTokens
  readonly #configHash: string
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: MAX_IDLE_CONNECTIONS })
  readonly #running = new Set<ClientRequest>()

  constructor({ tokens, configHash }: { readonly tokens: PeerTokens; readonly configHash: string }) {
    this.#tokens = tokens
    this.#configHash = configHash
  }

  /** Number of requests that have no answer, or whose answer is on its way. */
  get running(): number {
    return this.#running.size
  }

  /** @param address of the peer port of the active server */
  async forward(exchange: Exchange, address: string): Promise<ForwardResult> {
    const token = await this.#tokens.tokenFor(address)
    const { request, response } = exchange
    if (response.destroyed) return 'answered'
    const hasBody = bodyIsSent(request)
    const outgoing = this.#open(address, {
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: forwardedHeaders(exchange, { token, address, hasBody }),
    })
    return new Promise((resolve) => {
      let connected = false
      const leave = (): void => {
        outgoing.destroy()
      }
      const end = (result: ForwardResult): void => {
        this.#running.delete(outgoing)
        response.off('close', leave)
        request.unpipe(outgoing)
        if (!outgoing.writableFinished) outgoing.destroy()
        resolve(result)
      }
      this.#running.add(outgoing)
      response.once('close', leave)
      onConnected(outgoing, () => (connected = true))
      outgoing.once('continue', () => {
        sendContinue(request, response)
        request.pipe(outgoing)
      })
      const fail = (): void => {
        if (!response.headersSent) end(response.destroyed ? 'answered' : connected ? 'lost' : 'unreachable')
      }
      outgoing.on('error', fail)
      outgoing.once('close', fail)
      outgoing.once('response', (answer) => {
        const refusal = answer.headers[PEER_REFUSAL_HEADER.toLowerCase()]
        if (refusal !== undefined) {
          answer.resume()
          end(refusal === 'not_active' ? 'not_active' : 'refused')
          return
        }
        // It has read of the body what it wants.
        request.unpipe(outgoing)
        claimRest(request)
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', endToEnd(answer.rawHeaders))
        response.flushHeaders()
        // When it breaks off, so does the caller's: it is never taken for whole.
        pipeline(answer, response, () => end('answered'))
      })
      if (hasBody) outgoing.flushHeaders()
      else outgoing.end()
    })
  }

  /** Asks the active server whether it is ready. Null: it cannot be reached, or refuses this one. */
  async probe(address: string, path: string): Promise<ProbeAnswer | null> {
    const token = await this.#tokens.tokenFor(address)
    const headers = { [PEER_TOKEN_HEADER]: token, [PEER_CONFIG_HEADER]: this.#configHash }
    return new Promise((resolve) => {
      const outgoing = this.#open(address, { method: 'GET', path, headers })
      const timer = setTimeout(() => outgoing.destroy(), PROBE_TIMEOUT_MS)
      const end = (answer: ProbeAnswer | null): void => {
        clearTimeout(timer)
        resolve(answer)
      }
      outgoing.on('error', () => end(null))
      outgoing.once('response', (answer) => {
        const pieces: Buffer[] = []
        let bytes = 0
        answer.on('data', (piece: Buffer) => {
          bytes += piece.length
          if (bytes > MAX_PROBE_BYTES) outgoing.destroy()
          else pieces.push(piece)
        })
        answer.on('error', () => end(null))
        answer.once('end', () => {
          const isRefused = answer.headers[PEER_REFUSAL_HEADER.toLowerCase()] !== undefined
          const body = Buffer.concat(pieces).toString()
          end(isRefused ? null : { status: answer.statusCode ?? 0, headers: answer.headers, body })
        })
      })
      outgoing.end()
    })
  }

  /** Ends all that run: their server is not active any more. */
  abort(): void {
    for (const outgoing of this.#running) outgoing.destroy(new Error('The active server has changed'))
  }

  close(): void {
    this.#agent.destroy()
  }

  #open(
    address: string,
    options: { readonly method: string; readonly path: string; readonly headers: string[] | Record<string, string> },
  ): ClientRequest {
    const { hostname, port } = new URL(address)
    const outgoing = sendRequest({
      ...options,
      agent: this.#agent,
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? 80 : Number(port),
      timeout: CONNECTION_IDLE_MS,
    })
    outgoing.once('timeout', () => outgoing.destroy())
    return outgoing
  }
}

/** Calls back when a request has its connection; ends it when that takes too long. */
function onConnected(outgoing: ClientRequest, callback: () => void): void {
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) {
      callback()
      return
    }
    const timer = setTimeout(() => outgoing.destroy(), CONNECT_TIMEOUT_MS)
    socket.once('close', () => clearTimeout(timer))
    socket.once('connect', () => {
      clearTimeout(timer)
      callback()
    })
  })
}

function bodyIsSent({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) > 0)
}

function forwardedHeaders(
  { request, caller, requestId }: Exchange,
  { token, address, hasBody }: { readonly token: string; readonly address: string; readonly hasBody: boolean },
): string[] {
  const headers = [PEER_TOKEN_HEADER, token, PEER_CALLER_HEADER, callerText(caller), 'X-Request-Id', requestId]
  headers.push(...withoutHeader(withoutHeader(endToEnd(request.rawHeaders), 'x-request-id'), 'content-length'))
  // HTTP/1.0 requires none.
  if (request.httpVersion === '1.0' && request.headers.host === undefined) headers.push('Host', new URL(address).host)
  // Where a body ends is said by what decides whether one is sent, and by nothing of the caller's.
  const length = request.headers['content-length']
  if (request.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked')
  else if (length !== undefined || request.method !== 'GET') headers.push('Content-Length', length ?? '0')
  if (hasBody) headers.push('Expect', '100-continue')
  headers.push('Connection', 'keep-alive')
  return headers
}

function withoutHeader(raw: readonly string[], name: string): string[] {
  return raw.filter((_, at) => raw[at - (at % 2)]!.toLowerCase() !== name)
}
