import { promisify } from 'node:util'
import { isPrivateLiteral, PrivateAddressError, publicLookup } from './private-address.ts'

const lookup = promisify(
  publicLookup as (name: string, options: object, callback: (error: Error | null) => void) => void,
)

/**
 * Why a URL may not be configured without `allowPrivateAddresses`, or null. A first answer for whoever configures it: what counts is the
 * check at each connection. A name that cannot be looked up now is not refused.
 */
export async function urlRefusal(url: URL): Promise<string | null> {
  if (isPrivateLiteral(url.hostname)) return privateAddress(url)
  try {
    await lookup(url.hostname, { all: true })
    return null
  } catch (error) {
    return error instanceof PrivateAddressError ? privateAddress(url) : null
  }
}

function privateAddress(url: URL): string {
  return `must lead to a public address unless allowPrivateAddresses is true: ${url.hostname} is private`
}
