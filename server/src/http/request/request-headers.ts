import type { FastifyRequest } from 'fastify'
import { parseTraceparent } from '@waybill/spec/rules'

/** Returns the header as received; its value is checked where it is used. */
export function idempotencyKey(request: FastifyRequest): string | null {
  const header = request.headers['idempotency-key']
  return typeof header === 'string' ? header : null
}

/** The request's `traceparent`; null when it has none that is valid. */
export function traceparent(request: FastifyRequest): string | null {
  const header = request.headers['traceparent']
  return typeof header === 'string' ? parseTraceparent(header) : null
}

/** Whether `If-None-Match` names a tag; weak comparison (RFC 9110, 13.1.2). */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  const opaque = etag.replace(/^W\//, '')
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === opaque)
}

/** The media type of a `Content-Type`, without its parameters. */
export function mediaTypeOf(header: string | undefined): string | null {
  const type = header?.split(';')[0]?.trim().toLowerCase()
  return type === undefined || type === '' ? null : type
}
