import { lookup as lookupName } from 'node:dns/promises'
import { isPrivateAddress, isPrivateLiteral } from './private-address.ts'

/** Lookups of the early check at once: each holds one of the four threads that also open connections and files. */
const MAX_LOOKUPS = 2
/** A name server that takes longer is not waited for. */
const LOOKUP_MS = 2000

export type Lookup = (name: string, options: { all: true }) => Promise<readonly { readonly address: string }[]>

let running = 0

/**
 * Returns why a channel may not call a URL, or null. An early check: the check at every connection decides, and a name that
 * cannot be resolved now, or not soon, may be one later.
 */
export async function addressRefusal(url: URL, lookup: Lookup = lookupName): Promise<string | null> {
  const refusal = `must lead to a public address: ${url.hostname} is private`
  if (isPrivateLiteral(url.hostname)) return refusal
  if (running >= MAX_LOOKUPS) return null
  running++
  const found = lookup(url.hostname, { all: true })
    .catch(() => [])
    .finally(() => running--)
  const late = Promise.withResolvers<readonly []>()
  const timer = setTimeout(() => late.resolve([]), LOOKUP_MS)
  const addresses = await Promise.race([found, late.promise])
  clearTimeout(timer)
  return addresses.some(({ address }) => isPrivateAddress(address)) ? refusal : null
}
