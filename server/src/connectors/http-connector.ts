import type { IncomingHttpHeaders } from 'node:http'
import type { Pool } from 'undici'
import { ExpressionError } from '../expressions/expression.ts'
import type { Credentials, HttpConnectorConfig } from '../model/channel.ts'
import { CALL_HEADERS } from '../model/header-faults.ts'
import { MASKED, maskUrl } from '@waybill/spec/rules'
import { deliveredQuietly, failed, forEachItem, mergeAnswers } from './answer.ts'
import type { CallObserver } from './call-observer.ts'
import type { Call, Connector, ConnectorSetup, ItemAnswer } from './connector.ts'
import { AccessTokenError } from './access-token.ts'
import { ChannelSecrets } from './channel-secrets.ts'
import { describeConnectionError } from './connection-error.ts'
import { Authorizer, type CredentialsHeader } from './credentials.ts'
import { judgeHttpAnswer } from './http-answer.ts'
import { Exchange, type ExchangeListener, type HttpAnswer } from './http-exchange.ts'
import { callHeaders, requestBody, TIMEOUT_HEADER } from './http-request.ts'
import { outboundPool } from './outbound-agent.ts'
import { type HmacCredentials, RequestSignature, type SignedRequest } from './request-signature.ts'
import { RateLimitHeaders } from './rate-limit-headers.ts'
import { parseRetryAfter } from './retry-after.ts'
import type { SecretMask } from './secret-mask.ts'
import type { RenderedRequest } from './templates/request-template.ts'
import { notMade, type PreparedCall, TemplatedCalls } from './templates/templated-call.ts'
import { isLeaseEnded } from './call-lease.ts'
import { withheld } from './withheld.ts'

/** Bytes that are read of an answer: 100 results of the largest kept size would be more, but targets do not send those. */
const MAX_ANSWER_BYTES = 1024 * 1024
const MAX_CONNECT_MS = 10_000
/** In place of an access token that is not fetched. */
const MASKED_TOKEN: CredentialsHeader = ['authorization', `Bearer ${MASKED}`]

/** The parts of a URL of a channel before and behind the path and the query of a template. */
interface BaseUrl {
  readonly path: string
  readonly search: string
}

/** Delivers by `POST` to one URL. Does not follow redirects, does not repeat a call. */
export class HttpConnector implements Connector {
  readonly batchSize: number
  readonly #pool: Pool
  readonly #authorizer: Authorizer
  readonly #secrets: ChannelSecrets
  readonly #path: string
  readonly #headers: ReadonlyMap<string, string>
  /** The same as undici takes them, without the header of a name: there are as many as kinds of credentials. */
  readonly #flatHeaders = new Map<string, readonly string[]>()
  /** Of requests by template: they are made before their calls take units of the rate limit. */
  readonly refusals?: NonNullable<Connector['refusals']>
  readonly #templates: TemplatedCalls | null
  /** The request that was made last, for a call that has not started yet. */
  #ahead: { readonly call: Call; readonly prepared: PreparedCall } | null = null
  readonly #signatures = new Map<HmacCredentials, RequestSignature>()
  readonly #base: BaseUrl
  readonly #throttle: ConnectorSetup['throttle']
  readonly #maxRetryAfterMs: number
  readonly #quota: RateLimitHeaders | null
  readonly #url: string
  readonly #observer: CallObserver | null
  readonly #lease: ConnectorSetup['lease']

  constructor(config: HttpConnectorConfig, setup: ConnectorSetup) {
    const url = new URL(config.url)
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new Error(`Cannot call the channel as its url must be http or https: it is ${url.protocol}`)
    }
    const allowPrivateAddresses = config.allowPrivateAddresses || setup.allowPrivateAddresses
    this.batchSize = config.batchSize
    this.#path = url.pathname + url.search
    this.#base = baseOf(url)
    this.#url = config.url
    this.#observer = setup.observer ?? null
    this.#lease = setup.lease
    this.#templates = config.request === null && config.response === null ? null : new TemplatedCalls(config)
    const templates = this.#templates
    if (templates?.makesRequests === true) {
      this.refusals = (call) => {
        const prepared = templates.prepare(call)
        this.#ahead = { call, prepared }
        return prepared.refusals
      }
    }
    this.#throttle = setup.throttle
    this.#maxRetryAfterMs = setup.config.maxRetryAfterMs
    const { rateLimitHeaders } = setup.config
    this.#quota = rateLimitHeaders === null ? null : new RateLimitHeaders(rateLimitHeaders)
    this.#headers = ownHeaders(config.headers)
    const outbound = {
      connections: setup.config.concurrency,
      connectTimeoutMs: Math.min(config.timeoutMs, MAX_CONNECT_MS),
      allowPrivateAddresses,
      egress: setup.egress,
    }
    this.#pool = outboundPool(url.origin, outbound)
    this.#authorizer = new Authorizer(outbound, setup.lease)
    this.#secrets = new ChannelSecrets(config)
  }

  deliver(call: Call): Promise<readonly ItemAnswer[]> {
    return new Promise((resolve) => {
      if (call.credentials === null) {
        this.#send(call, { header: null, resolve })
        return
      }
      const header = this.#headerFor(call.credentials, call)
      if (!(header instanceof Promise)) {
        this.#send(call, { header, resolve })
        return
      }
      header.then(
        (found) => {
          this.#send(call, { header: found, resolve })
        },
        (error: unknown) => {
          const masked = (): ItemAnswer => notConnected(error, this.#secrets.maskFor(call.credentials, null))
          resolve(forEachItem(call, isLeaseEnded(error) ? withheld : masked()))
        },
      )
    })
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.destroy(), this.#authorizer.close()])
  }

  #preparedFor(call: Call, templates: TemplatedCalls): PreparedCall {
    const ahead = this.#ahead
    this.#ahead = null
    return ahead?.call === call ? ahead.prepared : templates.prepare(call)
  }

  #headerFor(credentials: Credentials, call: Call): ReturnType<Authorizer['header']> {
    const needsNone = this.#observer?.isDryRun === true && credentials.type === 'oauth2_client_credentials'
    return needsNone ? MASKED_TOKEN : this.#authorizer.header(credentials, call)
  }

  /** @param to.header the header for the credentials */
  #send(call: Call, to: { header: CredentialsHeader | null; resolve: (answers: readonly ItemAnswer[]) => void }): void {
    const { header, resolve } = to
    const prepared = this.#templates?.makesRequests === true ? this.#preparedFor(call, this.#templates) : null
    const resolveSent = (answers: readonly ItemAnswer[]): void => {
      const refusals = prepared?.refusals ?? null
      resolve(refusals === null ? answers : mergeAnswers(refusals, answers))
    }
    const sent = prepared ?? call
    if (sent.items.length === 0) {
      resolveSent([])
      return
    }
    let retryAtMs = 0
    const maskOf = (): SecretMask =>
      this.#secrets.maskFor(
        call.credentials,
        call.credentials?.type === 'oauth2_client_credentials' ? (header?.[1] ?? null) : null,
      )
    const onError = (error: unknown): void => {
      resolveSent(forEachItem(sent, isLeaseEnded(error) ? withheld : notConnected(error, maskOf())))
    }
    const listener: ExchangeListener = {
      onHeaders: (status, answerHeaders) => {
        retryAtMs = this.#readRetryAfter(status, answerHeaders)
        if (this.#quota !== null && retryAtMs === 0) this.#slowDown(this.#quota, answerHeaders)
      },
      onAnswer: (answer) => {
        this.#observer?.onAnswer(answer, maskOf())
        try {
          const facts = { retryAtMs, tokenRenewed: this.#tokenRenewed(call, answer, header), mask: maskOf() }
          resolveSent((this.#templates?.judge ?? judgeHttpAnswer)(sent, answer, facts))
        } catch (error) {
          // A result nested too deeply to be serialized.
          onError(error)
        }
      },
      onError,
    }
    const exchange = new Exchange(MAX_ANSWER_BYTES, listener, { lease: this.#lease })
    call.onTimedOut = (reason) => {
      exchange.abort(reason)
    }
    try {
      const name = header?.[0].toLowerCase() ?? ''
      const request = prepared?.request ?? null
      const headers = callHeaders(call, this.#setsTimeout(name, request))
      if (header !== null) headers.push(header[0], header[1])
      if (request === null) headers.push(...this.#headersBeside(name))
      else headers.push(...this.#templatedHeaders(request, name))
      const method = request?.method ?? 'POST'
      const path = request === null ? this.#path : pathOf(this.#base, request)
      const body = request?.body ?? requestBody(call)
      if (call.credentials?.type === 'hmac') headers.push(...this.#sign(call.credentials, { method, path, body }))
      if (this.#observer !== null) {
        this.#observer.onRequest({ method, url: this.#shownUrl(request), headers, body }, maskOf())
        if (this.#observer.isDryRun) {
          resolveSent(forEachItem(sent, deliveredQuietly))
          return
        }
      }
      exchange.start(this.#pool, { method, path, headers, body: body === '' ? null : body })
    } catch (error) {
      if (error instanceof ExpressionError) resolveSent(forEachItem(sent, notMade(error.message)))
      else onError(error)
    }
  }

  #setsTimeout(credentialsName: string, request: RenderedRequest | null): boolean {
    if (credentialsName === TIMEOUT_HEADER || this.#headers.has(TIMEOUT_HEADER)) return true
    return request?.headers.some(([name]) => name === TIMEOUT_HEADER) === true
  }

  #sign(credentials: HmacCredentials, request: Omit<SignedRequest, 'nowMs'>): string[] {
    let signature = this.#signatures.get(credentials)
    if (signature === undefined) this.#signatures.set(credentials, (signature = new RequestSignature(credentials)))
    return signature.headers({ ...request, nowMs: Date.now() })
  }

  /** The URL of a request without the secrets of the channel's own. */
  #shownUrl(request: RenderedRequest | null): string {
    const masked = new URL(maskUrl(this.#url))
    return masked.origin + (request === null ? masked.pathname + masked.search : pathOf(baseOf(masked), request))
  }

  /** The template's headers, then those of the channel that it does not have; credentials count over both. */
  #templatedHeaders({ contentType, headers }: RenderedRequest, credentialsName: string): readonly string[] {
    if (headers.length === 0 && contentType === this.#headers.get('content-type')) {
      return this.#headersBeside(credentialsName)
    }
    const own = new Map(this.#headers)
    own.delete('content-type')
    if (contentType !== null) own.set('content-type', contentType)
    for (const [name, value] of headers) own.set(name, value)
    own.delete(credentialsName)
    return [...own].flat()
  }

  /** Returns the headers of every call of the channel except the one of this name; names and values alternate. */
  #headersBeside(name: string): readonly string[] {
    let headers = this.#flatHeaders.get(name)
    if (headers === undefined) {
      headers = [...this.#headers].filter(([own]) => own !== name).flat()
      this.#flatHeaders.set(name, headers)
    }
    return headers
  }

  /** 429 and 503 apply to the whole channel: its gate closes before anything else happens. */
  #readRetryAfter(status: number, headers: IncomingHttpHeaders): number {
    if (status < 400) return 0
    const nowMs = Date.now()
    const delayMs = parseRetryAfter(headers['retry-after'], { nowMs, maxMs: this.#maxRetryAfterMs })
    if (delayMs === null) return 0
    if (status === 429 || status === 503) this.#throttle(nowMs + delayMs)
    return nowMs + delayMs
  }

  /** Before the channel is refused. A `Retry-After` says more. */
  #slowDown(quota: RateLimitHeaders, headers: IncomingHttpHeaders): void {
    const nowMs = Date.now()
    const holdMs = Math.min(quota.holdMs(headers, nowMs), this.#maxRetryAfterMs)
    if (holdMs > 0) this.#throttle(nowMs + holdMs)
  }

  #tokenRenewed({ credentials }: Call, answer: HttpAnswer, header: CredentialsHeader | null): boolean {
    return (
      answer.status === 401 &&
      credentials !== null &&
      header !== null &&
      this.#authorizer.forget(credentials, header[1])
    )
  }
}

function baseOf({ pathname, search }: URL): BaseUrl {
  return { path: pathname.replace(/\/$/, ''), search }
}

function pathOf({ path: base, search }: BaseUrl, { path, query }: RenderedRequest): string {
  const whole = base + path === '' ? '/' : base + path
  return query === '' ? whole + search : `${whole}${search === '' ? '?' : `${search}&`}${query}`
}

/** Returns the headers of every call of the channel; each name once, in lower case, the configuration's over ours. */
function ownHeaders(configured: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const headers = new Map([
    ['content-type', 'application/json'],
    ['accept', 'application/json'],
    ['user-agent', 'waybill'],
  ])
  for (const [name, value] of Object.entries(configured)) headers.set(name.toLowerCase(), value)
  for (const name of CALL_HEADERS) headers.delete(name)
  return headers
}

function notConnected(error: unknown, mask: SecretMask): ItemAnswer {
  const uncalled = error instanceof AccessTokenError
  const answer = failed({
    code: uncalled ? 'token_request_failed' : 'connection_failed',
    origin: 'engine',
    title: uncalled ? 'No access token for the call' : 'The connection failed',
    detail: mask.text(describeConnectionError(error)),
    retryable: true,
  })
  return uncalled ? { ...answer, uncalled } : answer
}
