/*
 * Checks a channel's headers, so that every call can send them.
 */

/** Connection and framing headers: the HTTP client's own, for each connection. */
import { escapedToken } from '@waybill/spec/rules'
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Headers that say which call it is: a channel's configuration cannot speak for them. */
export const CALL_HEADERS: ReadonlySet<string> = new Set([
  'waybill-epoch',
  'waybill-attempt',
  'idempotency-key',
  'traceparent',
  'tracestate',
])

/** Returns the fault of a header's name, as the end of a sentence; null: none. */
export function headerNameFault(name: string): string | null {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return "must be a header name: letters, digits and !#$%&'*+-.^_`|~"
  const lower = name.toLowerCase()
  if (CONNECTION_HEADERS.has(lower)) return 'must not be set: the HTTP client sets it for each connection'
  if (CALL_HEADERS.has(lower)) return 'must not be set: the server sets it for each call'
  return null
}

/** Returns the fault of a header's value; never shows it. */
export function headerValueFault(value: string): string | null {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
    ? null
    : 'must have only characters that a header can carry: ISO 8859-1 without control characters'
}

export interface HeaderFault {
  readonly pointer: string
  readonly detail: string
}

/** Returns the faults of a set of headers; pointers lead into it. */
export function headerFaults(headers: Readonly<Record<string, string>>): HeaderFault[] {
  const seen = new Set<string>()
  return Object.entries(headers).flatMap(([name, value]) => {
    const twice = seen.has(name.toLowerCase())
      ? 'must be set once: header names are the same in upper and lower case'
      : null
    seen.add(name.toLowerCase())
    const detail = headerNameFault(name) ?? twice ?? headerValueFault(value)
    return detail === null ? [] : [{ pointer: `/${escapedToken(name)}`, detail }]
  })
}
