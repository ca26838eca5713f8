import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, Pool } from 'undici'
import { type Egress, type EgressProxy, OwnPorts } from '../model/egress.ts'
import { openTunnel, TunnelError } from './egress-tunnel.ts'
import { isOwnLiteral, lookupElsewhere, OwnAddressError } from './own-address.ts'
import { isPrivateLiteral, lookupThrough, PrivateAddressError, type ResolveName } from './private-address.ts'

export interface OutboundOptions {
  /** Connections to one origin, 1 and up. */
  readonly connections: number
  readonly connectTimeoutMs: number
  readonly allowPrivateAddresses: boolean
  /** @default no port is this process's own, and there is no proxy */
  readonly egress?: Egress | undefined
  /** How names are looked up. @default as the system does */
  readonly resolve?: ResolveName
}

/** Addresses of a name that are tried through a proxy: it may have no way to some. */
const MAX_ADDRESSES = 4

/**
 * The agents of all outbound requests: keep-alive connections, one request at a time on each, no redirects followed, no private addresses unless
 * allowed, never this server itself. Time-outs of answers are the caller's (its signal), so undici's own are off.
 */
export function outboundPool(origin: string, options: OutboundOptions): Pool {
  return new Pool(origin, settings(options))
}

/** As `outboundPool`, to any origin. */
export function outboundAgent(options: OutboundOptions): Agent {
  return new Agent(settings(options))
}

function settings(options: OutboundOptions): Pool.Options {
  return {
    connections: options.connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: connectTo(options),
  }
}

/**
 * Makes connections to addresses that may be called. They are checked as they are connected to: a name whose answer changes is looked up once, and
 * its checked addresses are those that are used, by a proxy too.
 */
function connectTo(options: OutboundOptions): buildConnector.connector {
  const { connectTimeoutMs, allowPrivateAddresses, egress, resolve = dnsLookup } = options
  const base = { allowH2: false, timeout: connectTimeoutMs }
  const ownPorts = egress === undefined ? null : new OwnPorts(egress.ownPorts)
  const proxy = egress?.proxy ?? null
  const open = allowPrivateAddresses ? (resolve as LookupFunction) : lookupThrough(resolve)
  const elsewhere = lookupElsewhere(open as unknown as ResolveName)
  const connectOpen = buildConnector({ ...base, lookup: open })
  const connectElsewhere = buildConnector({ ...base, lookup: elsewhere })
  return (target, callback) => {
    const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80))
    const isOwnPort = ownPorts?.has(port) === true
    // An address in the URL is never looked up.
    if (!allowPrivateAddresses && isPrivateLiteral(target.hostname)) {
      callback(new PrivateAddressError(target.hostname), null)
    } else if (isOwnPort && isOwnLiteral(target.hostname)) callback(new OwnAddressError(target.hostname), null)
    else if (proxy === null) (isOwnPort ? connectElsewhere : connectOpen)(target, callback)
    else {
      const tunnel = { proxy, port, timeoutMs: connectTimeoutMs, lookup: isOwnPort ? elsewhere : open }
      connectThrough(tunnel, target).then(
        (socket) => {
          if (target.protocol === 'https:') connectOpen({ ...target, httpSocket: socket }, callback)
          else callback(null, socket)
        },
        (error: unknown) => {
          callback(error as Error, null)
        },
      )
    }
  }
}

interface Tunnel {
  readonly proxy: EgressProxy
  readonly port: number
  readonly timeoutMs: number
  readonly lookup: LookupFunction
}

async function connectThrough({ proxy, port, timeoutMs, lookup }: Tunnel, { hostname }: buildConnector.Options) {
  const endMs = performance.now() + timeoutMs
  const addresses = await addressesOf(hostname, lookup)
  for (const [n, address] of addresses.entries()) {
    try {
      return await openTunnel(proxy, { address, port }, Math.max(1, endMs - performance.now()))
    } catch (error) {
      // Gateway errors are of this address; others would be the same for the next.
      const mayHelp = error instanceof TunnelError && error.status >= 500
      if (!mayHelp || n === addresses.length - 1 || performance.now() >= endMs) throw error
    }
  }
  throw new TunnelError('there is no address to connect to')
}

function addressesOf(hostname: string, lookup: LookupFunction): Promise<readonly string[]> {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (isIP(bare) !== 0) return Promise.resolve([bare])
  return new Promise((resolve, reject) => {
    lookup(bare, { all: true }, (error, addresses) => {
      if (error !== null) reject(error)
      else resolve((addresses as LookupAddress[]).slice(0, MAX_ADDRESSES).map(({ address }) => address))
    })
  })
}
