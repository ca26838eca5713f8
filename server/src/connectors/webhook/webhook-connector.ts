import type { IncomingHttpHeaders } from 'node:http'
import { urlSecrets } from '@waybill/spec/rules'
import type { Pool } from 'undici'
import type { WebhookConnectorConfig } from '../../model/channel.ts'
import { beginningOf, delivered, failed, MAX_DETAIL_BYTES } from '../answer.ts'
import { describeConnectionError } from '../connection-error.ts'
import type { Call, Connector, ConnectorSetup, ItemAnswer } from '../connector.ts'
import { Exchange, type HttpAnswer } from '../http-exchange.ts'
import { outboundPool } from '../outbound-agent.ts'
import { parseRetryAfter } from '../retry-after.ts'
import { SecretMask } from '../secret-mask.ts'
import { plainSecret, signWebhook, webhookKey } from './standard-signature.ts'

/** Bytes that are read of an answer: of a longer one the connection is closed. Only the first 1 KiB is kept. */
const MAX_ANSWER_BYTES = 16 * 1024
const MAX_CONNECT_MS = 10_000

/** An item of a webhook channel. */
interface WebhookItem {
  /** The event's id. */
  readonly id: string
  readonly data: { readonly body: string }
}

/**
 * Posts one event to one webhook endpoint, signed as Standard Webhooks has it. A 2xx is success, a redirect fails without being followed, and
 * everything else is reported as retryable. Its URL and its addresses are checked at each connection.
 */
export class WebhookConnector implements Connector {
  readonly batchSize = 1
  readonly #path: string
  readonly #pool: Pool
  readonly #keys: readonly Buffer[]
  readonly #mask: SecretMask
  readonly #throttle: (untilMs: number) => void
  readonly #maxRetryAfterMs: number
  readonly #nowMs: () => number

  constructor(config: WebhookConnectorConfig, setup: ConnectorSetup) {
    const url = new URL(config.url)
    this.#path = url.pathname + url.search
    this.#pool = outboundPool(url.origin, {
      connections: setup.config.concurrency,
      connectTimeoutMs: Math.min(config.timeoutMs, MAX_CONNECT_MS),
      allowPrivateAddresses: config.allowPrivateAddresses || setup.allowPrivateAddresses,
      egress: setup.egress,
    })
    this.#keys = config.secrets.map(webhookKey)
    this.#mask = new SecretMask([...config.secrets, ...config.secrets.map(plainSecret), ...urlSecrets(config.url)])
    this.#throttle = setup.throttle
    this.#maxRetryAfterMs = setup.config.maxRetryAfterMs
    this.#nowMs = setup.nowMs ?? Date.now
  }

  deliver(call: Call): Promise<readonly ItemAnswer[]> {
    const { promise, resolve } = Promise.withResolvers<readonly ItemAnswer[]>()
    const { id, data } = JSON.parse(call.items[0]!.line) as WebhookItem
    const { body } = data
    let retryAtMs = 0
    const exchange = new Exchange(MAX_ANSWER_BYTES, {
      onHeaders: (status, headers) => {
        retryAtMs = this.#readRetryAfter(status, headers)
      },
      onAnswer: (answer) => {
        resolve([this.#judge(answer, retryAtMs)])
      },
      onError: (error) => {
        resolve([notConnected(this.#mask.text(describeConnectionError(error)))])
      },
    })
    call.onTimedOut = (reason) => {
      exchange.abort(reason)
    }
    const timestamp = Math.floor(this.#nowMs() / 1000)
    const headers = [
      ...['content-type', 'application/json', 'accept', '*/*', 'user-agent', 'waybill'],
      ...['webhook-id', id, 'webhook-timestamp', String(timestamp)],
      ...['webhook-signature', signWebhook({ id, timestamp, body }, this.#keys)],
    ]
    exchange.start(this.#pool, { path: this.#path, headers, body })
    return promise
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  #judge({ status, body }: HttpAnswer, retryAtMs: number): ItemAnswer {
    // Masked before it is cut: half a secret would not be found.
    const text = beginningOf(this.#mask.text(body.toString('utf8')), MAX_DETAIL_BYTES)
    if (status >= 200 && status <= 299) {
      return delivered({ httpStatus: status, warnings: [], result: text === '' ? undefined : JSON.stringify(text) })
    }
    const isRedirect = status >= 300 && status <= 399
    return failed({
      code: `http_${status}`,
      origin: 'connector',
      title: isRedirect
        ? `The endpoint answered with status ${status}: redirects are not followed`
        : `The endpoint answered with status ${status}`,
      detail: text === '' ? null : text,
      httpStatus: status,
      retryable: !isRedirect,
      hint: !isRedirect,
      retryAtMs,
    })
  }

  /** 429 and 503 apply to the whole endpoint: its gate closes before anything else happens. */
  #readRetryAfter(status: number, headers: IncomingHttpHeaders): number {
    if (status < 400) return 0
    const nowMs = this.#nowMs()
    const delayMs = parseRetryAfter(headers['retry-after'], { nowMs, maxMs: this.#maxRetryAfterMs })
    if (delayMs === null) return 0
    if (status === 429 || status === 503) this.#throttle(nowMs + delayMs)
    return nowMs + delayMs
  }
}

function notConnected(detail: string): ItemAnswer {
  return failed({
    code: 'connection_failed',
    origin: 'engine',
    title: 'The connection failed',
    detail,
    retryable: true,
  })
}
