import { createServer, type IncomingMessage, maxHeaderSize, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { noteForwardedTls } from '../http/answer/security-headers.ts'
import { CONNECTION_IDLE_MS, headLimits, KEEP_ALIVE_MS } from '../http/listener-limits.ts'
import { deferContinue } from '../http/request/expect-continue.ts'
import { noteForwardedCaller } from '../http/request/forwarded-caller.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import {
  PEER_CALLER_HEADER,
  PEER_CONFIG_HEADER,
  PEER_REFUSAL_HEADER,
  PEER_TOKEN_HEADER,
  type PeerRefusal,
  readCaller,
} from './peer-headers.ts'
import type { PeerTokens } from './peer-tokens.ts'

/** Connections that have not shown a valid token; a further one ends the oldest. */
const MAX_STRANGERS = 256
/** The most that a server of the cluster adds to the head of a caller's request. */
const PEER_HEADERS_BYTES = 2048
/** Different configurations that are reported. */
const MAX_REPORTED = 16

const DETAILS: Readonly<Record<PeerRefusal, string>> = {
  token: 'Cannot take this request as Waybill-Peer must hold a valid token of the cluster: it does not\n',
  not_active: 'Cannot take this request as this server must be active: it is not\n',
}

export interface PeerListenerOptions {
  readonly listen: { readonly host: string | null; readonly port: number }
  readonly tokens: PeerTokens
  readonly configHash: string
  readonly logger: Logger
}

/** Takes a request that another server of the cluster forwarded. */
export type ForwardedHandler = (request: IncomingMessage, response: ServerResponse) => void

/**
 * The port for the other servers of a cluster. Nothing of a request without a valid token is read, and none is passed on while this server is not
 * active. The caller's own `Authorization` is checked behind it, as that of every request.
 */
export class PeerListener implements Service {
  readonly #options: PeerListenerOptions
  readonly #server: Server
  readonly #strangers = new Set<Socket>()
  readonly #reported = new Set<string>()
  #handler: ForwardedHandler | null = null
  #running = 0
  #onIdle: (() => void) | null = null

  constructor(options: PeerListenerOptions) {
    this.#options = options
    this.#server = createServer({
      ...headLimits,
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: maxHeaderSize + PEER_HEADERS_BYTES,
    })
    this.#server.maxHeadersCount = 0
    this.#server.setTimeout(CONNECTION_IDLE_MS)
    deferContinue(this.#server)
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#take(request, response)
    })
    this.#server.on('connection', (socket: Socket) => this.#admit(socket))
    this.#server.on('clientError', (_error: Error, socket: Socket) => socket.destroy())
  }

  /** @throws Error another program has the port, or the host is none of this machine */
  async start(): Promise<void> {
    const { host, port } = this.#options.listen
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const at = `${host ?? ''}:${port}`
        reject(new Error(`Cannot listen on ${at} for other servers as both must be free: ${error.message}`))
      })
      this.#server.listen({ port, ...(host !== null && { host }) }, resolve)
    })
  }

  /** From now on this server is active. */
  serve(handler: ForwardedHandler): void {
    this.#handler = handler
  }

  /** Passes nothing on any more, and resolves when what runs has been answered; after `graceMs` its connections are closed. */
  async drain(graceMs: number): Promise<void> {
    this.#handler = null
    if (this.#running === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#server.closeAllConnections()
        resolve()
      }, graceMs)
      this.#onIdle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  #admit(socket: Socket): void {
    const [oldest] = this.#strangers
    if (this.#strangers.size >= MAX_STRANGERS) oldest?.destroy()
    this.#strangers.add(socket)
    socket.once('close', () => this.#strangers.delete(socket))
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, socket } = request
    const isPeer = await this.#options.tokens.isValid(headers[PEER_TOKEN_HEADER.toLowerCase()])
    if (response.destroyed) return
    if (!isPeer) {
      refuse(response, 401, 'token')
      return
    }
    this.#strangers.delete(socket)
    this.#compareConfig(request, response)
    const handler = this.#handler
    if (handler === null) {
      refuse(response, 421, 'not_active')
      return
    }
    const caller = readCaller(headers[PEER_CALLER_HEADER.toLowerCase()])
    noteForwardedCaller(request, caller.address)
    if (caller.tls) noteForwardedTls(socket)
    this.#running++
    response.once('close', () => {
      if (--this.#running === 0) this.#onIdle?.()
    })
    handler(request, response)
  }

  #compareConfig({ headers }: IncomingMessage, response: ServerResponse): void {
    const { configHash, logger } = this.#options
    const other = headers[PEER_CONFIG_HEADER.toLowerCase()]
    if (typeof other !== 'string') return
    response.setHeader(PEER_CONFIG_HEADER, configHash)
    if (other === configHash || this.#reported.has(other) || this.#reported.size >= MAX_REPORTED) return
    this.#reported.add(other)
    logger.warn({ configHash, other }, 'A standby has another configuration: after a takeover, that one is in effect')
  }
}

/** Refuses a request whose body is not read; its connection ends. */
function refuse(response: ServerResponse, status: 401 | 421, refusal: PeerRefusal): void {
  const text = DETAILS[refusal]
  response.writeHead(status, {
    [PEER_REFUSAL_HEADER]: refusal,
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    connection: 'close',
  })
  response.end(text)
}
