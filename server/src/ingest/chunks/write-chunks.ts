import type { JobRef } from '../../model/ids.ts'
import { failpoint } from '../../runtime/failpoint.ts'
import type { Logger } from '../../runtime/logger.ts'
import type { ChunkDraft, RejectedItems } from '../../store/item-store.ts'
import { cutRejectedItems } from './cut-rejected-items.ts'
import type { IngestPayloads, IngestStore } from '../ingest-ports.ts'

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
