import { createHash, randomBytes } from 'node:crypto'
import type { ReportedJob } from '../runtime/telemetry.ts'
import type { SpanPlace } from './ended-span.ts'

/*
 * Where the spans of a job are. All of it follows from the job's id and the request's trace, so that nothing is kept for links between
 * spans that are hours, or a restart, apart.
 */

const TRACE_DIGITS = 32
const SPAN_DIGITS = 16

/** Reads a valid `traceparent`. */
export function placeOf(traceparent: string): SpanPlace {
  const [, traceId, spanId, flags] = traceparent.split('-') as [string, string, string, string]
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) !== 0 }
}

/** A job's own trace, which has the digits of its id, and the span of the whole job in it. */
export function jobPlace({ id }: Pick<ReportedJob, 'id'>): SpanPlace {
  return { traceId: id.slice(-TRACE_DIGITS), spanId: digitsOf('job', id, SPAN_DIGITS), sampled: true }
}

/**
 * The span of the request's trace that stands for the job. Without a trace of the caller it is in one that begins with the request, which is
 * recorded; the jobs of an execution share it.
 */
export function sendPlace({ id, subscription, traceparent, envelope }: ReportedJob): SpanPlace {
  const spanId = digitsOf('send', id, SPAN_DIGITS)
  if (traceparent !== null) return { ...placeOf(traceparent), spanId }
  const { executionId } = envelope
  const request = executionId === null ? id : `${subscription}\n${executionId}`
  return { traceId: digitsOf('request', request, TRACE_DIGITS), spanId, sampled: true }
}

/** Random digits for ids, made for many at once. */
let digits = ''
const DIGITS_MADE = 64 * SPAN_DIGITS

export function newSpanId(): string {
  if (digits === '') digits = randomBytes(DIGITS_MADE / 2).toString('hex')
  const id = digits.slice(-SPAN_DIGITS)
  digits = digits.slice(0, -SPAN_DIGITS)
  return id
}

function digitsOf(purpose: string, text: string, digits: number): string {
  return createHash('sha256').update(`${purpose}\n${text}`).digest('hex').slice(0, digits)
}
