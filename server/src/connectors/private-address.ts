import type { lookup as dnsLookup, LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Prevents calls that a channel configures from reaching the server's own network (SSRF). Checked when a connection is made, on the
 * address that is really connected to, so that a name whose answer changes (DNS rebinding) is refused too.
 */
export class PrivateAddressError extends Error {
  readonly code = 'PRIVATE_ADDRESS'

  constructor(host: string) {
    super(
      `Cannot connect as the address must be public: ${host} is private (set allowPrivateAddresses on the channel to allow it)`,
    )
    this.name = 'PrivateAddressError'
  }
}

/** True for every address that is not plain public unicast: loopback, private, link-local, reserved, multicast, tunnels into IPv4; and for a text that is no address. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '')
  if (!ipaddr.isValid(bare)) return true
  const parsed = ipaddr.process(bare) // an IPv4-mapped IPv6 address (::ffff:10.0.0.1) becomes IPv4
  // IPv4-compatible addresses (::10.0.0.1, deprecated by RFC 4291) are still routed to IPv4 by some systems.
  if (
    parsed instanceof ipaddr.IPv6 &&
    parsed
      .toByteArray()
      .slice(0, 12)
      .every((byte) => byte === 0)
  )
    return true
  return parsed.range() !== 'unicast'
}

/**
 * A host name as it stands in a URL; true when it is an address that may not be called, or a name that stands for this machine wherever it is
 * looked up (RFC 6761, section 6.3). Other names are judged by their lookup.
 */
export function isPrivateLiteral(hostname: string): boolean {
  const bare = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true
  return isIP(bare) !== 0 && isPrivateAddress(bare)
}

/** Looks names up. */
export type ResolveName = typeof dnsLookup

/** Looks a name up, and returns only its public addresses; an error when it has none. */
export function lookupThrough(resolve: ResolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, '')
      const open = addresses.filter(({ address }) => !isPrivateAddress(address))
      const first = open[0]
      if (first === undefined) return callback(new PrivateAddressError(hostname), '')
      if (options.all === true) callback(null, open)
      else callback(null, first.address, first.family)
    })
  }
}
