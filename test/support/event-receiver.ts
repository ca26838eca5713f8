import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** A request that a receiver got; its signature is judged by `standardwebhooks`. */
export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly body: string
  readonly data: Record<string, never>
  readonly headers: Readonly<Record<string, string>>
  readonly atMs: number
}

/** A real HTTP server that receives events, and answers as a test requests. */
export class EventReceiver {
  readonly events: ReceivedEvent[] = []
  /** @default 204 */
  answer: (event: ReceivedEvent, response: ServerResponse, count: number) => void = (_event, response) =>
    void response.writeHead(204).end()
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const headers = request.headers as Record<string, string>
      const { type, data } = JSON.parse(body) as Pick<ReceivedEvent, 'type' | 'data'>
      const event = { id: headers['webhook-id']!, type, data, body, headers, atMs: Date.now() }
      this.events.push(event)
      this.answer(event, response, this.events.length)
    })
  })

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks/waybill?key=k3y-that-shows-nowhere`
  }

  /** @param port @default any */
  async start(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** The types of the events so far. */
  get types(): string[] {
    return this.events.map(({ type }) => type)
  }
}

/** Whether a request is signed with a secret, for the reference library. */
export function isSignedWith(secret: string, { body, headers }: ReceivedEvent): boolean {
  try {
    new Webhook(secret).verify(body, headers)
    return true
  } catch {
    return false
  }
}
