import type { Fingerprint } from './idempotency.ts'
import type { BodyStream } from './ingest-ports.ts'
import { limitPassed } from './refusals.ts'

export interface BodyOptions {
  /** Most bytes, and the limit's name in `Limits`. */
  readonly limit: { readonly name: string; readonly bytes: number }
  /** Told of every byte; null: nobody asks. */
  readonly fingerprint: Fingerprint | null
}

/** Bodies are handed on in pieces of at most this size, as one buffer may hold all of it. */
const PIECE_BYTES = 256 * 1024

/** A body as it comes in, counted. Throws what the stream throws, or ProblemError `body_too_large`. */
export async function* readBody(body: BodyStream, options: BodyOptions): AsyncGenerator<Uint8Array> {
  const { limit, fingerprint } = options
  let total = 0
  for await (const received of body) {
    total += received.length
    if (total > limit.bytes) {
      throw limitPassed({
        code: 'body_too_large',
        name: limit.name,
        value: limit.bytes,
        wanted: 'the bytes of the body must be at most',
      })
    }
    for (let at = 0; at < received.length; at += PIECE_BYTES) {
      const piece = received.subarray(at, at + PIECE_BYTES)
      fingerprint?.add(piece)
      yield piece
    }
  }
}
