import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { FastifyReply } from 'fastify'
import type { HttpConfig } from '../http-ports.ts'

/** Nothing of an answer loads, runs or is framed where a browser shows it as a page; where an operation sends pages it has a policy of its own. */
const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const
/** A year. Not for subdomains: they may be of others. */
const OVER_TLS = { ...ALWAYS, 'strict-transport-security': 'max-age=31536000' } as const

/** Returns headers of every answer on a connection; an operation may replace them. */
export function securityHeaders(
  socket: Socket,
  config: Pick<HttpConfig, 'publicUrl'>,
): Readonly<Record<string, string>> {
  return isSecure(socket, config) ? OVER_TLS : ALWAYS
}

/** Connections of other servers, whose callers reached them over TLS. */
const forwardedTls = new WeakSet<Socket>()

/** Notes that the callers of all requests of a connection reached the server that forwards them over TLS. */
export function noteForwardedTls(socket: Socket): void {
  forwardedTls.add(socket)
}

/** Returns whether callers reach the server over TLS: its own, that of a server that forwards, or that of a proxy. */
export function isSecure(socket: Socket, { publicUrl }: Pick<HttpConfig, 'publicUrl'>): boolean {
  const isEncrypted = (socket as TLSSocket).encrypted === true || forwardedTls.has(socket)
  return isEncrypted || publicUrl?.startsWith('https:') === true
}

/** Completes the headers of an answer, right before it is sent. */
export function completeHeaders(reply: FastifyReply): void {
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  // Pages of another origin that may read the answer may load it.
  if (reply.hasHeader('access-control-allow-origin')) reply.header('cross-origin-resource-policy', 'cross-origin')
}
