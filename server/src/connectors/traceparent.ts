import { randomFillSync } from 'node:crypto'

const TRACE_ID_BYTES = 16
const BYTES_PER_CALL = TRACE_ID_BYTES + 8

/** Random bytes for many calls at once: requesting them for each call costs more than the rest of its headers. */
const random = Buffer.alloc(BYTES_PER_CALL * 512)
let randomAt = random.length

/**
 * Returns the `traceparent` of one call (W3C Trace Context): a trace of its own, not sampled. A flag of `01` would
 * make receivers record every call, and one trace of a whole job would have a million spans.
 */
export function createTraceparent(): string {
  if (randomAt === random.length) {
    randomFillSync(random)
    randomAt = 0
  }
  const ids = random.toString('hex', randomAt, randomAt + BYTES_PER_CALL)
  randomAt += BYTES_PER_CALL
  return `00-${ids.slice(0, TRACE_ID_BYTES * 2)}-${ids.slice(TRACE_ID_BYTES * 2)}-00`
}
