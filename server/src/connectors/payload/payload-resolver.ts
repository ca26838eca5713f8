import type { IncomingHttpHeaders } from 'node:http'
import type { Pool } from 'undici'
import { parsePayloadUrl, payloadPath, type PayloadUrl } from '@waybill/spec/rules'
import type { ChannelConfig, Credentials, PayloadConfig } from '../../model/channel.ts'
import { MAX_ITEM_BYTES } from '../../model/limits.ts'
import { isLeaseEnded } from '../call-lease.ts'
import { longerThan } from '../answer-body.ts'
import { ChannelSecrets } from '../channel-secrets.ts'
import { describeConnectionError } from '../connection-error.ts'
import type { ConnectorSetup, ItemAnswer } from '../connector.ts'
import { Authorizer, credentialsOf, type CredentialsHeader } from '../credentials.ts'
import { isPassing } from '../http-answer.ts'
import { Exchange, type HttpAnswer } from '../http-exchange.ts'
import { outboundPool } from '../outbound-agent.ts'
import { type HmacCredentials, RequestSignature } from '../request-signature.ts'
import { parseRetryAfter } from '../retry-after.ts'
import type { SecretMask } from '../secret-mask.ts'
import { createTraceparent } from '../traceparent.ts'
import { withheld } from '../withheld.ts'
import { MAX_BATCH_ANSWER_BYTES, readPayload, readPayloads, type ResolvedPayload } from './payload-answer.ts'
import { payloadInvalid, payloadNotFound, payloadUnavailable } from './payload-failure.ts'

const MAX_CONNECT_MS = 10_000
/** Of an answer that is no payload, for people. */
const MAX_EXCERPT_BYTES = 512

/** The dependencies of a resolver; a channel's connector on its thread has the same. */
export type PayloadSetup = Pick<ConnectorSetup, 'allowPrivateAddresses' | 'egress' | 'throttle' | 'lease'> & {
  readonly config: Pick<ChannelConfig, 'concurrency' | 'maxRetryAfterMs'>
}

/** Ids whose payloads are resolved in one request. */
export interface PayloadRequest {
  readonly subscription: string
  readonly objectType: string
  /** At most `batchSize`, each once. */
  readonly ids: readonly string[]
  /** Its abort ends the request; what it resolves with then is of no use. */
  readonly signal: AbortSignal
}

/**
 * Resolves payloads by id. Does not follow redirects, does not repeat a request, keeps nothing. Lives on a worker thread beside the connector of
 * its channel, or wherever one item is looked at.
 */
export class PayloadResolver {
  /** Ids a request may have, 1 and up. */
  readonly batchSize: number
  readonly #config: PayloadConfig
  readonly #url: PayloadUrl
  readonly #pool: Pool
  readonly #authorizer: Authorizer
  readonly #secrets: ChannelSecrets
  readonly #setup: PayloadSetup
  readonly #signatures = new Map<HmacCredentials, RequestSignature>()

  /** @throws Error the URL cannot be used; the message has the reason */
  constructor(config: PayloadConfig, setup: PayloadSetup) {
    const url = parsePayloadUrl(config.resolveUrl, { isBatch: config.batchSize > 1 })
    if (typeof url === 'string') throw new Error(`Cannot resolve payloads as resolveUrl ${url}`)
    const outbound = {
      connections: setup.config.concurrency,
      connectTimeoutMs: Math.min(config.timeoutMs, MAX_CONNECT_MS),
      allowPrivateAddresses: config.allowPrivateAddresses || setup.allowPrivateAddresses,
      egress: setup.egress,
    }
    this.batchSize = config.batchSize
    this.#config = config
    this.#url = url
    this.#setup = setup
    this.#pool = outboundPool(url.origin, outbound)
    this.#authorizer = new Authorizer(outbound, setup.lease)
    this.#secrets = new ChannelSecrets(config)
  }

  /** Makes one request, or two halves of it where the answer is too long. Never rejects; resolves with a payload for each id, in their order. */
  async resolve(request: PayloadRequest): Promise<readonly ResolvedPayload[]> {
    const { ids, objectType } = request
    const isBatch = this.batchSize > 1
    const path = payloadPath(this.#url, isBatch ? { objectType } : { objectType, id: ids[0]! })
    if (path === null) {
      const detail = `The ${isBatch ? 'objectType' : 'id'} must not make a segment of the URL that is . or ..: it does`
      return ids.map(() => ({ failure: payloadInvalid(detail) }))
    }
    const credentials = credentialsOf(this.#config.credentials, request.subscription)
    const running = new AbortController()
    const { signal } = running
    const stop = (): void => {
      running.abort()
    }
    if (request.signal.aborted) stop()
    else request.signal.addEventListener('abort', stop, { once: true })
    let isTimeUp = false
    const timer = setTimeout(() => {
      isTimeUp = true
      stop()
    }, this.#config.timeoutMs)
    let header: CredentialsHeader | null = null
    const mask = (): SecretMask =>
      this.#secrets.maskFor(
        credentials,
        credentials?.type === 'oauth2_client_credentials' ? (header?.[1] ?? null) : null,
      )
    try {
      header = credentials === null ? null : await this.#authorizer.header(credentials, { signal })
      const method = isBatch ? 'POST' : 'GET'
      const body = isBatch ? JSON.stringify({ ids }) : null
      const headers = this.#headers({ method, path, body, credentials, header })
      let retryAtMs = 0
      const answer = await this.#send(
        { method, path, headers, body },
        {
          signal,
          maxBodyBytes: isBatch ? MAX_BATCH_ANSWER_BYTES : MAX_ITEM_BYTES,
          onHeaders: (status, answered) => {
            retryAtMs = this.#readRetryAfter(status, answered)
          },
        },
      )
      if (answer.status !== 200) {
        const tokenRenewed = answer.status === 401 && header !== null && this.#forget(credentials, header)
        const failure = refused(answer, { isBatch, mask: mask(), retryAtMs, tokenRenewed })
        return ids.map(() => ({ failure }))
      }
      if (answer.unread !== null) return await this.#readLess(request, answer.unread)
      return isBatch ? await readPayloads(answer.body, ids) : [readPayload(answer.body)]
    } catch (error) {
      if (isLeaseEnded(error)) return ids.map(() => ({ failure: withheld }))
      const reason = isTimeUp ? `No answer within ${this.#config.timeoutMs} ms` : describeConnectionError(error)
      const failure = payloadUnavailable(mask().text(reason))
      return ids.map(() => ({ failure }))
    } finally {
      clearTimeout(timer)
      request.signal.removeEventListener('abort', stop)
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.destroy(), this.#authorizer.close()])
  }

  #headers(request: {
    readonly method: string
    readonly path: string
    readonly body: string | null
    readonly credentials: Credentials | null
    readonly header: CredentialsHeader | null
  }): string[] {
    const { method, path, body, credentials, header } = request
    const headers = new Map([
      ['accept', 'application/json'],
      ['user-agent', 'waybill'],
    ])
    if (body !== null) headers.set('content-type', 'application/json')
    for (const [name, value] of Object.entries(this.#config.headers)) headers.set(name.toLowerCase(), value)
    headers.set('traceparent', createTraceparent())
    if (header !== null) headers.set(header[0].toLowerCase(), header[1])
    const flat = [...headers].flat()
    if (credentials?.type !== 'hmac') return flat
    let signature = this.#signatures.get(credentials)
    if (signature === undefined) this.#signatures.set(credentials, (signature = new RequestSignature(credentials)))
    return [...flat, ...signature.headers({ method, path, body: body ?? '', nowMs: Date.now() })]
  }

  #send(
    request: { method: 'GET' | 'POST'; path: string; headers: string[]; body: string | null },
    options: {
      readonly signal: AbortSignal
      readonly maxBodyBytes: number
      onHeaders(status: number, headers: IncomingHttpHeaders): void
    },
  ): Promise<HttpAnswer> {
    const { signal, maxBodyBytes, onHeaders } = options
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        running.abort(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
      }
      const running = new Exchange(
        maxBodyBytes,
        {
          onHeaders,
          onAnswer: (answer) => {
            signal.removeEventListener('abort', onAbort)
            resolve(answer)
          },
          onError: (error) => {
            signal.removeEventListener('abort', onAbort)
            reject(error instanceof Error ? error : new Error(String(error)))
          },
        },
        { lease: this.#setup.lease },
      )
      if (signal.aborted) onAbort()
      else {
        signal.addEventListener('abort', onAbort, { once: true })
        running.start(this.#pool, request)
      }
    })
  }

  /** An answer for many that is too long may be short enough for half as many. */
  async #readLess(request: PayloadRequest, unread: string): Promise<readonly ResolvedPayload[]> {
    const { ids } = request
    const tooLong = unread === longerThan(this.batchSize > 1 ? MAX_BATCH_ANSWER_BYTES : MAX_ITEM_BYTES)
    if (!tooLong || ids.length === 1) {
      const detail = `The answer cannot be read: ${unread}`
      const failure = tooLong
        ? payloadInvalid(detail, { httpStatus: 200 })
        : payloadUnavailable(detail, { httpStatus: 200 })
      return ids.map(() => ({ failure }))
    }
    const half = ids.length >> 1
    const first = await this.resolve({ ...request, ids: ids.slice(0, half) })
    return [...first, ...(await this.resolve({ ...request, ids: ids.slice(half) }))]
  }

  /** As for a call: 429 and 503 apply to the whole channel. */
  #readRetryAfter(status: number, headers: IncomingHttpHeaders): number {
    if (status !== 429 && status !== 503) return 0
    const nowMs = Date.now()
    const maxMs = this.#setup.config.maxRetryAfterMs
    const delayMs = parseRetryAfter(headers['retry-after'], { nowMs, maxMs })
    if (delayMs === null) return 0
    this.#setup.throttle(nowMs + delayMs)
    return nowMs + delayMs
  }

  #forget(credentials: Credentials | null, header: CredentialsHeader): boolean {
    return credentials !== null && this.#authorizer.forget(credentials, header[1])
  }
}

/** The failure of an answer with another status than 200. */
function refused(
  { status, headers, body, unread }: HttpAnswer,
  facts: {
    readonly isBatch: boolean
    readonly mask: SecretMask
    readonly retryAtMs: number
    readonly tokenRenewed: boolean
  },
): ItemAnswer {
  const { isBatch, mask, retryAtMs, tokenRenewed } = facts
  const location = status >= 300 && status < 400 && headers.location !== undefined ? ', a redirect' : ''
  const text =
    unread === null ? mask.text(body.toString('utf8', 0, MAX_EXCERPT_BYTES * 4)).slice(0, MAX_EXCERPT_BYTES) : ''
  const detail = `The payload was answered with status ${status}${location}${text === '' ? '' : `: ${text}`}`
  if (!isBatch && (status === 404 || status === 410)) return payloadNotFound(detail, { httpStatus: status })
  const hint = tokenRenewed || isPassing(status) || status < 300 ? null : false
  return payloadUnavailable(detail, { httpStatus: status, hint: tokenRenewed ? true : hint, retryAtMs })
}
