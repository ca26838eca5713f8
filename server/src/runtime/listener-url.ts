import type { Server } from 'node:net'

/** Returns the URL at which a server of HTTP that listens is reached from this machine. */
export function listenerUrl(
  server: Server,
  { host, port, tls }: { readonly host: string; readonly port: number; readonly tls: object | null },
): string {
  const address = server.address()
  const number = typeof address === 'object' && address !== null ? address.port : port
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${tls === null ? 'http' : 'https'}://${name}:${number}`
}
