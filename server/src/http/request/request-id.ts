import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** The form of a caller's id: it goes into headers and log lines, so it has no character that could break out of them. */
const SANE = /^[A-Za-z0-9._~:@/+=-]{1,128}$/

/** The id that names a request in answers and log lines: the caller's `X-Request-Id` if it is sane, else a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && SANE.test(given) ? given : newRequestId()
}

export function newRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`
}
