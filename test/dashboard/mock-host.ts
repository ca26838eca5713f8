import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { createClient, type Waybill } from '@waybill/sdk'
import { createMockWaybill, type MockWaybill, type MockWaybillOptions } from '@waybill/sdk/mocks'
import { getResponse } from 'msw'
import { ServerProcess } from '../support/server-process.ts'

/** Whether the API answers, does not yet, or is out of order. */
export type ApiState = 'answers' | 'silent' | 'broken'

const TOKEN = 'a-token-that-must-stay-out-of-sight'
const PAGES = '/dashboard/'

/** The pages and sessions of a real server, above an API that is the SDK's mock in virtual time. */
export class MockHost {
  readonly mock: MockWaybill
  readonly waybill: Waybill
  api: ApiState = 'answers'
  readonly #pages: ServerProcess
  readonly #server: Server
  /** Answers that are held back. */
  readonly #held = new Set<ServerResponse>()
  /** In place of the session's text, which the mock does not know. */
  #bearer: string | null = null

  private constructor(pages: ServerProcess, mock: MockWaybill) {
    this.#pages = pages
    this.mock = mock
    this.waybill = createClient({ baseUrl: 'http://waybill.localhost', fetch: (request) => this.#ask(request) })
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => response.destroy(error as Error))
    })
  }

  /** @param mode of the dashboard: a session of one that is read-only has scopes that read */
  static async start(
    mode: 'read-only' | 'on',
    channels: NonNullable<MockWaybillOptions['channels']> = [],
    servers: NonNullable<MockWaybillOptions['servers']> = [{ role: 'active' }],
  ): Promise<MockHost> {
    const pages = await ServerProcess.create({ store: 'memory', adminToken: TOKEN, args: ['--dashboard', mode] })
    await pages.start()
    const host = new MockHost(pages, createMockWaybill({ time: 'virtual', channels, servers }))
    if (mode === 'read-only') {
      const scopes = ['jobs:read', 'items:read', 'channels:read', 'dead-letters:read', 'audit:read', 'metrics'] as const
      host.#bearer = (await host.waybill.tokens.create({ name: 'pages', scopes: [...scopes] })).token!
    }
    host.#server.listen(0, '127.0.0.1')
    await once(host.#server, 'listening')
    return host
  }

  /** The token that the pages ask for. */
  get token(): string {
    return TOKEN
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Answers what is held back, with nothing: those who asked are gone. */
  release(): void {
    for (const response of this.#held) response.destroy()
    this.#held.clear()
  }

  async stop(): Promise<void> {
    this.release()
    this.mock.reset()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
    await this.#pages.remove()
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url!
    if (path.startsWith(PAGES)) return send(await this.#askPages(request), response)
    if (path === '/hooks') return void response.writeHead(204).end()
    // A session is open all the same: pages can be seen.
    if (path !== '/v1/self' && this.api !== 'answers') {
      if (this.api === 'silent') return void this.#held.add(response)
      const body = { type: '/docs/errors#internal_error', title: 'Internal error', status: 500, code: 'internal_error' }
      const problem = JSON.stringify({ ...body, detail: 'Cannot read as the store failed', requestId: 'req_broken' })
      return void response.writeHead(500, { 'content-type': 'application/problem+json' }).end(problem)
    }
    const headers = headersOf(request)
    if (this.#bearer === null) headers.delete('authorization')
    else headers.set('authorization', `Bearer ${this.#bearer}`)
    const body = await bodyOf(request)
    const answer = await this.#ask(new Request(this.url + path, { method: request.method!, headers, body }))
    return send(answer, response)
  }

  async #ask(request: Request): Promise<Response> {
    const response = await getResponse([...this.mock.handlers], request)
    if (response === undefined) throw new Error(`Cannot fetch ${request.url} as the mock must answer it: it does not`)
    return response
  }

  async #askPages(request: IncomingMessage): Promise<Response> {
    const headers = headersOf(request)
    // Decoded by fetch, it would have another length.
    headers.set('accept-encoding', 'identity')
    return fetch(this.#pages.url + request.url!, { method: request.method!, headers, redirect: 'manual' })
  }
}

function headersOf({ headers }: IncomingMessage): Headers {
  const kept = Object.entries(headers).filter(
    ([name, value]) => typeof value === 'string' && !['host', 'connection', 'content-length'].includes(name),
  )
  return new Headers(kept as [string, string][])
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  let body = ''
  for await (const chunk of request) body += (chunk as Buffer).toString()
  return body === '' ? null : body
}

/** As it comes: a stream of events has no end. */
function send(answer: Response, response: ServerResponse): void {
  const left = new Set(['content-encoding', 'transfer-encoding', 'connection', 'content-length'])
  const headers = [...answer.headers].filter(([name]) => !left.has(name))
  response.writeHead(answer.status, Object.fromEntries(headers))
  if (answer.body === null) return void response.end()
  const body = Readable.fromWeb(answer.body as never)
  response.on('close', () => body.destroy())
  body.on('error', () => response.destroy())
  body.pipe(response)
}
