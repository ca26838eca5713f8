import ipaddr from 'ipaddr.js'

type Address = ReturnType<typeof ipaddr.process>

/** Addresses that share the first bits. */
export interface AddressRange {
  readonly network: Address
  readonly bits: number
}

/** Returns the range of an address, or of a network in CIDR form; null: the text is neither, or an IPv4 network in the form of IPv6. */
export function readAddressRange(text: string): AddressRange | null {
  const [, address = '', length] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  if (!isAddress(address)) return null
  const network = ipaddr.parse(address)
  if (network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress()) return null
  const all = network instanceof ipaddr.IPv6 ? 128 : 32
  const bits = length === undefined ? all : Number(length)
  return bits <= all ? { network, bits } : null
}

/** Returns the one form of an address: an IPv4 address that came over IPv6 as IPv4, without a zone; null: the text is no address. */
export function plainAddress(text: string): Address | null {
  const address = text.replace(/%.*$/s, '')
  return isAddress(address) ? ipaddr.process(address) : null
}

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
}

/** Says whether one of the ranges has the address. */
export function isWithin(address: Address, ranges: readonly AddressRange[]): boolean {
  return ranges.some(({ network, bits }) => address.kind() === network.kind() && address.match(network, bits))
}

/** Returns the text under which an address is counted: IPv6 addresses by their network of 64 bits, all of which one host can use. */
export function addressGroup(text: string): string {
  const address = plainAddress(text)
  if (address === null) return text
  return address instanceof ipaddr.IPv6
    ? `${address.toNormalizedString().split(':').slice(0, 4).join(':')}::/64`
    : address.toString()
}
