/*
 * Reference tokens of JSON Pointers (RFC 6901, section 4).
 */

/** A name as a token. */
export function escapedToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The name that a token stands for. */
export function unescapedToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}
