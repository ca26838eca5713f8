import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { escapedForHtml, type PlantedSecrets } from './planted-secrets.ts'

export interface ArrivedCall {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  /** Of the jobs in its body; null: it names none. */
  readonly subscription: string | null
}

/**
 * A target system that repeats all that it gets: as a result, as an error in JSON or as a page of HTML, by the id of the first item. It also
 * has a token endpoint, `/token`, whose first token of each client it refuses once, and payloads below `/pim`.
 */
export class RepeatingTarget {
  readonly arrived: ArrivedCall[] = []
  /** Access tokens by the client that asked for them. */
  readonly accessTokens = new Map<string, string>()
  /** Clients that were answered 401 once. */
  readonly refused = new Set<string>()
  tokensGiven = 0
  readonly #planted: PlantedSecrets
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => this.#answer(request, response, Buffer.concat(chunks).toString()))
  })

  /** @param planted gets each access token */
  constructor(planted: PlantedSecrets) {
    this.#planted = planted
  }

  /** @returns its origin */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const { headers } = request
    const { authorization = '' } = headers
    const { pathname } = new URL(request.url!, 'http://shop')
    if (pathname === '/token') return this.#giveToken(response, body, authorization)
    const { items = [], subscription = null } = parsed(body)
    this.arrived.push({ url: request.url!, headers, subscription })
    if (pathname.startsWith('/pim')) {
      if (pathname.includes('gone')) return void response.writeHead(404).end(JSON.stringify(headers))
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"price":1}')
    }
    const client = this.accessTokens.get(authorization.slice('Bearer '.length))
    if (client !== undefined && !this.refused.has(client)) {
      this.refused.add(client)
      return void response.writeHead(401).end(authorization)
    }
    repeat(request, response, { body, items })
  }

  #giveToken(response: ServerResponse, body: string, authorization: string): void {
    const client =
      new URLSearchParams(body).get('client_id') ??
      Buffer.from(authorization.slice(6), 'base64').toString().split(':')[0]!
    const token = this.#planted.plant(`access-token-${client}-${++this.tokensGiven}`)
    this.accessTokens.set(token, client)
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ access_token: token, token_type: 'bearer', expires_in: 3600 }))
  }
}

interface CallBody {
  readonly items?: readonly { readonly id: string; readonly index: number }[]
  readonly subscription?: string
}

function repeat(
  request: IncomingMessage,
  response: ServerResponse,
  { body, items }: { readonly body: string; readonly items: NonNullable<CallBody['items']> },
): void {
  const said = `${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}`
  const id = items[0]?.id ?? ''
  response.setHeader('x-seen', encodeURIComponent(said).slice(0, 4000))
  if (id.startsWith('page'))
    response.writeHead(500, { 'content-type': 'text/html' }).end(`<p>${escapedForHtml(said)}</p>`)
  else if (id.startsWith('json')) {
    response.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify({ seen: request.headers, said }))
  } else {
    const result = { seen: request.headers, url: request.url, said }
    const outcome = id.startsWith('fail') ? 'failed' : 'succeeded'
    const results = items.map(({ index }) => ({ index, outcome, result }))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results, result }))
  }
}

function parsed(body: string): CallBody {
  try {
    return JSON.parse(body) as CallBody
  } catch {
    return {}
  }
}
