import { MAX_BATCH_ANSWER_BYTES, type ResolvedPayload } from '../connectors/payload/payload-answer.ts'
import { MAX_ITEM_BYTES } from '../model/limits.ts'

/** Data that one request asks for, as far as sizes are known: half of the longest answer. */
const MAX_REQUEST_BYTES = MAX_BATCH_ANSWER_BYTES / 2
/** Sizes differ: an answer is expected to have up to this many times the average, and at least this for each id. */
const SLACK = 4
const MIN_ID_BYTES = 4096

/** How large payloads are, measured; decides how many ids a request has, and what its answer may take. */
export class PayloadSizes {
  readonly #batchSize: number
  /** Average; 0: none was seen. */
  #idBytes = 0

  /** @param batchSize ids a request may have */
  constructor(batchSize: number) {
    this.#batchSize = batchSize
  }

  measure(payloads: readonly ResolvedPayload[]): void {
    let bytes = 0
    let count = 0
    for (const payload of payloads) {
      if (!('data' in payload)) continue
      bytes += payload.data.length
      count++
    }
    if (count === 0) return
    const average = bytes / count
    this.#idBytes = this.#idBytes === 0 ? average : this.#idBytes + (average - this.#idBytes) / 4
  }

  get idsPerRequest(): number {
    if (this.#idBytes === 0) return this.#batchSize
    return Math.min(this.#batchSize, Math.max(1, Math.floor(MAX_REQUEST_BYTES / this.#idBytes)))
  }

  /** Bytes of an answer; until a size is known it may be as long as any. */
  expectedBytes(ids: number): number {
    const most = this.#batchSize > 1 ? MAX_BATCH_ANSWER_BYTES : MAX_ITEM_BYTES
    return this.#idBytes === 0 ? most : Math.min(most, ids * Math.max(MIN_ID_BYTES, this.#idBytes * SLACK))
  }
}
