import type { FastifyRequest } from 'fastify'
import { parseTraceparent, parseTracestate } from '@waybill/spec/rules'
import type { TraceContext } from '../../ingest/ingest-ports.ts'

/** Returns the header as received; its value is checked where it is used. */
export function idempotencyKey(request: FastifyRequest): string | null {
  const header = request.headers['idempotency-key']
  return typeof header === 'string' ? header : null
}

/** The request's trace; null when it has no `traceparent` that is valid. */
export function traceContext({ headers }: Pick<FastifyRequest, 'headers'>): TraceContext | null {
  const { traceparent: parent, tracestate: state } = headers
  const traceparent = typeof parent === 'string' ? parseTraceparent(parent) : null
  if (traceparent === null) return null
  return { traceparent, tracestate: typeof state === 'string' ? parseTracestate(state) : null }
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
