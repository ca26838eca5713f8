import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Service } from '../runtime/service.ts'
import { metricsFormatOf } from './answer/metrics-format.ts'
import type { MetricsPort } from './http-ports.ts'
import { requireLoopback } from './request/check-host.ts'

export interface MetricsListenerOptions {
  readonly metrics: MetricsPort
  readonly port: number
  readonly host: string
  /** The host can be reached from this machine only: then only pages of this machine may ask (DNS rebinding). */
  readonly loopback: boolean
  readonly onListening: (url: string) => void
}

/** A scraper has one connection; more are for people who look. */
const MAX_CONNECTIONS = 32
const HEAD_TIMEOUT_MS = 5000
const IDLE_TIMEOUT_MS = 60_000

/** Serves the metrics on a port of their own, without a token: who reaches the port reads the names of channels and how much they do. */
export class MetricsListener implements Service {
  readonly #options: MetricsListenerOptions
  readonly #server: Server

  constructor(options: MetricsListenerOptions) {
    this.#options = options
    const timeouts = { headersTimeout: HEAD_TIMEOUT_MS, requestTimeout: HEAD_TIMEOUT_MS }
    this.#server = createServer({ ...timeouts, requireHostHeader: false }, (request, response) => {
      this.#answer(request, response).catch(() => response.destroy())
    })
    this.#server.maxConnections = MAX_CONNECTIONS
    this.#server.setTimeout(IDLE_TIMEOUT_MS)
  }

  /** @throws Error another program has the port, or the host is none of this machine */
  async start(): Promise<void> {
    const { port, host, onListening } = this.#options
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        reject(new Error(`Cannot listen on ${host}:${port} for metrics as both must be free: ${error.message}`))
      })
      this.#server.listen({ port, host }, resolve)
    })
    const address = this.#server.address()
    const name = host.includes(':') ? `[${host}]` : host
    onListening(`http://${name}:${typeof address === 'object' && address !== null ? address.port : port}/metrics`)
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { metrics, loopback } = this.#options
    const end = (status: number, body: string | Buffer, contentType = 'text/plain; charset=utf-8'): void => {
      const headers = { 'content-type': contentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    if (loopback && !isNear(request)) return end(403, 'Host and Origin must be this machine\n')
    if (request.url?.split('?')[0] !== '/metrics') return end(404, 'There is /metrics\n')
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(405, 'The method must be GET\n')
    const { contentType, body } = await metrics.read(metricsFormatOf(request.headers.accept))
    end(200, body, contentType)
  }
}

function isNear({ headers }: IncomingMessage): boolean {
  try {
    requireLoopback(headers, [])
    return true
  } catch {
    return false
  }
}
