import { hasMaskedValue, MASKED, unmaskUrl } from '@waybill/spec/rules'

/** Returns why a URL cannot be called, as the end of a sentence; null: it may. @param stored the URL in place of which it is set; null: there is none */
export function urlFault(url: string, stored: string | null): string | null {
  if (!URL.canParse(url)) return 'must be a URL'
  const { username, password, hash, origin } = new URL(url)
  if (username !== '' || password !== '' || hash !== '') return 'must have neither user name, password nor fragment'
  if (!hasMaskedValue(url)) return null
  if (stored === null || new URL(stored).origin !== origin) {
    return `must be a value: ${MASKED} keeps the stored one only while the origin stays the same`
  }
  return unmaskUrl(url, stored) === null ? `must be a value: there is none stored that ${MASKED} could keep` : null
}
