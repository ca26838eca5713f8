import { createServer, type IncomingMessage, request as requestHttp, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The fault of one request. */
export type Fate =
  | 'pass'
  /** The server gets the request, and its answer is lost. */
  | 'lose_answer'
  /** The server does not get it. */
  | 'refuse'
  /** The answer breaks off after this many bytes. */
  | { readonly cutAfterBytes: number }

export interface ProxiedRequest {
  readonly method: string
  readonly path: string
  readonly prefer: string | undefined
  readonly idempotencyKey: string | undefined
  readonly authorization: string | undefined
  readonly lastEventId: string | undefined
}

/** A network between client and server that fails as configured, and records the requests. */
export class FlakyProxy {
  readonly requests: ProxiedRequest[] = []
  readonly #server: Server
  readonly #target: () => string
  readonly #fate: (request: ProxiedRequest, count: number) => Fate

  /** @param target where the server is now; it may move */
  constructor(target: () => string, fate: (request: ProxiedRequest, count: number) => Fate = () => 'pass') {
    this.#target = target
    this.#fate = fate
    this.#server = createServer((request, response) => this.#forward(request, response))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request
    const seen: ProxiedRequest = {
      method,
      path: url,
      prefer: headers.prefer as string | undefined,
      idempotencyKey: headers['idempotency-key'] as string | undefined,
      authorization: headers.authorization,
      lastEventId: headers['last-event-id'] as string | undefined,
    }
    const fate = this.#fate(seen, this.requests.length)
    this.requests.push(seen)
    if (fate === 'refuse') {
      request.socket.destroy()
      return
    }
    const target = new URL(url, this.#target())
    const upstream = requestHttp(target, { method, headers: { ...headers, host: target.host } }, (answer) => {
      if (fate === 'lose_answer') {
        answer.resume().on('end', () => request.socket.destroy())
        return
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      let leftBytes = fate === 'pass' ? Number.POSITIVE_INFINITY : fate.cutAfterBytes
      answer.on('data', (chunk: Buffer) => {
        // No faster than it is read: what a slow reader has not got yet is lost with the server.
        if (!response.write(chunk.subarray(0, leftBytes))) answer.pause()
        leftBytes -= chunk.length
        if (leftBytes <= 0) setImmediate(() => request.socket.destroy())
      })
      response.on('drain', () => answer.resume())
      answer.on('end', () => response.end())
      answer.on('error', () => request.socket.destroy())
    })
    // The server is away: so is everything behind this proxy.
    upstream.on('error', () => request.socket.destroy())
    response.on('close', () => upstream.destroy())
    request.pipe(upstream)
  }
}
