import * as oauth from 'oauth4webapi'
import type { Dispatcher } from 'undici'
import type { Credentials } from '../model/channel.ts'
import { maskUrl } from '@waybill/spec/rules'
import { isLeaseEnded } from './call-lease.ts'
import { describeConnectionError } from './connection-error.ts'
import { exchange, type HttpAnswer } from './http-exchange.ts'

export type OAuthCredentials = Extract<Credentials, { type: 'oauth2_client_credentials' }>

/** Time of a token request, beside that of the calls that wait for it. Token endpoints answer within a second or not at all. */
export const TOKEN_TIMEOUT_MS = 10_000
/** Bytes that are read of a token endpoint's answer: the largest tokens in use have some KiB. */
const MAX_TOKEN_ANSWER_BYTES = 64 * 1024
/** A token is requested again after a day at the latest, whatever its endpoint returns. */
const MAX_TOKEN_LIFE_MS = 24 * 60 * 60 * 1000
/** Lifetime of a token whose endpoint returns none. */
const UNKNOWN_LIFE_MS = 300_000
const MAX_DESCRIPTION = 300

export interface AccessToken {
  readonly value: string
  /** From now. */
  readonly lifeMs: number
}

export interface TokenRequestOptions {
  /** Of any origin. */
  readonly dispatcher: Dispatcher
  /** Whether the token URL may be `http:`. */
  readonly allowInsecure: boolean
  readonly timeoutMs: number
}

/** Thrown when no access token was received: the call was not made. */
export class AccessTokenError extends Error {
  constructor(tokenUrl: string, reason: string) {
    super(`Cannot get an access token from ${withoutSecrets(tokenUrl)}: ${reason}`)
    this.name = 'AccessTokenError'
  }
}

/**
 * Requests an access token from a token endpoint, once. Its answer is bounded in bytes and time, redirects are not followed.
 * @throws AccessTokenError whose message has the URL and the answer
 * @throws LeaseEnded it was not sent
 */
export async function requestAccessToken(
  credentials: OAuthCredentials,
  options: TokenRequestOptions,
): Promise<AccessToken> {
  let received: HttpAnswer | null = null
  try {
    const url = new URL(credentials.tokenUrl)
    const server: oauth.AuthorizationServer = { issuer: url.origin, token_endpoint: url.href }
    const client: oauth.Client = { client_id: credentials.clientId }
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      oauth.ClientSecretBasic(credentials.clientSecret),
      credentials.scope === undefined ? {} : { scope: credentials.scope },
      {
        [oauth.customFetch]: async (_url, init) => {
          received = await exchange(options.dispatcher, {
            origin: url.origin,
            path: url.pathname + url.search,
            headers: Object.entries(init.headers).flat(),
            body: init.body?.toString() ?? '',
            signal: AbortSignal.timeout(options.timeoutMs),
            maxBodyBytes: MAX_TOKEN_ANSWER_BYTES,
          })
          return asResponse(received)
        },
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out: only where private addresses are allowed
        [oauth.allowInsecureRequests]: options.allowInsecure,
      },
    )
    return tokenOf(await oauth.processClientCredentialsResponse(server, client, response))
  } catch (error) {
    if (isLeaseEnded(error)) throw error
    throw new AccessTokenError(credentials.tokenUrl, reasonOf(error, received, options.timeoutMs))
  }
}

/** Returns why an answer is no token, without its content: it may hold one. */
class UnusableAnswer extends Error {}

function asResponse({ status, headers, body, unread }: HttpAnswer): Response {
  if (status >= 300 && status < 400) {
    const location = headers.location
    throw new UnusableAnswer(`must not redirect${location === undefined ? '' : ` (to ${withoutSecrets(location)})`}`)
  }
  if (unread !== null) throw new UnusableAnswer(`must be readable: ${unread}`)
  if (status === 204 || status === 205) throw new UnusableAnswer('must have a body')
  const copied = new Headers()
  for (const name of ['content-type', 'www-authenticate'] as const) {
    const value = headers[name]
    if (typeof value === 'string') copied.set(name, value)
  }
  return new Response(body.toString('utf8'), { status, headers: copied })
}

function tokenOf(answer: oauth.TokenEndpointResponse): AccessToken {
  if (!/^[\x21-\x7e]+$/.test(answer.access_token)) {
    throw new UnusableAnswer('must have an access_token of visible ASCII characters')
  }
  const lifeMs = answer.expires_in === undefined ? UNKNOWN_LIFE_MS : answer.expires_in * 1000
  return { value: answer.access_token, lifeMs: Math.min(lifeMs, MAX_TOKEN_LIFE_MS) }
}

function reasonOf(error: unknown, received: HttpAnswer | null, timeoutMs: number): string {
  if (received === null) {
    return isTimeout(error) ? `no complete answer within ${timeoutMs} ms` : describeConnectionError(error)
  }
  const got = `received status ${received.status}${typeOf(received)}`
  if (error instanceof UnusableAnswer) return `the answer ${error.message}; ${got}`
  if (error instanceof oauth.ResponseBodyError) {
    const { error: code, error_description: description } = error
    return `${got}, error ${code.slice(0, 100)}${description === undefined ? '' : ` (${description.slice(0, MAX_DESCRIPTION)})`}`
  }
  if (received.status !== 200) return got
  const why = error instanceof Error ? error.message : 'unknown error'
  return `the answer must be JSON with access_token, token_type bearer and an expires_in that is not negative; ${got} (${why})`
}

function typeOf({ headers, body }: HttpAnswer): string {
  const type = headers['content-type']?.split(';')[0]?.trim().slice(0, 100)
  return body.length === 0 ? '' : ` with ${body.length} bytes of ${type ?? 'no content-type'}`
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError'
}

/** Origin and path of a URL: its query, its user information and segments of its path may hold secrets. */
function withoutSecrets(text: string): string {
  if (!URL.canParse(text)) return maskUrl(`x:${text.replace(/[?#].*$/s, '')}`).slice(2, 202)
  const url = new URL(text)
  return maskUrl(`${url.origin}${url.pathname}`).slice(0, 500)
}
