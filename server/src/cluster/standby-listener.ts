import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ApiPaths } from '@waybill/spec/rules'
import { answerClientError } from '../http/answer/client-error.ts'
import { problemAnswer } from '../http/answer/problem.ts'
import { securityHeaders } from '../http/answer/security-headers.ts'
import type { HttpPorts } from '../http/http-ports.ts'
import { CONNECTION_IDLE_MS, HEAD_TIMEOUT_MS, headLimits, KEEP_ALIVE_MS } from '../http/listener-limits.ts'
import { CallerAddresses } from '../http/request/caller-address.ts'
import { requireFraming } from '../http/request/check-framing.ts'
import { claimRest, dropRest } from '../http/request/drop-rest.ts'
import { deferContinue } from '../http/request/expect-continue.ts'
import { requestIdOf } from '../http/request/request-id.ts'
import { RequestTurns } from '../http/request/request-turns.ts'
import type { ServerTls } from '../http/server.ts'
import { ProblemError } from '../model/errors.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import type { ActiveServer } from './active-server.ts'
import type { Exchange, Forwarder } from './forwarder.ts'
import { StandbyHealth } from './standby-health.ts'

/** The store of a standby looks at the active server five times a second: after this it has looked again. */
const LOOK_AGAIN_MS = 500
/** Methods whose requests change nothing: they may be sent again whatever became of them. */
const SAFE_METHODS: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS', 'QUERY'])

export interface StandbyListenerOptions {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  readonly tls: ServerTls | null
  readonly config: HttpPorts['config']
  readonly paths: ApiPaths
  /** After about half of it a request that found no active server is worth another try. */
  readonly leaseSeconds: number
  readonly active: ActiveServer
  readonly forwarder: Forwarder
  readonly clock: Clock
  readonly logger: Logger
}

/** The public port of a standby: forwards every request but those of its own health to the active server. */
export class StandbyListener implements Service {
  readonly #options: StandbyListenerOptions
  readonly #server: Server
  readonly #addresses: CallerAddresses
  readonly #health: StandbyHealth
  /** Each answer ends its connection. */
  #closing = false

  constructor(options: StandbyListenerOptions) {
    const { tls, config, active, forwarder, clock } = options
    this.#options = options
    this.#addresses = new CallerAddresses(config.trustedProxies)
    this.#health = new StandbyHealth({ active, forwarder, clock })
    const limits = { ...headLimits, requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS }
    this.#server =
      tls === null
        ? createServer(limits)
        : createTlsServer({
            ...limits,
            cert: tls.cert,
            key: tls.key,
            minVersion: tls.minVersion,
            handshakeTimeout: HEAD_TIMEOUT_MS,
          })
    // All of them are passed on, or the request is refused: the size of a head is bounded anyway.
    this.#server.maxHeadersCount = 0
    this.#server.setTimeout(CONNECTION_IDLE_MS)
    deferContinue(this.#server)
    new RequestTurns(this.#server)
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#take(request, response))
    this.#server.on('clientError', (error, socket) => answerClientError(error, socket as TLSSocket, options))
  }

  /** Of Node: its certificate can be replaced. */
  get server(): Server {
    return this.#server
  }

  /** Null: it does not listen. */
  get port(): number | null {
    return (this.#server.address() as AddressInfo | null)?.port ?? null
  }

  /** @throws Error another program has the port, or the host is none of this machine */
  async start(): Promise<void> {
    const { host, port } = this.#options
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port }, resolve)
    })
  }

  /** From now on each answer ends its connection: the next request of its caller comes to another listener. */
  endConnections(): void {
    this.#closing = true
    this.#server.closeIdleConnections()
  }

  /** Takes no further request, and resolves when all have been answered; after `graceMs` they are broken off. */
  async stop(graceMs = 0): Promise<void> {
    if (!this.#server.listening) return
    this.endConnections()
    const closed = new Promise((resolve) => this.#server.close(resolve))
    const timer = setTimeout(() => this.#server.closeAllConnections(), graceMs)
    await closed
    clearTimeout(timer)
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const { trustedProxies } = this.#options.config
    const { socket, headers } = request
    const exchange: Exchange = {
      request,
      response,
      caller: {
        address: this.#addresses.of(
          socket.remoteAddress,
          trustedProxies.length === 0 ? undefined : headers['x-forwarded-for'],
        ),
        tls: (socket as TLSSocket).encrypted === true,
      },
      requestId: requestIdOf(headers),
    }
    if (this.#closing) response.shouldKeepAlive = false
    response.once('finish', () => {
      dropRest(request, this.#options.clock)
      // Its head may have been sent before.
      if (this.#closing) setImmediate(() => this.#server.closeIdleConnections())
    })
    this.#answer(exchange).catch((error: unknown) => {
      if (error instanceof ProblemError && !response.headersSent) this.#refuse(exchange, error)
      else response.destroy()
    })
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { request, response } = exchange
    requireFraming(request, { header: () => (response.shouldKeepAlive = false) })
    const path = request.url?.split('?')[0]
    if (request.method === 'GET' && path === '/healthz/live') return this.#answerJson(exchange, { status: 'ok' })
    if (request.method === 'GET' && path === '/healthz/ready') return await this.#answerReadiness(exchange)
    await this.#forward(exchange)
  }

  async #forward(exchange: Exchange): Promise<void> {
    const { active, forwarder } = this.#options
    for (let tries = 1; tries <= 2; tries++) {
      const { current } = active
      if (current === null || this.#closing) break
      const result = await forwarder.forward(exchange, current.address)
      if (result === 'answered') return
      // It may have been carried out: only its caller knows whether it may be sent again.
      if (result === 'lost' && !SAFE_METHODS.has(exchange.request.method)) {
        exchange.response.destroy()
        return
      }
      if (result === 'refused') this.#health.noteRefusal(current, this.#options.logger)
      if (result !== 'not_active') break
      if (tries === 1 && active.current === current) await active.changed(LOOK_AGAIN_MS)
    }
    if (!exchange.response.destroyed) throw this.#unavailable()
  }

  async #answerReadiness(exchange: Exchange): Promise<void> {
    const answer = await this.#health.read()
    if (answer === null) throw this.#unavailable()
    const { status, headers, body } = answer
    if (status === 200) {
      this.#answerJson(exchange, { ...(JSON.parse(body) as object), role: 'standby' })
      return
    }
    const { 'content-type': contentType = 'application/json', 'retry-after': retryAfter } = headers
    this.#send(exchange, status, {
      headers: { 'content-type': contentType, ...(retryAfter !== undefined && { 'retry-after': retryAfter }) },
      body,
    })
  }

  #answerJson(exchange: Exchange, value: object): void {
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    this.#send(exchange, 200, { headers, body: JSON.stringify(value) })
  }

  #refuse(exchange: Exchange, problem: ProblemError): void {
    const { paths } = this.#options
    const path = exchange.request.url?.split('?')[0] ?? null
    const { status, headers, body } = problemAnswer(problem, { requestId: exchange.requestId, path, paths })
    this.#send(exchange, status, { headers, body: JSON.stringify(body) })
  }

  #send(
    { request, response, requestId }: Exchange,
    status: number,
    { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  ): void {
    if (response.destroyed) return
    claimRest(request)
    response.writeHead(status, {
      'cache-control': 'no-store',
      ...headers,
      'x-request-id': requestId,
      ...securityHeaders(request.socket, this.#options.config),
      'content-length': Buffer.byteLength(body),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  #unavailable(): ProblemError {
    const quarter = Math.ceil(this.#options.leaseSeconds / 4)
    return new ProblemError({
      code: 'owner_unavailable',
      detail: 'Cannot forward the request as an active server must be reachable: there is none at present',
      // Callers come back apart from each other.
      retryAfterSeconds: quarter + Math.floor(Math.random() * (quarter + 1)),
    })
  }
}
