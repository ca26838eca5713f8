// Advice for when a server does not answer or does not accept the caller: names the server in use, where its address comes from, and
// what is missing.

import type { Connection, TokenSource, UrlSource } from './connection.ts'

const urlSources: Readonly<Record<UrlSource, string>> = {
  option: 'from --url',
  environment: 'from WAYBILL_URL',
  login: 'from waybill login',
  default: 'the default',
}

const tokenSources: Readonly<Record<TokenSource, string>> = {
  environment: 'the token in WAYBILL_TOKEN',
  login: 'the token that waybill login saved',
  typed: 'this token',
}

/** `http://localhost:8080 (the default)`. */
function nameServer({ url, urlFrom }: Connection): string {
  return `${url} (${urlSources[urlFrom]})`
}

/** No server answers. */
export function adviseUnreachable(connection: Connection): string {
  const other = connection.urlFrom === 'option' ? 'another --url' : '--url or WAYBILL_URL'
  return `No server answers at ${nameServer(connection)}: start it there, or set ${other}`
}

/** 401: the token is missing or not valid. */
export function adviseUnauthenticated(connection: Connection): string {
  const { tokenFrom, keptFor, url } = connection
  const logIn = `waybill login --url ${url}`
  if (tokenFrom === 'typed') return `${nameServer(connection)} does not accept this token; nothing was saved`
  if (tokenFrom !== null) {
    const mend = tokenFrom === 'environment' ? 'correct or unset it' : `replace it with: ${logIn}`
    return `${nameServer(connection)} does not accept ${tokenSources[tokenFrom]}: ${mend}`
  }
  const kept = keptFor === null ? '' : `; the saved token is for ${keptFor} and is not sent elsewhere`
  return `${nameServer(connection)} requires an access token, and none was sent: set WAYBILL_TOKEN, or run: ${logIn}${kept}`
}

/** 403: the token is valid, and may not do this. */
export function adviseForbidden(connection: Connection): string | null {
  const { tokenFrom } = connection
  if (tokenFrom === null) return null
  return `${nameServer(connection)} accepts ${tokenSources[tokenFrom]}, but not for this: it requires a token with that right`
}

/** 503 `owner_unavailable`: another server takes the work over, or none is there to do it. */
export function adviseOwnerUnavailable(connection: Connection): string {
  return `${nameServer(connection)} waits for a server to take the work over: what was accepted is safe, so repeat the command in some seconds. If it stays so, start a server on the same store, or ask its operator; waybill servers lists them`
}
