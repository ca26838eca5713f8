import type { IncomingHttpHeaders } from 'node:http'

/** `__Host-`: a browser keeps it only over TLS, for this host alone and all of its paths. */
const NAME = '__Host-waybill-session'
/** Sent by the pages with every request. A page of another origin cannot set it without asking first, which nobody answers. */
export const DASHBOARD_HEADER = 'waybill-dashboard'

/**
 * Returns the session in the cookie of a request as the value of `Authorization`; undefined: there is none. It counts only where the browser says
 * that a page of this origin sent the request, and the page that it is one of ours. A link has no header: it can save what is a file, which no page reads.
 * @param options.isFile whether what is asked for is a file
 */
export function sessionAuthorization(
  headers: IncomingHttpHeaders,
  { isFile = false }: { readonly isFile?: boolean } = {},
): string | undefined {
  const { cookie } = headers
  if (cookie === undefined || headers['sec-fetch-site'] !== 'same-origin') return undefined
  const isSaved = isFile && headers['sec-fetch-mode'] === 'navigate' && isLink(headers['sec-fetch-dest'])
  if (headers[DASHBOARD_HEADER] === undefined && !isSaved) return undefined
  const text = cookie
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1)
  return text === undefined || text === '' ? undefined : `Bearer ${text}`
}

/** `empty`: of a link with `download`. No frame. */
function isLink(destination: unknown): boolean {
  return destination === 'document' || destination === 'empty'
}

/** Returns the `Set-Cookie` of a session. @param text `''` removes it */
export function sessionCookie(text: string, maxAgeSeconds: number): string {
  return `${NAME}=${text}; Path=/; Max-Age=${maxAgeSeconds}; Secure; HttpOnly; SameSite=Strict`
}
