import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { JSON_MEDIA_TYPE } from './json-answer.ts'

/** Size of a piece; an answer of one is sent at once. */
const PIECE_BYTES = 64 * 1024
/** Size of the first piece: most answers are short. */
const FIRST_PIECE_BYTES = 4 * 1024

/** JSON that is put together as bytes, in pieces that are dropped one by one as the client takes them: the heap never holds it as a whole. */
export class JsonPieces {
  readonly #full: Buffer[] = []
  #last: Buffer = Buffer.allocUnsafe(FIRST_PIECE_BYTES)
  #at = 0
  #fullBytes = 0

  get byteLength(): number {
    return this.#fullBytes + this.#at
  }

  /** Adds JSON that is text. */
  text(json: string): this {
    const length = Buffer.byteLength(json)
    if (length > this.#last.length - this.#at) return this.bytes(Buffer.from(json))
    this.#at += this.#last.write(json, this.#at)
    return this
  }

  /** Adds JSON that is bytes, which are copied. */
  bytes(json: Uint8Array): this {
    for (let from = 0; from < json.length;) {
      if (this.#at === this.#last.length) this.#begin()
      const some = json.subarray(from, from + this.#last.length - this.#at)
      this.#last.set(some, this.#at)
      this.#at += some.length
      from += some.length
    }
    return this
  }

  /** Answers with it, a long one as fast as the client takes it. Nothing can be added any more. */
  send(reply: FastifyReply): FastifyReply {
    reply.code(200).header('content-type', JSON_MEDIA_TYPE)
    if (this.byteLength <= PIECE_BYTES) return reply.send(Buffer.concat([...this.#full, this.#written]))
    return reply.header('content-length', this.byteLength).send(Readable.from(this.#take(), { objectMode: false }))
  }

  get #written(): Buffer {
    return this.#last.subarray(0, this.#at)
  }

  #begin(): void {
    this.#full.push(this.#last)
    this.#fullBytes += this.#last.length
    this.#last = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, this.#last.length * 4))
    this.#at = 0
  }

  *#take(): Generator<Buffer> {
    for (let piece = this.#full.shift(); piece !== undefined; piece = this.#full.shift()) yield piece
    yield this.#written
  }
}
