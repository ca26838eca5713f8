import type { TimeSlice } from '../../runtime/time-slice.ts'
import { limitPassed } from '../check/refusals.ts'
import type { BodyStream } from '../ingest-ports.ts'

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

/** A line is longer than allowed; it has not been held. */
export class LineTooLongError extends Error {
  constructor(maxLineBytes: number) {
    super(`Cannot cut lines as each must have at most ${maxLineBytes} bytes: the current one has more`)
    this.name = 'LineTooLongError'
  }
}

/** Blocks are kept to this size, so that their reader can pause in between; one longer line is a block of its own. */
export const BLOCK_BYTES = 64 * 1024
const LF = 10
const CR = 13
const NO_BYTES = Buffer.alloc(0)

/**
 * Cuts a stream of bytes, received at any borders, into blocks of whole lines, each line ending in one LF. A CR before a LF and a
 * byte order mark at the very start are dropped, and a last line without LF gets one. Holds at most the one line that is not complete.
 *
 * Blocks may be parts of the buffers passed in, or of one that the next call writes over: use them up at once.
 */
export class ByteLines {
  readonly #maxLineBytes: number
  #carry: Buffer = NO_BYTES
  #carried = 0
  #atStart = true

  /** @param maxLineBytes longest line, its LF not counted */
  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes
  }

  /** The lines that are complete with these bytes. Lazy: the caller must consume all of them. @throws LineTooLongError after the lines before it */
  *push(received: Uint8Array): Generator<Buffer> {
    const bytes = Buffer.from(received.buffer, received.byteOffset, received.byteLength)
    const firstEnd = bytes.indexOf(LF) + 1
    if (firstEnd === 0) {
      this.#hold(bytes)
      return
    }
    let at = 0
    if (this.#carried > 0) {
      this.#hold(bytes.subarray(0, firstEnd))
      at = firstEnd
      yield this.#takeHeld()
    }
    const wholeEnd = bytes.lastIndexOf(LF) + 1
    while (at < wholeEnd) {
      const end = blockEnd(bytes, at, wholeEnd)
      yield this.#checked(bytes.subarray(at, end))
      at = end
    }
    this.#hold(bytes.subarray(wholeEnd))
  }

  /** The last line, if it did not end in LF. */
  *end(): Generator<Buffer> {
    if (this.#carried === 0) return
    this.#hold(Buffer.of(LF))
    yield this.#takeHeld()
  }

  #takeHeld(): Buffer {
    const block = this.#carry.subarray(0, this.#carried)
    this.#carried = 0
    return this.#checked(block)
  }

  /** Copies the remaining bytes: a client that sends byte by byte must not make us keep a buffer object for each. */
  #hold(bytes: Buffer): void {
    const length = this.#carried + bytes.length
    // Two bytes more than a line: its CR and LF. The mark at the start is three.
    if (length > this.#maxLineBytes + (this.#atStart ? 5 : 2)) throw new LineTooLongError(this.#maxLineBytes)
    if (length > this.#carry.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, this.#carry.length * 2, 1024))
      this.#carry.copy(grown, 0, 0, this.#carried)
      this.#carry = grown
    }
    bytes.copy(this.#carry, this.#carried)
    this.#carried = length
  }

  #checked(block: Buffer): Buffer {
    let lines = this.#atStart ? withoutMark(block) : block
    this.#atStart = false
    if (lines.includes(CR)) lines = withoutCarriageReturns(lines)
    // A block above the size of blocks is one line.
    if (lines.length > BLOCK_BYTES && lines.length - 1 > this.#maxLineBytes)
      throw new LineTooLongError(this.#maxLineBytes)
    return lines
  }
}

/** The end of the block that starts at `at`: as many whole lines as fit, at least one. A longer block is one line. */
export function blockEnd(bytes: Buffer, at: number, wholeEnd: number): number {
  if (wholeEnd - at <= BLOCK_BYTES) return wholeEnd
  const fitting = bytes.subarray(at, at + BLOCK_BYTES).lastIndexOf(LF)
  return fitting >= 0 ? at + fitting + 1 : bytes.indexOf(LF, at + BLOCK_BYTES) + 1
}

function withoutMark(block: Buffer): Buffer {
  return block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf ? block.subarray(3) : block
}

function withoutCarriageReturns(block: Buffer): Buffer {
  const kept = Buffer.allocUnsafe(block.length)
  let length = 0
  for (let i = 0; i < block.length; i++) {
    if (block[i] === CR && block[i + 1] === LF) continue
    kept[length++] = block[i]!
  }
  return kept.subarray(0, length)
}
