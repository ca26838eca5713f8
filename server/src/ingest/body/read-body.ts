import type { BodyStream } from '../ingest-ports.ts'
import type { TimeSlice } from '../../runtime/time-slice.ts'
import { limitPassed } from '../check/refusals.ts'

export interface BodyOptions {
  /** Most bytes, and the limit's name in `Limits`. @default the limit of the stream itself */
  readonly limit?: { readonly name: string; readonly bytes: number }
  /** The upload's turns on the event loop: the processing of a body is charged to its sender. */
  readonly slice: TimeSlice
  /** Receives every byte; null: not needed. */
  readonly fingerprint: { add(bytes: Uint8Array): void } | null
}

/** Bodies are passed on in pieces of at most this size, as one buffer may hold all of it. */
const PIECE_BYTES = 64 * 1024

/**
 * A body as it arrives, counted; each piece when it is the upload's turn. Nothing is read from the connection meanwhile.
 * Throws the errors of the stream, or ProblemError `body_too_large`.
 */
export async function* readBody(body: BodyStream, options: BodyOptions): AsyncGenerator<Uint8Array> {
  const { limit, slice, fingerprint } = options
  let total = 0
  let paid = 0
  for await (const received of body) {
    total += received.length
    if (limit !== undefined && total > limit.bytes) {
      throw limitPassed({
        code: 'body_too_large',
        name: limit.name,
        value: limit.bytes,
        required: 'the bytes of the body must be at most',
      })
    }
    const sent = body.sentBytes?.() ?? total
    slice.earn(sent - paid)
    paid = sent
    for (let at = 0; at < received.length; at += PIECE_BYTES) {
      const piece = received.subarray(at, at + PIECE_BYTES)
      if (slice.over) await slice.next()
      if (fingerprint !== null) slice.run(() => fingerprint.add(piece))
      yield piece
    }
  }
}
