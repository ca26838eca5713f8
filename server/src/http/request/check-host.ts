import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { ProblemError } from '../../model/errors.ts'

/*
 * Under `--dev` every client that reaches the port is admin. A web page that the developer has open must not be: its own name may be made to
 * point here (DNS rebinding), which the browser then reports in `Host`, or it may send requests across origins, which it reports in `Origin` or
 * `Sec-Fetch-Site`.
 */

/** Returns whether a host name (without port, IPv6 in brackets) can only be this machine. */
export function isLoopbackHost(name: string): boolean {
  const host = name.toLowerCase().replace(/\.$/, '')
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    /^127(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/.test(host)
  )
}

/** Returns whether an `Origin` is a page served from this machine. */
export function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/(\[[^\]]*\]|[^:/?#@]+)(:\d{1,5})?$/i.exec(origin)
  return match !== null && isLoopbackHost(match[1]!)
}

/** The `Sec-Fetch-Site` values of requests that this machine's pages, or the user, started; anything else is refused. */
const NEAR_SITES: ReadonlySet<string> = new Set(['same-origin', 'same-site', 'none'])

/** @throws ProblemError `forbidden` for a request whose `Host`, or `Origin` if there is one, is not loopback (or a listed origin), or that a page elsewhere sent */
export function requireLoopback(headers: IncomingHttpHeaders, allowedOrigins: readonly string[]): void {
  const host = /^(\[[^\]]*\]|[^:@/?#]+)(:\d{1,5})?$/.exec(headers.host ?? '')?.[1]
  if (host === undefined || !isLoopbackHost(host)) {
    throw forbidden('Host', 'localhost or a loopback address')
  }
  const { origin } = headers
  if (origin !== undefined && !isLoopbackOrigin(origin) && !allowedOrigins.includes(origin)) {
    throw forbidden('Origin', 'a page on localhost, or one of cors.origins')
  }
  // A page that loads an image or follows a link sends no Origin.
  const site = headers['sec-fetch-site']
  if (origin === undefined && site !== undefined && !NEAR_SITES.has(String(site))) {
    throw forbidden('Sec-Fetch-Site', 'same-origin, same-site or none')
  }
}

/** @throws ProblemError `bad_request` for more than one `Host`, and (if it is required) for HTTP/1.1 without one (RFC 9112, 3.2) */
export function requireHost(request: IncomingMessage, { isRequired }: { readonly isRequired: boolean }): void {
  let hosts = 0
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at]!
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  if (hosts > 1) throw badHost(`there are ${hosts}`)
  if (isRequired && request.headers.host === undefined && request.httpVersion === '1.1') throw badHost('there is none')
}

function badHost(current: string): ProblemError {
  return new ProblemError({
    code: 'bad_request',
    detail: `Cannot take this request as it must have one Host: ${current}`,
  })
}

function forbidden(header: string, required: string): ProblemError {
  return new ProblemError({
    code: 'forbidden',
    detail: `Cannot take this request as a server started with --dev requires a ${header} of ${required}: this one is not`,
  })
}
