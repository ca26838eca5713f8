import type { IncomingHttpHeaders } from 'node:http'
import { urlSecrets } from '@waybill/spec/rules'
import type { Pool } from 'undici'
import type { WebhookConnectorConfig } from '../../model/channel.ts'
import { MAX_DETAIL_BYTES } from '../../model/limits.ts'
import { beginningOf, delivered, failed } from '../answer.ts'
import { describeConnectionError } from '../connection-error.ts'
import type { Call, Connector, ConnectorSetup, ItemAnswer } from '../connector.ts'
import { Exchange, type ExchangeListener, type HttpAnswer } from '../http-exchange.ts'
import { isLeaseEnded } from '../call-lease.ts'
import { withheld } from '../withheld.ts'
import { outboundPool } from '../outbound-agent.ts'
import { parseRetryAfter } from '../retry-after.ts'
import { SecretMask } from '../secret-mask.ts'
import { GoneJobs } from './gone-jobs.ts'
import { openJobUrl } from './job-url.ts'
import { plainSecret, signWebhook, webhookKey } from './standard-signature.ts'

/** Bytes that are read of an answer: of a longer one the connection is closed. Only the first 1 KiB is kept. */
const MAX_ANSWER_BYTES = 16 * 1024
const MAX_CONNECT_MS = 10_000

/** An item of a webhook channel. */
interface WebhookItem {
  /** The event's id. */
  readonly id: string
  /** The job's id, of an event that goes to the webhook of a job. */
  readonly partitionKey: string
  readonly data: {
    readonly body: string
    /** Sealed, where each item has its own. */
    readonly url?: string
  }
}

/** Where an item goes. */
interface Destination {
  readonly path: string
  readonly mask: SecretMask
}

const GONE = 410

/**
 * Posts one event to one webhook endpoint, signed as Standard Webhooks has it. A 2xx is success, a redirect fails without being followed, and
 * everything else is reported as retryable. Its URL and its addresses are checked at each connection. Where each item has a URL of its own (the webhook of
 * a job), 410 fails the item and all later ones of its job, and `Retry-After` delays this item alone.
 */
export class WebhookConnector implements Connector {
  readonly batchSize = 1
  readonly #own: Destination
  readonly #origin: string
  readonly #secrets: readonly string[]
  readonly #perJob: { readonly urlKey: string; readonly gone: GoneJobs } | null
  readonly #pool: Pool
  readonly #keys: readonly Buffer[]
  readonly #lease: ConnectorSetup['lease']
  readonly #throttle: (untilMs: number) => void
  readonly #maxRetryAfterMs: number
  readonly #nowMs: () => number

  constructor(config: WebhookConnectorConfig, setup: ConnectorSetup) {
    const url = new URL(config.url)
    this.#origin = url.origin
    this.#secrets = [...config.secrets, ...config.secrets.map(plainSecret)]
    this.#own = this.#destination(config.url)
    const { perJob } = config
    this.#perJob = perJob === undefined ? null : { urlKey: perJob.urlKey, gone: new GoneJobs(perJob.goneJobs) }
    this.#pool = outboundPool(url.origin, {
      connections: setup.config.concurrency,
      connectTimeoutMs: Math.min(config.timeoutMs, MAX_CONNECT_MS),
      allowPrivateAddresses: config.allowPrivateAddresses || setup.allowPrivateAddresses,
      egress: setup.egress,
    })
    this.#keys = config.secrets.map(webhookKey)
    this.#throttle = setup.throttle
    this.#lease = setup.lease
    this.#maxRetryAfterMs = setup.config.maxRetryAfterMs
    this.#nowMs = setup.nowMs ?? Date.now
  }

  deliver(call: Call): Promise<readonly ItemAnswer[]> {
    const { promise, resolve } = Promise.withResolvers<readonly ItemAnswer[]>()
    const { id, partitionKey: jobId, data } = JSON.parse(call.items[0]!.line) as WebhookItem
    const { body } = data
    const perJob = this.#perJob
    const destination = perJob === null ? this.#own : this.#destinationOf(data.url, perJob.urlKey)
    if (destination === null) return Promise.resolve([unreadableUrl()])
    if (perJob?.gone.has(jobId) === true) return Promise.resolve([gone()])
    const { mask } = destination
    let retryAtMs = 0
    const listener: ExchangeListener = {
      onHeaders: (status, headers) => {
        retryAtMs = this.#readRetryAfter(status, headers)
      },
      onAnswer: (answer) => {
        if (perJob !== null && answer.status === GONE) perJob.gone.add(jobId)
        resolve([this.#judge(answer, { retryAtMs, mask })])
      },
      onError: (error) => {
        resolve([isLeaseEnded(error) ? withheld : notConnected(mask.text(describeConnectionError(error)))])
      },
    }
    const exchange = new Exchange(MAX_ANSWER_BYTES, listener, { lease: this.#lease })
    call.onTimedOut = (reason) => {
      exchange.abort(reason)
    }
    const timestamp = Math.floor(this.#nowMs() / 1000)
    const headers = [
      ...['content-type', 'application/json', 'accept', '*/*', 'user-agent', 'waybill'],
      ...['webhook-id', id, 'webhook-timestamp', String(timestamp)],
      ...['webhook-signature', signWebhook({ id, timestamp, body }, this.#keys)],
    ]
    exchange.start(this.#pool, { path: destination.path, headers, body })
    return promise
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  #destination(url: string): Destination {
    const { pathname, search } = new URL(url)
    return { path: pathname + search, mask: new SecretMask([...this.#secrets, ...urlSecrets(url)]) }
  }

  /** Null: it cannot be opened, or is not of this origin. */
  #destinationOf(sealed: string | undefined, key: string): Destination | null {
    const url = sealed === undefined ? null : openJobUrl(sealed, key)
    return url === null || new URL(url).origin !== this.#origin ? null : this.#destination(url)
  }

  #judge(
    { status, body }: HttpAnswer,
    { retryAtMs, mask }: { readonly retryAtMs: number; readonly mask: SecretMask },
  ): ItemAnswer {
    // Masked before it is cut: half a secret would not be found.
    const text = beginningOf(mask.text(body.toString('utf8')), MAX_DETAIL_BYTES)
    if (status >= 200 && status <= 299) {
      return delivered({ httpStatus: status, warnings: [], result: text === '' ? undefined : JSON.stringify(text) })
    }
    const isRedirect = status >= 300 && status <= 399
    const isRetryable = !isRedirect && (this.#perJob === null || status !== GONE)
    return failed({
      code: `http_${status}`,
      origin: 'connector',
      title: isRedirect
        ? `The endpoint answered with status ${status}: redirects are not followed`
        : `The endpoint answered with status ${status}`,
      detail: text === '' ? null : text,
      httpStatus: status,
      retryable: isRetryable,
      hint: isRetryable,
      retryAtMs,
    })
  }

  /** 429 and 503 apply to the whole endpoint: its gate closes before anything else happens. Of the URL of a job nobody knows that. */
  #readRetryAfter(status: number, headers: IncomingHttpHeaders): number {
    if (status < 400) return 0
    const nowMs = this.#nowMs()
    const delayMs = parseRetryAfter(headers['retry-after'], { nowMs, maxMs: this.#maxRetryAfterMs })
    if (delayMs === null) return 0
    if (this.#perJob === null && (status === 429 || status === 503)) this.#throttle(nowMs + delayMs)
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

/** The webhook of a job is not called again after a 410. */
function gone(): ItemAnswer {
  return failed({
    code: `http_${GONE}`,
    origin: 'engine',
    title: `The webhook of the job answered with status ${GONE} before: it is not called again`,
    detail: null,
    retryable: false,
    hint: false,
  })
}

function unreadableUrl(): ItemAnswer {
  return failed({
    code: 'permanent',
    origin: 'engine',
    title: 'The URL of the webhook cannot be read with the key that is stored',
    detail: null,
    retryable: false,
    hint: false,
  })
}
