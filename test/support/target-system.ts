import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

interface DeliveredItem {
  readonly index: number
  readonly id: string
  readonly data: { readonly fail?: keyof typeof refusals; readonly status?: number }
}

const refusals = {
  invalid_price: 'The price must be greater than 0',
  unknown_category: 'There is no category of this name',
  listing_locked: 'The listing is locked while a seller edits it',
  broken: 'Cannot read the product: unexpected <tag>',
} as const

/** A target that answers as the items themselves ask: `data.fail` refuses the item, `data.status` the whole call. `/hooks` takes webhooks. */
export class TargetSystem {
  readonly #server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      if (request.url === '/hooks') return void response.writeHead(204).end()
      const { items } = JSON.parse(body) as { items: DeliveredItem[] }
      const status = items.find(({ data }) => data.status !== undefined)?.data.status
      if (status !== undefined) return void response.writeHead(status).end()
      const results = items.map(({ index, id, data: { fail } }) =>
        fail === undefined
          ? { index, status: 'succeeded', result: { stored: id } }
          : { index, status: 'failed', error: { code: fail, detail: refusals[fail], retryable: false } },
      )
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }))
    })
  })

  async start(): Promise<void> {
    this.#server.keepAliveTimeout = 60_000
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
