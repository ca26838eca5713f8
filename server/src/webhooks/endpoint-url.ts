import { hasMaskedValue, MASKED, unmaskUrl } from '@waybill/spec/rules'

export interface UrlRules {
  /** Http and private addresses are allowed. */
  readonly allowPrivateAddresses: boolean
}

/**
 * Returns the URL that a request sets for an endpoint, with stored secrets in place of `***`.
 * @param text valid by its schema: http or https, at most 2,048 characters
 * @param stored the URL of the endpoint; null: it is a new one
 */
export function requestedUrl(
  text: string,
  { stored, allowPrivateAddresses }: UrlRules & { readonly stored: string | null },
): { readonly url: string } | { readonly fault: string } {
  const parsed = URL.canParse(text) ? new URL(text) : null
  if (parsed === null) return { fault: 'must be an absolute http or https URL' }
  if (parsed.protocol !== 'https:' && !allowPrivateAddresses)
    return { fault: `must be https: it is ${parsed.protocol.slice(0, -1)}` }
  if (parsed.username !== '' || parsed.password !== '') return { fault: 'must be without user name and password' }
  if (text.includes('#')) return { fault: 'must be without a fragment' }
  if (!hasMaskedValue(text)) return { url: text }
  if (stored === null) return { fault: `must be a value: there is none stored that ${MASKED} could keep` }
  const { origin } = new URL(stored)
  if (parsed.origin !== origin)
    return { fault: `must be a value: ${MASKED} keeps the stored one only while the origin is ${origin}` }
  const url = unmaskUrl(text, stored)
  return url === null ? { fault: `must be a value: there is none stored that ${MASKED} could keep` } : { url }
}
