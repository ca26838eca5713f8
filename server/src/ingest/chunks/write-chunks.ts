import type { JobRef } from '../../model/ids.ts'
import type { KeyHashTarget } from '../../model/key-hash.ts'
import { Verdict } from '../../model/outcome-batch.ts'
import { failpoint } from '../../runtime/failpoint.ts'
import type { Logger } from '../../runtime/logger.ts'
import type { ChunkKeys } from '../../schedule/queues/admission.ts'
import type { ChunkDraft, RejectedItems } from '../../store/item-store.ts'
import type { IngestPayloads, IngestStore } from '../ingest-ports.ts'
import { cutRejectedItems } from './cut-rejected-items.ts'

/** Items of a chunk at most: one map of outcomes of a chunk stays below 8 KB. */
export const CHUNK_ITEMS = 1000
/** Bytes of a chunk at most, but where one item alone has more. */
export const CHUNK_BYTES = 1024 * 1024

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

  /** The keys of all chunks so far, for the scheduler; complete after `finish`. Copies, as the store may transfer its buffers. */
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

/** Bytes of one job on their way to the disk: about 20 ms of writing, so that the store never runs dry and a million items are never held. */
const MAX_IN_FLIGHT_BYTES = 4 * 1024 * 1024
/** The weight of an item's row that was rejected at ingest, in bytes of chunks that are written in the same time. */
const REJECTED_ITEM_BYTES = 4096
/** Bytes of one job offered to the payload cache: those delivered first; the rest is loaded in the order of delivery. */
const MAX_CACHED_BYTES = 16 * 1024 * 1024

export interface ChunkWriterOptions {
  readonly job: { readonly ref: JobRef; readonly subscription: string; readonly channel: string }
  readonly store: Pick<IngestStore, 'writeChunks' | 'writeRejectedItems' | 'discardJob'>
  readonly payloads: IngestPayloads
  readonly logger: Logger
}

/** Writes chunks of a job that is not visible yet, and which of their items are rejected at ingest, several at once within bounds. */
export class ChunkWriter {
  readonly #options: ChunkWriterOptions
  readonly #writes = new Set<Promise<void>>()
  #inFlightBytes = 0
  #cachedBytes = 0
  #wrote = false
  #failure: { readonly error: unknown } | null = null

  constructor(options: ChunkWriterOptions) {
    this.#options = options
  }

  /** Passes chunks to the store; waits while too much is on its way. @throws the store's error for this or an earlier write */
  async write(chunks: readonly ChunkDraft[]): Promise<void> {
    if (chunks.length === 0) return
    const { job, store } = this.#options
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.body.length, 0)
    await this.#waitForPlace(bytes)
    this.offer(chunks)
    this.#hand(bytes, async () => {
      await store.writeChunks(job.ref, chunks)
      FAILPOINT: failpoint('ingest.chunks.durable')
    })
  }

  /** The same for items of chunks that were passed before. @throws the store's error for this or an earlier write */
  async writeRejectedItems(rejected: readonly RejectedItems[]): Promise<void> {
    const { job, store } = this.#options
    for (const group of cutRejectedItems(rejected)) {
      const bytes = group.reduce((sum, { outcomes }) => sum + outcomes.count * REJECTED_ITEM_BYTES, 0)
      await this.#waitForPlace(bytes)
      this.#hand(bytes, async () => {
        await store.writeRejectedItems(job, group)
        FAILPOINT: failpoint('ingest.rejected.durable')
      })
    }
  }

  /** Offers chunks to the payload cache before the store takes their buffers. */
  offer(chunks: readonly ChunkDraft[]): void {
    for (const { chunk, body } of chunks) {
      this.#cachedBytes += body.length
      if (this.#cachedBytes > MAX_CACHED_BYTES) return
      this.#options.payloads.offer(this.#options.job.ref, chunk, body)
    }
  }

  /** Resolves when every write is durable. @throws the store's error for one of the writes */
  async drain(): Promise<void> {
    await Promise.all(this.#writes)
    this.#throwFailure()
  }

  /** Removes what was written. Never throws: chunks that cannot be removed now are removed at the next start. */
  async discard(): Promise<void> {
    const { job, store, payloads, logger } = this.#options
    const { ref } = job
    await Promise.all(this.#writes)
    payloads.drop(ref)
    if (!this.#wrote) return
    try {
      await store.discardJob(ref)
    } catch (error) {
      logger.warn({ ref, error: String(error) }, 'Cannot remove the chunks of an abandoned upload: the next start will')
    }
  }

  async #waitForPlace(bytes: number): Promise<void> {
    while (this.#failure === null && this.#writes.size > 0 && this.#inFlightBytes + bytes > MAX_IN_FLIGHT_BYTES) {
      await Promise.race(this.#writes)
    }
    this.#throwFailure()
  }

  #hand(bytes: number, begin: () => Promise<void>): void {
    this.#wrote = true
    this.#inFlightBytes += bytes
    const write: Promise<void> = begin().then(
      () => this.#done(write, bytes),
      (error: unknown) => {
        this.#failure ??= { error }
        this.#done(write, bytes)
      },
    )
    this.#writes.add(write)
  }

  #done(write: Promise<void>, bytes: number): void {
    this.#writes.delete(write)
    this.#inFlightBytes -= bytes
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error
  }
}
