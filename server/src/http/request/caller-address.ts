import { type AddressRange, isWithin, plainAddress, readAddressRange } from '../../model/address-range.ts'

/** Proxies between a caller and the server, at most; what stands further left in `X-Forwarded-For` is not read. */
const MAX_HOPS = 32

/** Finds the address of the caller behind proxies. */
export class CallerAddresses {
  readonly #trusted: readonly AddressRange[]

  /** @param trustedProxies addresses and CIDR networks */
  constructor(trustedProxies: readonly string[]) {
    this.#trusted = trustedProxies.map(readAddressRange).filter((range) => range !== null)
  }

  /**
   * Returns the caller's address: of the connection, and while that is a trusted proxy, the one that it reports, from the right of
   * `X-Forwarded-For`. What a proxy reports that is no address ends the search at the proxy.
   * @param peer address of the connection; undefined: it has none, or is closed
   * @param forwarded the value of `X-Forwarded-For`
   */
  of(peer: string | undefined, forwarded: string | string[] | undefined): string {
    let caller = plainAddress(peer ?? '')
    if (caller === null) return ''
    if (forwarded === undefined || this.#trusted.length === 0) return caller.toString()
    const hops = String(forwarded)
    let end = hops.length
    for (let hop = 0; hop < MAX_HOPS && end > 0 && isWithin(caller, this.#trusted); hop++) {
      const start = hops.lastIndexOf(',', end - 1) + 1
      const reported = plainAddress(withoutPort(hops.slice(start, end).trim()))
      if (reported === null) break
      caller = reported
      end = start - 1
    }
    return caller.toString()
  }
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return text.replace(/^\[([^\]]*)\](?::\d+)?$/, '$1').replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
}
