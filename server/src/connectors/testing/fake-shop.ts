import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a shop got it. */
export interface ShopRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly atMs: number
}

/** A real HTTP server for tests; answers as the test requests. */
export class FakeShop {
  readonly requests: ShopRequest[] = []
  answer: (request: ShopRequest, response: ServerResponse) => void = (_request, response) => response.end()
  readonly #server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    const atMs = Date.now()
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming
      const request = { method, url, headers, text: Buffer.concat(chunks).toString(), atMs }
      this.requests.push(request)
      this.answer(request, response)
    })
  })

  /** @returns its origin */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

export function answerJson(
  response: ServerResponse,
  body: unknown,
  options: { status?: number; headers?: Record<string, string> } = {},
): void {
  response.writeHead(options.status ?? 200, { 'content-type': 'application/json', ...options.headers })
  response.end(JSON.stringify(body))
}
