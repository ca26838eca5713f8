import * as oauth from 'oauth4webapi'
import { type Agent, fetch as undiciFetch } from 'undici'
import type { Credentials } from '../model/channel.ts'
import { outboundAgent, type OutboundOptions } from './outbound-agent.ts'

type OAuthCredentials = Extract<Credentials, { type: 'oauth2_client_credentials' }>

/** A token is used until this long before it ends, so that it does not end on the way. */
const TOKEN_MARGIN_MS = 30_000
/** How long a token is used that does not say when it ends. */
const UNKNOWN_LIFE_MS = 300_000

/** Picks a subscription's credentials of a channel, else the channel's own. */
export function credentialsOf(all: Readonly<Record<string, Credentials>>, subscription: string): Credentials | null {
  return (Object.hasOwn(all, subscription) ? all[subscription] : undefined) ?? all['default'] ?? null
}

/** Thrown when no access token could be had: the call was not made. Never holds a secret. */
export class CredentialsError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CredentialsError'
  }
}

interface Token {
  readonly value: string
  readonly endsAtMs: number
}

/** Turns credentials into the header of a call; keeps the access tokens it got. One per channel and thread. */
export class Authorizer {
  readonly #outbound: OutboundOptions
  #agent: Agent | null = null
  readonly #tokens = new Map<string, Token>()
  readonly #asking = new Map<string, Promise<Token>>()

  /** @param outbound token URLs are called as the channel's own is; they may be `http:` only where private addresses are allowed */
  constructor(outbound: OutboundOptions) {
    this.#outbound = { ...outbound, connections: 1 }
  }

  async close(): Promise<void> {
    await this.#agent?.destroy()
  }

  /**
   * Name and value of the header that credentials stand for; a promise only when a token has to be fetched.
   * @throws CredentialsError no access token could be had
   */
  header(
    credentials: Credentials,
    signal: AbortSignal,
  ): readonly [string, string] | Promise<readonly [string, string]> {
    switch (credentials.type) {
      case 'bearer':
        return ['authorization', `Bearer ${credentials.token}`]
      case 'basic':
        return [
          'authorization',
          `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`,
        ]
      case 'header':
        return [credentials.name, credentials.value]
      case 'oauth2_client_credentials': {
        const token = this.#tokens.get(keyOf(credentials))
        if (token !== undefined && token.endsAtMs > Date.now()) return ['authorization', `Bearer ${token.value}`]
        return this.#askOnce(credentials, signal).then((fresh) => ['authorization', `Bearer ${fresh.value}`])
      }
    }
  }

  /** Forgets an access token that was refused. @returns true if the next call brings another one */
  forget(credentials: Credentials): boolean {
    return credentials.type === 'oauth2_client_credentials' && this.#tokens.delete(keyOf(credentials))
  }

  /** Many calls may need the token at once: one asks for it. */
  #askOnce(credentials: OAuthCredentials, signal: AbortSignal): Promise<Token> {
    const key = keyOf(credentials)
    let asking = this.#asking.get(key)
    if (asking === undefined) {
      asking = this.#ask(credentials).finally(() => this.#asking.delete(key))
      this.#asking.set(key, asking)
    }
    return Promise.race([asking, rejectOn(signal)])
  }

  async #ask(credentials: OAuthCredentials): Promise<Token> {
    const url = new URL(credentials.tokenUrl)
    const server: oauth.AuthorizationServer = { issuer: url.origin, token_endpoint: url.href }
    const client: oauth.Client = { client_id: credentials.clientId }
    try {
      const response = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        oauth.ClientSecretBasic(credentials.clientSecret),
        credentials.scope === undefined ? {} : { scope: credentials.scope },
        {
          [oauth.customFetch]: (input, init) => this.#fetch(input, init),
          // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out: only where private addresses are allowed
          [oauth.allowInsecureRequests]: this.#outbound.allowPrivateAddresses,
          signal: AbortSignal.timeout(30_000),
        },
      )
      const answer = await oauth.processClientCredentialsResponse(server, client, response)
      const lifeMs = answer.expires_in === undefined ? UNKNOWN_LIFE_MS : answer.expires_in * 1000
      const token = {
        value: answer.access_token,
        endsAtMs: Date.now() + Math.max(lifeMs - TOKEN_MARGIN_MS, lifeMs / 2),
      }
      this.#tokens.set(keyOf(credentials), token)
      return token
    } catch (error) {
      throw new CredentialsError(`Cannot get an access token from ${url.origin}${url.pathname}: ${describe(error)}`)
    }
  }

  async #fetch(input: string, init: oauth.CustomFetchOptions<string, URLSearchParams | undefined>): Promise<Response> {
    const answer = await undiciFetch(input, {
      method: init.method,
      headers: init.headers,
      redirect: 'manual',
      dispatcher: (this.#agent ??= outboundAgent(this.#outbound)),
      ...(init.body === undefined ? {} : { body: init.body }),
      ...(init.signal === undefined ? {} : { signal: init.signal }),
    })
    const headers = new Headers()
    for (const [name, value] of answer.headers) headers.append(name, value)
    return new Response(await answer.text(), { status: answer.status, headers })
  }
}

function keyOf(credentials: OAuthCredentials): string {
  return JSON.stringify([credentials.tokenUrl, credentials.clientId, credentials.clientSecret, credentials.scope])
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

function describe(error: unknown): string {
  if (error instanceof oauth.ResponseBodyError) return `status ${error.status}, ${error.error}`
  if (!(error instanceof Error)) return 'unknown error'
  const cause: unknown = error.cause
  return cause instanceof Error ? `${error.message} (${cause.message})` : error.message
}
