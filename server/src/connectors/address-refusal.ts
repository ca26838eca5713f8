import { lookup } from 'node:dns/promises'
import { isPrivateAddress, isPrivateLiteral } from './private-address.ts'

/**
 * Returns why a channel may not call a URL, or null. An early check: the check at every connection decides, and a name that
 * cannot be resolved now may be one later.
 */
export async function addressRefusal(url: URL): Promise<string | null> {
  const refusal = `must lead to a public address: ${url.hostname} is private`
  if (isPrivateLiteral(url.hostname)) return refusal
  const addresses = await lookup(url.hostname, { all: true }).catch(() => [])
  return addresses.some(({ address }) => isPrivateAddress(address)) ? refusal : null
}
