import {
  type Agent,
  type Dispatcher,
  fetch,
  FormData,
  Headers,
  Response as EncodedBody,
  type RequestInit as FetchInit,
} from 'undici'
import type { Credentials, ModuleConnectorConfig } from '../model/channel.ts'
import { AccessTokenError } from './access-token.ts'
import type { ChannelSecrets } from './channel-secrets.ts'
import { describeConnectionError } from './connection-error.ts'
import type { Call, ConnectorSetup } from './connector.ts'
import { HttpStatusError, TOKEN_RENEWED } from './connector-errors.ts'
import { Authorizer, type CredentialsHeader } from './credentials.ts'
import type { ConnectorFetch, ConnectorRequestInit } from './define-connector.ts'
import { outboundAgent, type OutboundOptions } from './outbound-agent.ts'
import type { HmacCredentials, RequestSignature } from './request-signature.ts'
import { type CallLease, isLeaseEnded, permanentLease, underLease } from './call-lease.ts'

const MAX_CONNECT_MS = 10_000
/** How long an unread body may arrive after its call: the bodies that nobody reads are small, and there already. */
const UNREAD_GRACE_MS = 100

/** Thrown by `fetch` of a call: there was no connection, or it broke. */
class ConnectionFailed extends Error {
  readonly code = 'connection_failed'

  constructor(cause: Error) {
    super(describeConnectionError(cause), { cause })
    this.name = 'ConnectionFailed'
  }
}

/** Thrown by `fetch` of a call: no access token was received, and no request was made. */
class TokenRequestFailed extends Error {
  readonly code = 'token_request_failed'

  constructor(cause: AccessTokenError) {
    super(cause.message, { cause })
    this.name = 'TokenRequestFailed'
  }
}

/** Thrown by `fetch` of a call: `authorize` has nothing to send. */
class NoCredentials extends Error {
  readonly code = 'no_credentials'

  constructor(subscription: string) {
    super(
      `Cannot authorize the request as the channel must have credentials for subscription ${JSON.stringify(subscription)}, or shared ones under "*": there are none`,
    )
    this.name = 'NoCredentials'
  }
}

/** Connections, access tokens and signatures of a module's channel on its thread; each is made at its first use. */
export class ModuleRequests {
  readonly #outbound: OutboundOptions
  readonly #secrets: ChannelSecrets
  readonly #lease: CallLease
  #agent: Agent | null = null
  #dispatcher: Dispatcher | null = null
  #authorizer: Authorizer | null = null
  readonly #signatures = new Map<HmacCredentials, RequestSignature>()

  constructor(config: ModuleConnectorConfig, setup: ConnectorSetup, secrets: ChannelSecrets) {
    this.#outbound = {
      connections: setup.config.concurrency,
      connectTimeoutMs: Math.min(config.timeoutMs, MAX_CONNECT_MS),
      allowPrivateAddresses: config.allowPrivateAddresses || setup.allowPrivateAddresses,
      egress: setup.egress,
    }
    this.#secrets = secrets
    this.#lease = setup.lease ?? permanentLease
  }

  get dispatcher(): Dispatcher {
    this.#agent ??= outboundAgent(this.#outbound)
    return (this.#dispatcher ??= underLease(this.#agent, this.#lease))
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent?.destroy(), this.#authorizer?.close()])
  }

  /** @throws TokenRequestFailed no access token was received; the reason of the signal */
  async header(credentials: Credentials, signal: AbortSignal): Promise<CredentialsHeader | null> {
    let header: CredentialsHeader | null
    try {
      header = await (this.#authorizer ??= new Authorizer(this.#outbound, this.#lease)).header(credentials, { signal })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw error instanceof AccessTokenError ? new TokenRequestFailed(error) : error
    }
    // From here on an answer that echoes the token is masked.
    if (header !== null && credentials.type === 'oauth2_client_credentials')
      this.#secrets.maskFor(credentials, header[1])
    return header
  }

  /** Forgets an access token that was refused. @returns true if the next call has another one */
  forget(credentials: Credentials, header: CredentialsHeader | null): boolean {
    return header !== null && this.#authorizer?.forget(credentials, header[1]) === true
  }

  async signature(credentials: HmacCredentials): Promise<RequestSignature> {
    let signature = this.#signatures.get(credentials)
    if (signature === undefined) {
      // Brings the language of expressions with it.
      const { RequestSignature } = await import('./request-signature.ts')
      this.#signatures.set(credentials, (signature = new RequestSignature(credentials)))
    }
    return signature
  }
}

/** A request as it is sent; `body` is not a stream where it may be sent twice or is signed. */
interface OutboundRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  body: FetchInit['body']
  readonly redirect: 'follow' | 'error' | 'manual'
  readonly signal: AbortSignal
  readonly rest: ConnectorRequestInit
}

/** Requests of one call. They end with it: one that nobody waits for any more must not overlap the next call of its key. */
export class CallRequests {
  readonly #requests: ModuleRequests
  readonly #call: Call
  readonly #abort = new AbortController()
  #hasEnded = false
  #unanswered = 0
  #answered = 0

  constructor(requests: ModuleRequests, call: Call) {
    this.#requests = requests
    this.#call = call
  }

  /** Aborts the requests that still run. A body that nobody read gets a moment to arrive, so that its connection is kept. */
  end(): void {
    this.#hasEnded = true
    const abort = (): void => {
      this.#abort.abort(new DOMException('The call has ended: its requests end with it', 'AbortError'))
    }
    if (this.#unanswered > 0) abort()
    else if (this.#answered > 0) setTimeout(abort, UNREAD_GRACE_MS).unref()
  }

  readonly fetch: ConnectorFetch = async (input, init = {}) => {
    const request = await this.#read(input, init)
    if (init.authorize !== true) return asPlatforms(await this.#send(request))
    const { credentials } = this.#call
    if (credentials === null) throw new NoCredentials(this.#call.job.subscription)
    if (request.redirect === 'follow') {
      // Headers with credentials would be sent to wherever the target system leads.
      throw new TypeError('Cannot authorize the request as redirect must be manual or error: current value is follow')
    }
    return asPlatforms(await this.#sendAuthorized(request, credentials))
  }

  async #sendAuthorized(request: OutboundRequest, credentials: Credentials): Promise<EncodedBody> {
    if (credentials.type === 'hmac' || credentials.type === 'oauth2_client_credentials') await holdBody(request)
    const header = await this.#authorize(request, credentials)
    const response = await this.#send(request)
    if (response.status !== 401 || !this.#requests.forget(credentials, header)) return response
    await response.body?.cancel()
    const renewed = await this.#authorize(request, credentials)
    const again = await this.#send(request)
    if (again.status === 401 && this.#requests.forget(credentials, renewed)) {
      Object.defineProperty(again, TOKEN_RENEWED, { value: true })
    }
    return again
  }

  /** Sets the headers of credentials; they count over those of the request. */
  async #authorize(request: OutboundRequest, credentials: Credentials): Promise<CredentialsHeader | null> {
    const { url, method, headers, signal } = request
    const header = await this.#requests.header(credentials, signal)
    if (header !== null) headers.set(header[0], header[1])
    if (credentials.type === 'hmac') {
      const signature = await this.#requests.signature(credentials)
      const body = Buffer.isBuffer(request.body) ? request.body : ''
      const signed = signature.headers({ method, path: url.pathname + url.search, body, nowMs: Date.now() })
      for (let n = 0; n < signed.length; n += 2) headers.set(signed[n]!, signed[n + 1]!)
    }
    return header
  }

  async #send(request: OutboundRequest): Promise<EncodedBody> {
    const { url, method, headers, body, redirect, signal, rest } = request
    let response: EncodedBody
    if (this.#hasEnded) throw new DOMException('Cannot fetch as the call must not have ended: it has', 'AbortError')
    this.#unanswered++
    try {
      response = await fetch(url, {
        ...(rest as FetchInit),
        ...{ method, headers, body: body ?? null, signal, duplex: 'half' },
        // A redirect is no broken connection: which it is to undici.
        redirect: redirect === 'error' ? 'manual' : redirect,
        dispatcher: this.#requests.dispatcher,
      })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      const cause = error instanceof TypeError ? error.cause : null
      if (isLeaseEnded(cause)) throw cause
      throw cause instanceof Error ? new ConnectionFailed(cause) : error
    } finally {
      this.#unanswered--
    }
    if (response.body !== null) this.#answered++
    if (redirect === 'error' && response.status >= 300 && response.status < 400 && response.headers.has('location')) {
      throw new HttpStatusError(asPlatforms(response))
    }
    return response
  }

  /** Reads what the caller gave; what `init` has counts over a `Request`. */
  async #read(input: string | URL | Request, init: ConnectorRequestInit): Promise<OutboundRequest> {
    const { authorize: _, body, headers: own, method, redirect, signal, ...rest } = init
    const given = typeof input === 'object' && !(input instanceof URL) ? input : null
    const headers = new Headers((own ?? given?.headers) as FetchInit['headers'])
    if (!headers.has('user-agent')) headers.set('user-agent', 'waybill')
    if (!headers.has('traceparent')) {
      headers.set('traceparent', this.#call.traceparent)
      if (this.#call.tracestate !== null) headers.set('tracestate', this.#call.tracestate)
    }
    const signals = [this.#abort.signal, this.#call.signal, ...[signal, given?.signal].filter((one) => one != null)]
    return {
      url: urlOf(given === null ? (input as string | URL) : given.url),
      method: (method ?? given?.method ?? 'GET').toUpperCase(),
      headers,
      body: body === undefined ? await bodyOf(given) : undiciBody(body),
      redirect: redirect ?? (given?.redirect === 'error' ? 'error' : 'manual'),
      signal: AbortSignal.any(signals),
      rest: rest,
    }
  }
}

/** The platform's `Response` and undici's have the same members, and other classes. */
function asPlatforms(response: EncodedBody): Response {
  return response
}

/** Returns the URL of a request. Messages do not repeat it: it may hold secrets. */
function urlOf(input: string | URL): URL {
  const url = URL.canParse(String(input)) ? new URL(input) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TypeError('Cannot fetch as the URL must be an absolute http or https URL: it is not')
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('Cannot fetch as the URL must be without user name and password: use authorize or headers')
  }
  return url
}

async function bodyOf(request: Request | null): Promise<FetchInit['body']> {
  return request === null || request.body === null ? null : Buffer.from(await request.arrayBuffer())
}

/** Returns a body as undici takes it: the platform's forms are of another class, and it would send them as `[object FormData]`. */
function undiciBody(body: RequestInit['body']): FetchInit['body'] {
  if (!(body instanceof globalThis.FormData)) return body as FetchInit['body']
  const form = new FormData()
  for (const [name, value] of body) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, value, value.name)
  }
  return form
}

/** Reads the body into memory, as it is sent twice or signed. */
async function holdBody(request: OutboundRequest): Promise<void> {
  if (request.body == null || Buffer.isBuffer(request.body)) return
  const encoded = new EncodedBody(request.body)
  const type = encoded.headers.get('content-type')
  request.body = Buffer.from(await encoded.arrayBuffer())
  if (type !== null && !request.headers.has('content-type')) request.headers.set('content-type', type)
}
