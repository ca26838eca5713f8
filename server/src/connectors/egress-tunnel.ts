import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIPv6, type Socket } from 'node:net'
import type { EgressProxy } from '../model/egress.ts'

/** Thrown when a proxy makes no tunnel. Its message has nothing of the proxy's credentials. */
export class TunnelError extends Error {
  readonly code = 'PROXY_REFUSED'
  /** 0: there was no answer. */
  readonly status: number

  constructor(reason: string, status = 0) {
    super(`Cannot connect through outbound.proxy as it must answer CONNECT with 2xx: ${reason}`)
    this.name = 'TunnelError'
    this.status = status
  }
}

/** A way through a proxy to one address. */
export interface TunnelTarget {
  readonly address: string
  readonly port: number
}

/**
 * Opens a tunnel through a proxy to an address, not to a name: which one it leads to was checked here.
 * Rejects with TunnelError: the proxy is not there, refuses, or does not answer in time.
 */
export function openTunnel(proxy: EgressProxy, { address, port }: TunnelTarget, timeoutMs: number): Promise<Socket> {
  const authority = `${isIPv6(address) ? `[${address}]` : address}:${port}`
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    host: proxy.host,
    port: proxy.port,
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      ...(proxy.authorization !== null && { 'proxy-authorization': proxy.authorization }),
    },
    // A tunnel is a connection of its own.
    agent: false,
  })
  const timer = setTimeout(() => {
    request.destroy(new Error(`it did not within ${timeoutMs} ms`))
  }, timeoutMs)
  request.once('connect', ({ statusCode = 0 }, socket, head) => {
    clearTimeout(timer)
    if (statusCode >= 200 && statusCode < 300) {
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
      return
    }
    socket.on('error', () => undefined).destroy()
    reject(new TunnelError(`it answered ${statusCode}`, statusCode))
  })
  request.once('error', (error) => {
    clearTimeout(timer)
    // Its name and address are the operator's.
    reject(new TunnelError('code' in error ? String(error.code) : `it did not within ${timeoutMs} ms`))
  })
  request.end()
  return promise
}
