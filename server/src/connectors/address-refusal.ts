import { lookup } from 'node:dns/promises'
import { isPrivateAddress, isPrivateLiteral } from './private-address.ts'

/**
 * Says why a channel may not lead to a URL, or null. Early and friendly: what counts is the check at every connection, and a name that
 * cannot be looked up now may be one tomorrow.
 */
export async function addressRefusal(url: URL): Promise<string | null> {
  const refusal = `must lead to a public address: ${url.hostname} is private`
  if (isPrivateLiteral(url.hostname)) return refusal
  const addresses = await lookup(url.hostname, { all: true }).catch(() => [])
  return addresses.some(({ address }) => isPrivateAddress(address)) ? refusal : null
}
