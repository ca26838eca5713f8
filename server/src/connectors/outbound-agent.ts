import { Agent, buildConnector, Pool } from 'undici'
import { isPrivateLiteral, PrivateAddressError, publicLookup } from './private-address.ts'

export interface OutboundOptions {
  /** Connections to one origin, 1 and up. */
  readonly connections: number
  readonly connectTimeoutMs: number
  readonly allowPrivateAddresses: boolean
}

/**
 * The agents of all outbound requests: keep-alive connections, one request at a time on each, no redirects followed, no private addresses unless
 * allowed. Time-outs of answers are the caller's (its signal), so undici's own are off.
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

function connectTo({ connectTimeoutMs, allowPrivateAddresses }: OutboundOptions): buildConnector.connector {
  const base = { allowH2: false, timeout: connectTimeoutMs }
  if (allowPrivateAddresses) return buildConnector(base)
  const connect = buildConnector({ ...base, lookup: publicLookup })
  return (target, callback) => {
    // An address in the URL is never looked up.
    if (isPrivateLiteral(target.hostname)) callback(new PrivateAddressError(target.hostname), null)
    else connect(target, callback)
  }
}
