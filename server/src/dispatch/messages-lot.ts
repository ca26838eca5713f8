import type { CallJob } from '../connectors/connector.ts'
import type { Action } from '../model/job.ts'

/*
 * A lot as one ArrayBuffer, made on the main thread and moved to a worker thread.
 *
 *     4 words: count, header bytes, offset of the items, offset of the lines
 *     header: JSON of the jobs' table, padded to 4 bytes
 *     items: 6 words each: number of the job in the table, index, chunk, item handle, attempt | throttled << 16, end of the line
 *     lines: the items' JSON texts one after another
 */

/** A job of a lot, once however many of its items are in it. */
export interface LotJob extends Omit<CallJob, 'channel'> {
  readonly ref: number
  readonly action: Action
  /** From then on no call of it starts, wall ms; null: none. */
  readonly deadlineAtMs: number | null
  /** Of the request that created the job, if its calls continue that trace. */
  readonly traceparent?: string
  readonly tracestate?: string
}

/** Columns of `count` entries; line n is `bodies[n]` from `starts[n]` up to `ends[n]`. */
export interface LotItems {
  readonly count: number
  /** Number of the job in the table. */
  readonly jobs: ArrayLike<number>
  readonly indexes: ArrayLike<number>
  readonly chunks: ArrayLike<number>
  readonly itemHandles: ArrayLike<number>
  readonly attempts: ArrayLike<number>
  readonly throttled: ArrayLike<number>
  readonly bodies: readonly Uint8Array[]
  readonly starts: ArrayLike<number>
  readonly ends: ArrayLike<number>
}

const HEAD_WORDS = 4
const ITEM_WORDS = 6

/** Copies a lot's jobs, items and lines into one buffer. Lines that follow each other in a body are copied at once. */
export function encodeLot(jobs: readonly LotJob[], items: LotItems): ArrayBuffer {
  const header = Buffer.from(JSON.stringify(jobs))
  const { count, bodies, starts, ends } = items
  const itemsAt = HEAD_WORDS * 4 + Math.ceil(header.length / 4) * 4
  const linesAt = itemsAt + count * ITEM_WORDS * 4
  let bytes = 0
  for (let n = 0; n < count; n++) bytes += ends[n]! - starts[n]!
  const buffer = new ArrayBuffer(linesAt + bytes)
  const target = new Uint8Array(buffer)
  target.set(header, HEAD_WORDS * 4)
  const words = new Uint32Array(buffer, 0, linesAt >> 2)
  words[0] = count
  words[1] = header.length
  words[2] = itemsAt
  words[3] = linesAt
  let word = itemsAt >> 2
  let end = 0
  for (let n = 0; n < count; n++, word += ITEM_WORDS) {
    end += ends[n]! - starts[n]!
    words[word] = items.jobs[n]!
    words[word + 1] = items.indexes[n]!
    words[word + 2] = items.chunks[n]!
    words[word + 3] = items.itemHandles[n]!
    words[word + 4] = (items.attempts[n]! & 0xffff) | (items.throttled[n]! << 16)
    words[word + 5] = end
  }
  for (let n = 0, at = linesAt; n < count;) {
    const body = bodies[n]!
    const start = starts[n]!
    let stop = ends[n]!
    while (++n < count && bodies[n] === body && starts[n] === stop) stop = ends[n]!
    target.set(body.subarray(start, stop), at)
    at += stop - start
  }
  return buffer
}

/** Reads a lot; items are numbered 0 to `count` - 1. */
export class LotReader {
  readonly count: number
  readonly jobs: readonly LotJob[]
  /** The whole lot; the lines are in it. */
  readonly bytes: Buffer
  readonly #words: Uint32Array
  readonly #itemsAt: number
  readonly #linesAt: number

  constructor(buffer: ArrayBuffer) {
    const head = new Uint32Array(buffer, 0, HEAD_WORDS)
    this.count = head[0]!
    this.#itemsAt = head[2]! >> 2
    this.#linesAt = head[3]!
    this.#words = new Uint32Array(buffer, 0, this.#linesAt >> 2)
    this.bytes = Buffer.from(buffer)
    this.jobs = JSON.parse(this.bytes.toString('utf8', HEAD_WORDS * 4, HEAD_WORDS * 4 + head[1]!)) as LotJob[]
  }

  /** Number of the item's job in `jobs`. */
  job(n: number): number {
    return this.#word(n, 0)
  }
  index(n: number): number {
    return this.#word(n, 1)
  }
  chunk(n: number): number {
    return this.#word(n, 2)
  }
  itemHandle(n: number): number {
    return this.#word(n, 3)
  }
  attempt(n: number): number {
    return this.#word(n, 4) & 0xffff
  }
  throttled(n: number): number {
    return this.#word(n, 4) >>> 16
  }
  /** The item's JSON text. */
  line(n: number): string {
    return this.bytes.toString('utf8', this.lineStart(n), this.lineEnd(n))
  }
  /** Where the item's JSON text begins in `bytes`. */
  lineStart(n: number): number {
    return this.#linesAt + (n === 0 ? 0 : this.#word(n - 1, 5))
  }
  lineEnd(n: number): number {
    return this.#linesAt + this.#word(n, 5)
  }
  /** Whether any line holds this text, and then perhaps as the name of a member. */
  anyLineHolds(text: string): boolean {
    return this.bytes.indexOf(text, this.#linesAt) !== -1
  }

  #word(n: number, member: number): number {
    return this.#words[this.#itemsAt + n * ITEM_WORDS + member]!
  }
}
