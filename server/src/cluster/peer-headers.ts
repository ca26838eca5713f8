/*
 * Headers between servers of a cluster. None of a caller's own that begins so is passed on, and none of an answer leaves the cluster.
 */

const PREFIX = 'waybill-peer'

/** Proves that a request comes from a server of the cluster. */
export const PEER_TOKEN_HEADER = 'Waybill-Peer'
/** The caller's address as the server that took the request sees it, and `; tls` if the caller reached it over TLS. */
export const PEER_CALLER_HEADER = 'Waybill-Peer-Caller'
/** Of answers of the peer port itself: why a request was not passed to the server behind it. */
export const PEER_REFUSAL_HEADER = 'Waybill-Peer-Refusal'
/** Hash of the configuration of the server that sends it. */
export const PEER_CONFIG_HEADER = 'Waybill-Peer-Config'

export type PeerRefusal = 'token' | 'not_active'

/** Of one connection alone (RFC 9110, 7.6.1). `Expect` is answered on the way. */
const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'expect'],
])

/** The caller of a forwarded request. */
export interface PeerCaller {
  /** '' if it has none. */
  readonly address: string
  readonly tls: boolean
}

/** Returns headers, name after value, without those of the connection and of the cluster. @param raw as Node reads them */
export function endToEnd(raw: readonly string[]): string[] {
  const ofConnection = new Set<string>()
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]!.toLowerCase() !== 'connection') continue
    for (const name of raw[at + 1]!.split(',')) ofConnection.add(name.trim().toLowerCase())
  }
  const kept: string[] = []
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase()
    if (HOP_BY_HOP.has(name) || ofConnection.has(name) || name.startsWith(PREFIX)) continue
    kept.push(raw[at]!, raw[at + 1]!)
  }
  return kept
}

export function callerText({ address, tls }: PeerCaller): string {
  return tls ? `${address}; tls` : address
}

/** Reads `callerText`. */
export function readCaller(text: string | string[] | undefined): PeerCaller {
  const [address = '', option] = String(text ?? '').split(';')
  return { address: address.trim(), tls: option?.trim() === 'tls' }
}
