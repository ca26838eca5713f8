import type { JobRef } from '../../model/ids.ts'
import { chunkOf, type LiveJob } from '../../model/live-job.ts'
import type { ItemStore } from '../../store/item-store.ts'
import { keptText } from '../check/failed-items.ts'

const LF = 10

/** The stored lines of a job one after another, with one chunk in memory at a time. */
export class StoredLines {
  readonly #job: LiveJob
  readonly #store: Pick<ItemStore, 'loadChunks'>
  #body: Buffer = Buffer.alloc(0)
  /** The index whose line begins at `#at`. */
  #index = -1
  #at = 0

  constructor(job: LiveJob, store: Pick<ItemStore, 'loadChunks'>) {
    this.#job = job
    this.#store = store
  }

  /** Whether the line of this index is in memory; indexes must be requested in ascending order. */
  has(index: number): boolean {
    return index === this.#index && this.#at < this.#body.length
  }

  /** Loads the chunk that holds the line of this index. */
  async load(index: number): Promise<void> {
    const ref: JobRef = this.#job.record.ref
    const chunk = chunkOf(this.#job, index)
    const [body] = await this.#store.loadChunks([{ ref, chunk }])
    if (body == null)
      throw new Error(`Cannot compare item ${index} as chunk ${chunk} of job ${ref} must be stored: it is not`)
    this.#body = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    this.#index = this.#job.chunkStarts[chunk]!
    this.#at = 0
    while (this.#index < index) this.#next()
  }

  /** Compares a line with the one stored, and continues with the next. Of an item that was rejected at ingest only a text was kept. */
  equals(index: number, line: Buffer): boolean {
    const end = this.#body.indexOf(LF, this.#at)
    const stored = this.#body.subarray(this.#at, end)
    this.#next()
    return index === this.#index - 1 && (stored.equals(line) || stored.equals(keptText(line)))
  }

  #next(): void {
    this.#at = this.#body.indexOf(LF, this.#at) + 1
    this.#index++
  }
}
