import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { verifyWebhook, type WebhookEvent } from '@waybill/sdk/webhooks'

/** One request as a receiver got it. */
export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly event: { readonly id: string; readonly type: string; readonly data: Record<string, unknown> }
}

export interface WebhookAnswer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** A receiver of webhooks on this machine. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = []
  /** The response to each request. */
  answer: (webhook: ReceivedWebhook) => WebhookAnswer = () => ({ status: 204 })
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const webhook = { headers: request.headers, body, event: JSON.parse(body) as ReceivedWebhook['event'] }
        this.received.push(webhook)
        const { status, headers, body: answered } = this.answer(webhook)
        response.writeHead(status, headers).end(answered)
      })
    })
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver()
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/waybill`
  }

  /** Types of the events so far, in their order. */
  get types(): string[] {
    return this.received.map(({ event }) => event.type)
  }

  /** @throws WebhookVerificationError */
  verify({ headers, body }: ReceivedWebhook, secret: string): Promise<WebhookEvent> {
    return verifyWebhook({ headers, body, secrets: secret })
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
