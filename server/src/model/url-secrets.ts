/** Stands for a value that nobody gets to read again (SEC-2). */
export const MASKED = '***'

/*
 * The values in a URL's query: often keys, so none of them is shown. The text is left as it was written but for them.
 */

interface QueryValue {
  readonly name: string
  readonly value: string
}

/** The URL with `***` for every value of its query, and without a fragment, which is never sent. */
export function maskUrl(url: string): string {
  return withQueryValues(url, ({ value }) => (value === '' ? '' : MASKED)).replace(/#.*$/s, '')
}

/**
 * The URL with stored values for those that read `***`: the n-th one of a name stands for the n-th of this name.
 * @returns null when one of them stands for none
 */
export function unmaskUrl(url: string, stored: string): string | null {
  const left = queryValues(stored)
  let missing = false
  const seen = new Map<string, number>()
  const unmasked = withQueryValues(url, ({ name, value }) => {
    const nth = seen.get(name) ?? 0
    seen.set(name, nth + 1)
    if (value !== MASKED) return value
    const kept = left.filter((one) => one.name === name)[nth]
    if (kept === undefined) missing = true
    return kept?.value ?? ''
  })
  return missing ? null : unmasked
}

/** Whether any value of a URL's query reads `***`. */
export function hasMaskedValue(url: string): boolean {
  return queryValues(url).some(({ value }) => value === MASKED)
}

/** What of a URL must not be shown: the values of its query and its user information, as written and decoded. */
export function urlSecrets(url: string): string[] {
  if (!URL.canParse(url)) return []
  const { searchParams, username, password } = new URL(url)
  const secrets = [...queryValues(url).map(({ value }) => value), ...searchParams.values(), username, password]
  return [...new Set(secrets)].filter((secret) => secret !== '')
}

function queryValues(url: string): QueryValue[] {
  const values: QueryValue[] = []
  withQueryValues(url, (one) => {
    values.push(one)
    return one.value
  })
  return values
}

function withQueryValues(url: string, change: (one: QueryValue) => string): string {
  const [, before, query, fragment] = /^([^?#]*\?)([^#]*)(.*)$/s.exec(url) ?? []
  if (before === undefined || query === undefined) return url
  const changed = query.split('&').map((pair) => {
    const at = pair.indexOf('=')
    // A value without a name may be a key as well as one with it.
    const name = at === -1 ? '' : pair.slice(0, at)
    const value = change({ name, value: pair.slice(at + 1) })
    return at === -1 ? value : `${name}=${value}`
  })
  return `${before}${changed.join('&')}${fragment ?? ''}`
}
