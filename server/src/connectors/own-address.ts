import type { LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'
import { plainAddress } from '../model/address-range.ts'
import type { ResolveName } from './private-address.ts'

/** Thrown for a connection to a port of this process: a channel that calls the server itself could do what its token may not, or call in a circle. */
export class OwnAddressError extends Error {
  readonly code = 'OWN_ADDRESS'

  constructor(host: string) {
    super(`Cannot connect as the target must not be this server itself: ${host} is`)
    this.name = 'OwnAddressError'
  }
}

/** Says whether a connection to an address stays on this machine: of one of its interfaces, loopback, or unspecified, which leads to loopback. */
export function isOwnAddress(text: string): boolean {
  const address = plainAddress(text.replace(/^\[|\]$/g, ''))
  if (address === null) return false
  if (address.range() === 'loopback' || address.range() === 'unspecified') return true
  const plain = address.toString()
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .some((one) => plainAddress(one.address)?.toString() === plain)
}

/** Looks a name up, and returns only addresses of other machines; an error when it has none. */
export function lookupElsewhere(resolve: ResolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, '')
      const [first, ...others] = addresses.filter(({ address }) => !isOwnAddress(address))
      if (first === undefined) return callback(new OwnAddressError(hostname), '')
      if (options.all === true) callback(null, [first, ...others])
      else callback(null, first.address, first.family)
    })
  }
}

/** Says whether a host of a URL is an address of this machine; names are judged by their lookup. */
export function isOwnLiteral(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return isIP(bare) !== 0 && isOwnAddress(bare)
}
