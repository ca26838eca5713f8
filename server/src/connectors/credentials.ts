import type { Agent, Dispatcher } from 'undici'
import { type Credentials, type CredentialsBySubscription, SHARED_CREDENTIALS } from '../model/channel.ts'
import {
  type AccessToken,
  AccessTokenError,
  type OAuthCredentials,
  requestAccessToken,
  TOKEN_TIMEOUT_MS,
} from './access-token.ts'
import { type CallLease, permanentLease, underLease } from './call-lease.ts'
import { outboundAgent, type OutboundOptions } from './outbound-agent.ts'

/** A token is used until this long before it ends, so that it does not end on the way. */
const TOKEN_MARGIN_MS = 30_000

/** Picks a subscription's credentials of a channel, else those that all share; never another subscription's. @returns null: it has none, or its own are not in use */
export function credentialsOf(all: CredentialsBySubscription, subscription: string): Credentials | null {
  return (Object.hasOwn(all, subscription) ? all[subscription] : all[SHARED_CREDENTIALS]) ?? null
}

/** Base64 of a user name and a password, as the `Basic` scheme sends them. */
export function basicCredentials(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`).toString('base64')
}

/** Name and value. */
export type CredentialsHeader = readonly [string, string]

interface Token {
  /** The same text for every call, so that it is recognised at once. */
  readonly header: string
  readonly endsAtMs: number
}

/** Turns credentials into the header of a call; keeps the access tokens it got. One per channel and thread. */
export class Authorizer {
  readonly #outbound: OutboundOptions
  readonly #lease: CallLease
  #agent: Agent | null = null
  readonly #tokens = new Map<string, Token>()
  readonly #asking = new Map<string, Promise<Token>>()

  /**
   * @param outbound token URLs are called as the channel's own is; they may be `http:` only where private addresses are allowed
   * @param lease whether requests may be sent: a new token may end the one of the server that took over
   */
  constructor(outbound: OutboundOptions, lease: CallLease = permanentLease) {
    this.#outbound = { ...outbound, connections: 1 }
    this.#lease = lease
  }

  async close(): Promise<void> {
    await this.#agent?.destroy()
  }

  /**
   * Name and value of the header that credentials stand for; a promise only when a token has to be fetched, null when they sign the request.
   * @param call its signal ends the wait for a token, not its request: a later call finds the token
   * @throws AccessTokenError no access token was received
   * @throws LeaseEnded it was not asked for
   */
  header(
    credentials: Credentials,
    call: { readonly signal: AbortSignal },
  ): CredentialsHeader | Promise<CredentialsHeader> | null {
    switch (credentials.type) {
      case 'bearer':
        return ['authorization', `Bearer ${credentials.token}`]
      case 'basic':
        return ['authorization', `Basic ${basicCredentials(credentials.username, credentials.password)}`]
      case 'header':
        return [credentials.name, credentials.value]
      case 'hmac': // of the whole request, which is not made yet
        return null
      case 'oauth2_client_credentials': {
        const token = this.#tokens.get(keyOf(credentials))
        if (token !== undefined && token.endsAtMs > Date.now()) return ['authorization', token.header]
        return this.#askOnce(credentials, call.signal).then((fresh) => ['authorization', fresh.header])
      }
    }
  }

  /**
   * Forgets an access token that was refused, unless another one has taken its place since: calls that started with the old one are refused
   * after it was renewed.
   * @param header value of the header that was refused
   * @returns true if the next call has another one
   */
  forget(credentials: Credentials, header: string): boolean {
    if (credentials.type !== 'oauth2_client_credentials') return false
    const key = keyOf(credentials)
    if (this.#tokens.get(key)?.header === header) this.#tokens.delete(key)
    return true
  }

  /** Returns the token's request, of which there is one however many calls need it. */
  #askOnce(credentials: OAuthCredentials, signal: AbortSignal): Promise<Token> {
    const key = keyOf(credentials)
    let asking = this.#asking.get(key)
    if (asking === undefined) {
      asking = this.#ask(credentials).finally(() => this.#asking.delete(key))
      this.#asking.set(key, asking)
    }
    return Promise.race([asking, rejectOn(signal, credentials.tokenUrl)])
  }

  get #dispatcher(): Dispatcher {
    return underLease((this.#agent ??= outboundAgent(this.#outbound)), this.#lease)
  }

  async #ask(credentials: OAuthCredentials): Promise<Token> {
    const token = await requestAccessToken(credentials, {
      dispatcher: this.#dispatcher,
      allowInsecure: this.#outbound.allowPrivateAddresses,
      timeoutMs: TOKEN_TIMEOUT_MS,
    })
    const kept = { header: `Bearer ${token.value}`, endsAtMs: endOf(token) }
    this.#tokens.set(keyOf(credentials), kept)
    return kept
  }
}

function endOf({ lifeMs }: AccessToken): number {
  return Date.now() + Math.max(lifeMs - TOKEN_MARGIN_MS, lifeMs / 2)
}

function keyOf(credentials: OAuthCredentials): string {
  return JSON.stringify([credentials.tokenUrl, credentials.clientId, credentials.clientSecret, credentials.scope])
}

function rejectOn(signal: AbortSignal, tokenUrl: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(
        new AccessTokenError(
          tokenUrl,
          `no complete answer when the call's timeoutMs was over; the token request itself may take ${TOKEN_TIMEOUT_MS} ms`,
        ),
      )
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
