import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a PIM answers for an id: its data, or something else. */
export type PimAnswer =
  | { readonly data: unknown }
  | { readonly status: number; readonly headers?: Record<string, string> }
  /** Never. */
  | 'hang'

export interface PimRequest {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly ids: readonly string[]
  readonly startMs: number
}

export interface FakePimOptions {
  readonly answer: (id: string, asked: number) => PimAnswer
  /** Delay of each answer. @default 0 */
  readonly delayMs?: () => number
}

/** A system that has the data of ids, over real HTTP, one by one at `/one/{id}` and many at `/many`. */
export class FakePim {
  readonly requests: PimRequest[] = []
  /** Called with each request, before its answer. */
  onRequest: (() => void) | null = null
  readonly #asked = new Map<string, number>()
  readonly #options: FakePimOptions
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      this.#answer(request, Buffer.concat(chunks).toString(), response)
    })
  })

  constructor(options: FakePimOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How often an id was asked for. */
  askedFor(id: string): number {
    return this.#asked.get(id) ?? 0
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, body: string, response: ServerResponse): void {
    const { method = '', url = '', headers } = request
    const ids =
      url === '/many'
        ? (JSON.parse(body) as { ids: string[] }).ids
        : [decodeURIComponent(/^\/one\/([^/?]+)$/.exec(url)?.[1] ?? '')]
    this.requests.push({ method, url, authorization: headers.authorization, ids, startMs: performance.now() })
    this.onRequest?.()
    const answers = ids.map((id) => {
      const asked = this.askedFor(id) + 1
      this.#asked.set(id, asked)
      return [id, this.#options.answer(id, asked)] as const
    })
    const other = answers.map(([, answer]) => answer).find((answer) => answer === 'hang' || isRefusal(answer, url))
    if (other === 'hang') return
    const send = (): void => {
      if (other !== undefined && 'status' in other) response.writeHead(other.status, other.headers).end('not now')
      else {
        const found = answers.flatMap(([id, answer]) =>
          typeof answer === 'object' && 'data' in answer ? [{ id, data: answer.data }] : [],
        )
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(url === '/many' ? { items: found } : found[0]!.data))
      }
    }
    const delayMs = this.#options.delayMs?.() ?? 0
    if (delayMs === 0) send()
    else setTimeout(send, delayMs)
  }
}

/** Of many ids one that does not exist is left out. */
function isRefusal(answer: PimAnswer, url: string): boolean {
  return typeof answer === 'object' && 'status' in answer && !(url === '/many' && answer.status === 404)
}
