import type { JobRef } from '../model/ids.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import type { ChunkDraft } from '../store/store.ts'
import type { IngestPayloads, IngestStore } from './ingest-ports.ts'

/** Bytes of one job on their way to the disk: about 20 ms of writing, so that the store never runs dry and a million items are never held. */
const MAX_IN_FLIGHT_BYTES = 4 * 1024 * 1024
/** Bytes of one job offered to the payload cache: what is delivered first; the rest is loaded in the order it is needed. */
const MAX_CACHED_BYTES = 16 * 1024 * 1024

export interface ChunkWriterOptions {
  readonly ref: JobRef
  readonly store: Pick<IngestStore, 'writeChunks' | 'discardJob'>
  readonly payloads: IngestPayloads
  readonly logger: Logger
}

/** Writes chunks of a job that nobody can see yet, several at once within bounds. */
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

  /** Hands chunks to the store; waits while too much is on its way. @throws what the store said to this or an earlier write */
  async write(chunks: readonly ChunkDraft[]): Promise<void> {
    if (chunks.length === 0) return
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.body.length, 0)
    while (this.#failure === null && this.#writes.size > 0 && this.#inFlightBytes + bytes > MAX_IN_FLIGHT_BYTES) {
      await Promise.race(this.#writes)
    }
    this.#throwFailure()
    this.offer(chunks)
    this.#wrote = true
    this.#inFlightBytes += bytes
    const write: Promise<void> = this.#options.store.writeChunks(this.#options.ref, chunks).then(
      () => this.#done(write, bytes),
      (error: unknown) => {
        this.#failure ??= { error }
        this.#done(write, bytes)
      },
    )
    this.#writes.add(write)
  }

  /** Gives the payload cache copies of chunks before the store takes their buffers. */
  offer(chunks: readonly ChunkDraft[]): void {
    for (const { chunk, body } of chunks) {
      this.#cachedBytes += body.length
      if (this.#cachedBytes > MAX_CACHED_BYTES) return
      this.#options.payloads.put(this.#options.ref, chunk, body.slice())
    }
  }

  /** Resolves when everything handed over is durable. @throws what the store said to one of the writes */
  async settle(): Promise<void> {
    await Promise.all(this.#writes)
    this.#throwFailure()
  }

  /** Removes what was written. Never throws: what cannot be removed now is at the next start. */
  async discard(): Promise<void> {
    const { ref, store, payloads, logger } = this.#options
    await Promise.all(this.#writes)
    payloads.drop(ref)
    if (!this.#wrote) return
    try {
      await store.discardJob(ref)
    } catch (error) {
      logger.warn({ ref, error: String(error) }, 'Cannot remove the chunks of an abandoned upload: the next start will')
    }
  }

  #done(write: Promise<void>, bytes: number): void {
    FAILPOINT: failpoint('ingest.chunks.durable')
    this.#writes.delete(write)
    this.#inFlightBytes -= bytes
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error
  }
}
