import type { KeyHashTarget } from '../../model/key-hash.ts'
import { Verdict } from '../../model/outcome-batch.ts'
import type { ChunkDraft } from '../../store/item-store.ts'

/** Items of a chunk at most: one map of outcomes of a chunk stays below 8 KB. */
export const CHUNK_ITEMS = 1000
/** Bytes of a chunk at most, but where one item alone has more. */
export const CHUNK_BYTES = 1024 * 1024

/** The keys of a chunk that stay in memory when it goes to the store: copies, as the store may transfer its buffers. */
export interface ChunkKeys {
  readonly firstIndex: number
  readonly count: number
  readonly keys: Uint32Array
  /** Only when items of the chunk were rejected at ingest. */
  readonly verdicts?: Uint8Array
}

/** Most jobs of an execution have few items or none. */
const FIRST_BODY_BYTES = 4 * 1024
const LF = 10

/**
 * Puts items into chunks, in order. Lines that follow each other in a block are copied as one range, so a line costs no copy of its
 * own. For each item: `prepare`, write its two hashes to `keys` and `ids`, then `takeLine` or `takeText`; after each block `flush`.
 */
export class ChunkCutter {
  /** Where the hashes of the next item go; both start as (0, 0). */
  readonly keys: KeyHashTarget = { out: new Uint32Array(CHUNK_ITEMS * 2), at: 0 }
  readonly ids: KeyHashTarget = { out: new Uint32Array(CHUNK_ITEMS * 2), at: 0 }
  readonly #drafts: ChunkDraft[] = []
  readonly #memory: ChunkKeys[] = []
  #verdicts: Uint8Array | null = null
  #chunk: number
  #firstIndex: number
  #count = 0
  #body = Buffer.allocUnsafeSlow(FIRST_BODY_BYTES)
  #bodyBytes = 0
  #block: Buffer | null = null
  #rangeStart = 0
  #rangeEnd = 0

  /** @param start number and first item index of the first chunk */
  constructor(start: { readonly chunk: number; readonly index: number }) {
    this.#chunk = start.chunk
    this.#firstIndex = start.index
  }

  /** Number of the chunk that the item just prepared goes into. */
  get chunk(): number {
    return this.#chunk
  }

  /** Index of the next item. */
  get index(): number {
    return this.#firstIndex + this.#count
  }

  /** Chunks that are complete and not taken yet. */
  get ready(): number {
    return this.#drafts.length
  }

  /** The keys of all chunks so far, for the scheduler; complete after `finish`. */
  get memory(): readonly ChunkKeys[] {
    return this.#memory
  }

  /** Cuts the chunk if the next item does not fit in: its line has this many bytes, its LF included. */
  prepare(lineBytes: number): void {
    const bytes = this.#bodyBytes + this.#rangeEnd - this.#rangeStart
    if (this.#count === CHUNK_ITEMS || (this.#count > 0 && bytes + lineBytes > CHUNK_BYTES)) this.#cut()
    this.keys.at = this.ids.at = this.#count * 2
  }

  /** Takes a line of a block, its LF included. */
  takeLine(block: Buffer, start: number, end: number): void {
    if (start !== this.#rangeEnd || block !== this.#block) {
      this.flush()
      this.#block = block
      this.#rangeStart = start
    }
    this.#rangeEnd = end
    this.#count++
  }

  /** Takes an item that was rejected at ingest, with the text that is kept of it. */
  takeFailed(text: Buffer): void {
    this.flush()
    this.#append(text)
    this.#append(Buffer.of(LF))
    this.#verdicts ??= new Uint8Array(CHUNK_ITEMS)
    this.#verdicts[this.#count] = Verdict.failed
    this.#count++
  }

  /** Copies the lines taken from the present block: afterwards it may be overwritten. */
  flush(): void {
    if (this.#block === null) return
    this.#append(this.#block.subarray(this.#rangeStart, this.#rangeEnd))
    this.#block = null
    this.#rangeStart = this.#rangeEnd = 0
  }

  /** Returns the complete chunks and forgets them. */
  take(): ChunkDraft[] {
    return this.#drafts.splice(0)
  }

  /** Completes the last chunk. */
  finish(): void {
    if (this.#count > 0) this.#cut()
  }

  #cut(): void {
    this.flush()
    const count = this.#count
    const place = { firstIndex: this.#firstIndex, count }
    const keys = this.keys.out.slice(0, count * 2)
    this.#drafts.push({
      ...place,
      chunk: this.#chunk,
      body: new Uint8Array(this.#body.subarray(0, this.#bodyBytes)),
      keys,
      ids: this.ids.out.slice(0, count * 2),
    })
    const verdicts = this.#verdicts?.slice(0, count)
    this.#memory.push({ ...place, keys: keys.slice(), ...(verdicts !== undefined && { verdicts }) })
    this.#chunk++
    this.#firstIndex += count
    this.#count = 0
    this.#bodyBytes = 0
    this.#verdicts = null
    this.keys.out.fill(0)
    this.ids.out.fill(0)
  }

  #append(bytes: Uint8Array): void {
    const length = this.#bodyBytes + bytes.length
    if (length > this.#body.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, this.#body.length * 2))
      this.#body.copy(grown, 0, 0, this.#bodyBytes)
      this.#body = grown
    }
    this.#body.set(bytes, this.#bodyBytes)
    this.#bodyBytes = length
  }
}
