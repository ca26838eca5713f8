import type { ApiPaths } from '@waybill/spec/rules'

const LINKS = /"links":\{[^}]*\}/g
/** The last such part of a path is the API's own: ids and names have no slash. */
const LINK = /":"[^"]*(\/v1\/(?:jobs|executions|channels)[/?])/g

/**
 * An answer that was stored as JSON, with links under the prefix of today. Quotes in what clients wrote are escaped and metadata holds
 * only strings, so that nothing but our own `links` is found.
 */
export function relinked(json: string, { prefix }: ApiPaths): string {
  return json.replace(LINKS, (links) => links.replace(LINK, (_, path: string) => `":"${prefix}${path}`))
}
