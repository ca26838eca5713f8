import { createTraceparent } from '../connectors/traceparent.ts'
import type { CallTraceIds } from '../model/call-trace.ts'
import { TRACE_CHOSEN, TRACE_SAME_CALL } from '../model/outcome-batch.ts'
import type { LotReader } from './messages-lot.ts'

/**
 * Returns the `traceparent` of a call: that of a trace of its own, or of a span in the trace of the request that created its job.
 * @param first number of its first item
 * @param ids null: nothing is traced here
 */
export function callTraceparent(reader: LotReader, first: number, ids: CallTraceIds | null): string {
  const { ref: jobRef, traceparent } = reader.jobs[reader.job(first)]!
  if (ids === null) return traceparent ?? createTraceparent()
  const place = { jobRef, index: reader.index(first), attempt: reader.attempt(first) }
  if (traceparent === undefined) return ids.traceparent(place)
  return `${traceparent.slice(0, 36)}${ids.idsOf(place).spanId}${traceparent.slice(52)}`
}

/** Returns what an outcome's record says of the trace of its call, `TRACE_*` of model/outcome-batch. @param first number of the call's first item */
export function traceBits(
  reader: LotReader,
  number: number,
  { first, ids }: { first: number; ids: CallTraceIds },
): number {
  if (number !== first) return TRACE_SAME_CALL
  const { ref: jobRef, traceparent } = reader.jobs[reader.job(first)]!
  const isChosen =
    traceparent === undefined
      ? ids.isChosen({ jobRef, index: reader.index(first), attempt: reader.attempt(first) })
      : isSampled(traceparent)
  return isChosen ? TRACE_CHOSEN : 0
}

/** Whether the caller records the trace of a valid `traceparent`. */
function isSampled(traceparent: string): boolean {
  return (Number.parseInt(traceparent.slice(53), 16) & 1) !== 0
}
