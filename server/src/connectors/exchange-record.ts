import type { ConnectorConfig, Credentials } from '../model/channel.ts'
import { MASKED } from '@waybill/spec/rules'
import { beginningOf, isLonger } from './answer.ts'
import type { CallObserver, ObservedRequest } from './call-observer.ts'
import { PUBLIC_HEADERS } from './channel-secrets.ts'
import type { HttpAnswer } from './http-exchange.ts'
import { SecretMask } from './secret-mask.ts'

/** More than a person reads, and enough to find most faults in. */
const MAX_SHOWN_BODY_BYTES = 64 * 1024
const MAX_SHOWN_HEADER_BYTES = 4 * 1024
/** As many bytes as the head of a request to the server may have. */
const MAX_SHOWN_URL_BYTES = 16 * 1024
const MAX_SHOWN_HEADERS = 200

/** Headers that carry credentials whoever sets them. */
const CREDENTIAL_HEADERS = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie']

export interface ShownHeader {
  readonly name: string
  readonly value: string
}

export interface ShownBody {
  /** Its beginning, as text; null: there is none. */
  readonly body: string | null
  /** Of the whole body. */
  readonly bodyBytes: number
  readonly bodyTruncated: boolean
}

export interface ShownRequest extends ShownBody {
  readonly method: string
  readonly url: string
  readonly headers: ShownHeader[]
}

export interface ShownAnswer extends ShownBody {
  readonly status: number
  readonly headers: ShownHeader[]
  readonly durationMs: number
}

/** Keeps the HTTP exchange of one call for people to read: without secrets, and bounded. */
export class ExchangeRecord implements CallObserver {
  readonly isDryRun: boolean
  request: ShownRequest | null = null
  answer: ShownAnswer | null = null
  readonly #secretHeaders: ReadonlySet<string>
  /** Headers that the channel sets, by names in lower case. */
  readonly #channelHeaders: ReadonlyMap<string, string>
  /** Hides the hidden headers of the request: an answer may repeat a signature, which no other mask knows. */
  #sent = new SecretMask()
  #startedAtMs = 0

  /** @param call.credentials those of the call; null: none */
  constructor(
    connector: ConnectorConfig,
    { credentials, isDryRun }: { readonly credentials: Credentials | null; readonly isDryRun: boolean },
  ) {
    this.isDryRun = isDryRun
    this.#secretHeaders = new Set([...CREDENTIAL_HEADERS, ...headersOf(credentials)])
    const own = connector.type === 'http' ? Object.entries(connector.headers) : []
    this.#channelHeaders = new Map(own.map(([name, value]) => [name.toLowerCase(), value]))
  }

  onRequest({ method, url, headers, body }: ObservedRequest, mask: SecretMask): void {
    const pairs: [string, string][] = []
    for (let n = 0; n < headers.length; n += 2) pairs.push([headers[n]!, headers[n + 1]!])
    const hide = (text: string): string => mask.text(text)
    this.request = {
      method,
      url: beginningOf(hide(url), MAX_SHOWN_URL_BYTES),
      headers: this.#shownHeaders(pairs, hide),
      ...shownBody(body, hide),
    }
    this.#sent = new SecretMask(
      pairs.filter(([name, value]) => this.#isSecret(name.toLowerCase(), value)).map(([, value]) => value),
    )
    this.#startedAtMs = performance.now()
  }

  onAnswer({ status, headers, body, unread }: HttpAnswer, mask: SecretMask): void {
    const durationMs = Math.round((performance.now() - this.#startedAtMs) * 1000) / 1000
    const pairs = Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    )
    const hide = (text: string): string => this.#sent.text(mask.text(text))
    const shown = shownBody(body, hide)
    const bodyTruncated = shown.bodyTruncated || (unread !== null && body.length > 0)
    this.answer = { status, headers: this.#shownHeaders(pairs, hide), ...shown, bodyTruncated, durationMs }
  }

  /** Hides in a JSON text what the request hides in its headers. */
  hideSent(json: string): string {
    return this.#sent.json(json)
  }

  #shownHeaders(headers: readonly (readonly [string, string])[], hide: (text: string) => string): ShownHeader[] {
    return headers.slice(0, MAX_SHOWN_HEADERS).map(([name, value]) => ({
      name,
      value: this.#isSecret(name.toLowerCase(), value) ? MASKED : beginningOf(hide(value), MAX_SHOWN_HEADER_BYTES),
    }))
  }

  #isSecret(name: string, value: string): boolean {
    return this.#secretHeaders.has(name) || (!PUBLIC_HEADERS.has(name) && this.#channelHeaders.get(name) === value)
  }
}

/** Names, in lower case, of the headers that credentials become. */
function headersOf(credentials: Credentials | null): string[] {
  if (credentials?.type === 'header') return [credentials.name.toLowerCase()]
  return credentials?.type === 'hmac' ? [credentials.header.toLowerCase()] : []
}

/** Masked before it is cut: half a secret would not be found. */
function shownBody(body: string | Buffer, hide: (text: string) => string): ShownBody {
  const bodyBytes = Buffer.byteLength(body)
  if (bodyBytes === 0) return { body: null, bodyBytes, bodyTruncated: false }
  const text = hide(body.toString('utf8'))
  return {
    body: beginningOf(text, MAX_SHOWN_BODY_BYTES),
    bodyBytes,
    bodyTruncated: isLonger(text, MAX_SHOWN_BODY_BYTES),
  }
}
