import { hasMaskedValue, MASKED, maskUrl, plainPayloadUrl, unmaskUrl } from '@waybill/spec/rules'
import type { MockChannel } from './mock-job.ts'
import { badRequest } from '../show/problems.ts'

/** A URL with secrets of a channel that is stored, and where they stand in it. */
interface Stored {
  readonly urlAt: string
  readonly headersAt: string
  /** Undefined: there is none. */
  readonly url: string | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
}

export function connectorSecrets(present: MockChannel | undefined): Stored {
  const { url, headers } = present?.config.connector ?? {}
  return { urlAt: '/connector/url', headersAt: '/connector/headers', url, headers }
}

export function payloadSecrets(present: MockChannel | undefined): Stored {
  const { resolveUrl: url, headers } = present?.config.payload ?? {}
  return { urlAt: '/payload/resolveUrl', headersAt: '/payload/headers', url, headers }
}

/** Stored secrets of a channel that a request keeps by sending `***`. */
interface Kept {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Why nothing can be kept, as the end of a sentence. */
  readonly refusal: string
}

/**
 * The URL and headers of a request, with stored values for those that read `***`.
 * @throws MockProblem `bad_request` when there is none, or it belongs to another origin
 */
export function unmasked(
  request: { readonly url: string; readonly headers?: Readonly<Record<string, string>> | undefined },
  stored: Stored,
): { url: string; headers: Record<string, string> } {
  const kept = keptOf(request.url, stored)
  const refuse = (pointer: string): never => {
    throw badRequest('set the channel', { pointer, detail: kept.refusal })
  }
  const url = hasMaskedValue(request.url) ? (unmaskUrl(request.url, kept.url) ?? refuse(stored.urlAt)) : request.url
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => {
    const found = value === MASKED ? kept.headers[name] : value
    return [name, found ?? refuse(`${stored.headersAt}/${name}`)] as const
  })
  return { url, headers: Object.fromEntries(headers) }
}

/** A connector's URL and headers as answers show them. */
export function masked<T extends MockChannel['config']['connector']>(connector: T): T {
  const { url, headers } = connector
  return {
    ...connector,
    ...(url !== undefined && { url: maskUrl(url) }),
    ...(headers && { headers: maskedHeaders(headers) }),
  }
}

/** The same of a payload's. */
export function maskedPayload(payload: MockChannel['config']['payload']): MockChannel['config']['payload'] {
  if (payload === null) return null
  const { resolveUrl, headers = {} } = payload
  return { ...payload, resolveUrl: maskUrl(resolveUrl), headers: maskedHeaders(headers) }
}

function maskedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, MASKED]))
}

function keptOf(url: string, { url: stored, headers = {} }: Stored): Kept {
  if (stored === undefined || originOf(stored) === originOf(url)) {
    const refusal = `must be a value: there is none stored that ${MASKED} could keep`
    return { url: stored ?? '', headers, refusal }
  }
  const refusal = `must be a value: ${MASKED} keeps the stored one only while the origin of url is ${originOf(stored)}`
  return { url: '', headers: {}, refusal }
}

function originOf(url: string): string {
  const plain = plainPayloadUrl(url)
  return URL.canParse(plain) ? new URL(plain).origin : ''
}

const UNSENDABLE = new Set([
  ...['connection', 'content-length', 'expect', 'host', 'http2-settings', 'keep-alive', 'proxy-authenticate'],
  ...['proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['waybill-epoch', 'waybill-attempt', 'idempotency-key', 'traceparent', 'tracestate'],
])

/** @throws MockProblem `bad_request` for headers that no call can send */
export function refuseUnsendable(headers: Readonly<Record<string, string>>, pointer: string): void {
  const seen = new Set<string>()
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    const detail = UNSENDABLE.has(lower)
      ? 'must not be set: it belongs to each connection or call'
      : seen.has(lower)
        ? 'must be set once: header names are the same in upper and lower case'
        : /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
          ? null
          : 'must have only characters that a header can carry'
    if (detail !== null) throw badRequest('set the channel', { pointer: `${pointer}/${name}`, detail })
    seen.add(lower)
  }
}
