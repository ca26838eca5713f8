/** Stands for a value that nobody gets to read again (SEC-2). */
export const MASKED = '***'

/*
 * The values in a URL's query and the segments of its path that do not read as names: often keys, so none of them is shown. The text is
 * left as it was written but for them.
 */

/** A segment reads as a name: words, versions and small numbers, as in `v1`, `stock-levels`, `2026-01` or `itemUpdates.json`. */
const WORD = '[A-Z]?[a-z]{1,20}(?:[A-Z][a-z]{2,19})*[0-9]{0,3}'
const NUMBER = '[vV]?[0-9]{1,4}'
const NAME = new RegExp(`^(?:${WORD}|${NUMBER})(?:[-_.](?:${WORD}|${NUMBER}))*$`)
/** Of words that are joined, this long: beyond it they are more likely an id. */
const MAX_NAME_LENGTH = 40
/** The placeholders of a `resolveUrl` are no secrets, alone or joined to words. */
const PLACEHOLDER = /\{(?:id|objectType)\}/g

interface QueryValue {
  readonly name: string
  readonly value: string
}

/** The URL with `***` for every value of its query and every secret of its path, and without a fragment, which is never sent. */
export function maskUrl(url: string): string {
  const path = withPathSegments(url, (segment) => (isName(segment) ? segment : MASKED))
  return withQueryValues(path, ({ value }) => (value.replaceAll(PLACEHOLDER, '') === '' ? value : MASKED)).replace(
    /#.*$/s,
    '',
  )
}

/**
 * The URL with stored secrets for those that read `***`: in its query the n-th one of a name stands for the n-th of this name, in its path
 * a segment for the one at the same place of a path with as many segments.
 * @returns null when one of them stands for none
 */
export function unmaskUrl(url: string, stored: string): string | null {
  const values = queryValues(stored)
  const segments = pathSegments(stored)
  const isAlike = pathSegments(url).length === segments.length
  let missing = false
  const path = withPathSegments(url, (segment, n) => {
    if (segment !== MASKED) return segment
    const kept = segments[n]
    if (!isAlike || kept === undefined || isName(kept)) missing = true
    return kept ?? ''
  })
  const seen = new Map<string, number>()
  const unmasked = withQueryValues(path, ({ name, value }) => {
    const nth = seen.get(name) ?? 0
    seen.set(name, nth + 1)
    if (value !== MASKED) return value
    const kept = values.filter((one) => one.name === name)[nth]
    if (kept === undefined) missing = true
    return kept?.value ?? ''
  })
  return missing ? null : unmasked
}

/** Whether any value of a URL's query or segment of its path reads `***`. */
export function hasMaskedValue(url: string): boolean {
  return queryValues(url).some(({ value }) => value === MASKED) || pathSegments(url).includes(MASKED)
}

/** Returns the secrets of a URL: the values of its query, the secrets of its path and its user information, as written and decoded. */
export function urlSecrets(url: string): string[] {
  if (!URL.canParse(url)) return []
  const { href, searchParams, username, password } = new URL(url)
  const segments = [...pathSegments(url), ...pathSegments(href)].filter((segment) => !isName(segment))
  const secrets = [
    ...queryValues(url).map(({ value }) => value),
    ...searchParams.values(),
    ...segments,
    ...segments.map(decoded),
    username,
    password,
  ]
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

/** Whether a segment of a path may be shown. */
function isName(segment: string): boolean {
  const words = segment.replaceAll(PLACEHOLDER, 'x')
  return words === '' || (words.length <= MAX_NAME_LENGTH && NAME.test(words))
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function pathSegments(url: string): string[] {
  const segments: string[] = []
  withPathSegments(url, (segment) => {
    segments.push(segment)
    return segment
  })
  return segments
}

function withPathSegments(url: string, change: (segment: string, n: number) => string): string {
  // A backslash is a slash in http URLs.
  const [, origin, path, rest = ''] = /^([a-z][a-z0-9+.-]*:[/\\]*[^/\\?#]*)([^?#]*)(.*)$/is.exec(url) ?? []
  if (origin === undefined || path === undefined) return url
  let n = 0
  return `${origin}${path.replace(/[^/\\]+/g, (segment) => change(segment, n++))}${rest}`
}
