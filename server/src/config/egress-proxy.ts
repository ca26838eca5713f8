import type { EgressProxy } from '../model/egress.ts'

const MAX_LENGTH = 2048
const RULE =
  'must be the http or https URL of a proxy, with a user name and password if it requires them, and without path, query and hash: it is not'

/** Says what is wrong with a proxy, without repeating it: it may hold a password. */
export function egressProxyFaults(text: unknown): { readonly pointer: string; readonly detail: string }[] {
  return text === undefined || parse(text) !== null ? [] : [{ pointer: '/outbound/proxy', detail: RULE }]
}

/** Returns the proxy of a text without faults; null: there is none. */
export function readEgressProxy(text: unknown): EgressProxy | null {
  return text === undefined ? null : parse(text)
}

function parse(text: unknown): EgressProxy | null {
  if (typeof text !== 'string' || text.length > MAX_LENGTH || !/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    return null
  }
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text)
  if (pathname !== '/' || search !== '' || hash !== '') return null
  const isSecure = protocol === 'https:'
  const credentials = decoded(`${username}:${password}`)
  if (credentials === null) return null
  return {
    protocol: isSecure ? 'https:' : 'http:',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
    authorization: credentials === ':' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
  }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
