import type { JobRef } from '../model/ids.ts'
import { chunkOf, type LiveJob, type LiveJobs } from '../model/live-job.ts'
import type { ItemStore } from '../store/item-store.ts'
import type { Lot } from './lot.ts'

/** How many bytes of bodies are kept: fifteen of the largest chunks, or a hundred ordinary ones, so that a short backlog is not read back. */
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024
/**
 * A body that was offered or used this recently is not replaced by an offered one: the backlog is longer than the cache, and what came first is
 * delivered first. Beyond it, the chunks of a paused channel make way.
 */
const KEPT_FOR_MS = 1000
/** Up to this share of the cache an offered body is always kept: a small job is delivered beside a long backlog. */
const SMALL_SHARE = 1 / 256

export interface PayloadCacheOptions {
  readonly store: Pick<ItemStore, 'loadChunks' | 'loadReplacements'>
  /** @default 16 MiB */
  readonly maxBytes?: number
  /** @default monotonic time */
  readonly nowMs?: () => number
}

/** A chunk's body and where its lines are. */
export class Payload {
  readonly body: Uint8Array
  /** When it was kept or asked for last. */
  usedAtMs = 0
  /** Start of each line found so far, and the end of the last of them. */
  #starts = new Uint32Array(64)
  #found = 0

  constructor(body: Uint8Array) {
    this.body = body
  }

  /** Start of line `n`, 0 and up. Lines are looked for as far as asked. */
  startOf(n: number): number {
    while (this.#found < n) this.#findNext()
    return this.#starts[n]!
  }

  /** End of line `n` without its newline. */
  endOf(n: number): number {
    return this.startOf(n + 1) - 1
  }

  #findNext(): void {
    const newline = this.body.indexOf(10, this.#starts[this.#found])
    if (newline === -1)
      throw new RangeError(
        `Cannot find line ${this.#found} as the chunk must hold it: it has ${this.body.length} bytes`,
      )
    if (++this.#found >= this.#starts.length) {
      const grown = new Uint32Array(this.#starts.length * 2)
      grown.set(this.#starts)
      this.#starts = grown
    }
    this.#starts[this.#found] = newline + 1
  }
}

export interface ChunkAddress {
  readonly ref: JobRef
  readonly chunk: number
}

/** A job has at most 1,000,000 items in chunks of at least one: 2^20 chunks, so that address fits a number exactly. */
const CHUNKS_PER_JOB = 2 ** 20

/** Keeps the bodies of chunks that are delivered now or soon, the least recently used go first; what it lacks it loads. */
export class PayloadCache {
  readonly #store: PayloadCacheOptions['store']
  readonly #maxBytes: number
  readonly #nowMs: () => number
  readonly #payloads = new Map<number, Payload>()
  /** Chunks a load is under way for: everybody who needs one waits for the same load. */
  readonly #loading = new Map<number, Promise<Payload | null>>()
  /** Highest chunk ever kept or loaded of each job not dropped yet. */
  readonly #lastChunks = new Map<number, number>()
  #bytes = 0

  constructor(options: PayloadCacheOptions) {
    this.#store = options.store
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
    this.#nowMs = options.nowMs ?? (() => performance.now())
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Keeps a body (NDJSON, each line ending in a newline); it is the cache's from then on. */
  put(ref: JobRef, chunk: number, body: Uint8Array): void {
    this.#keep({ ref, chunk }, body)
  }

  /** Keeps a copy of the body of a chunk that was just stored, unless that replaced one that is needed sooner. */
  offer(ref: JobRef, chunk: number, body: Uint8Array): void {
    const isSmall = body.length <= this.#maxBytes * SMALL_SHARE
    if (!isSmall && this.#bytes + body.length > this.#maxBytes) {
      const [oldest] = this.#payloads.values()
      if (oldest !== undefined && this.#nowMs() - oldest.usedAtMs < KEPT_FOR_MS) return
    }
    this.put(ref, chunk, new Uint8Array(body))
  }

  get(ref: JobRef, chunk: number): Payload | undefined {
    const address = addressOf(ref, chunk)
    const payload = this.#payloads.get(address)
    if (payload !== undefined) {
      payload.usedAtMs = this.#nowMs()
      this.#payloads.delete(address)
      this.#payloads.set(address, payload)
    }
    return payload
  }

  /**
   * Returns payloads in the order asked for, null where the store has none; asks the store once for all that are missing.
   * @throws StoreError the store cannot read
   */
  async load(chunks: readonly ChunkAddress[]): Promise<readonly (Payload | null)[]> {
    const missing: ChunkAddress[] = []
    const answers = chunks.map(({ ref, chunk }) => {
      const payload = this.get(ref, chunk) ?? this.#loading.get(addressOf(ref, chunk))
      if (payload === undefined) missing.push({ ref, chunk })
      return payload
    })
    if (missing.length > 0) this.#loadFromStore(missing)
    return Promise.all(chunks.map(async ({ ref, chunk }, n) => answers[n] ?? this.#loading.get(addressOf(ref, chunk))!))
  }

  /**
   * Returns the lines of items whose data was replaced, null where the store has none. They are not kept: there are few, and they are
   * called once or twice.
   * @throws StoreError the store cannot read
   */
  loadReplaced(
    items: readonly { readonly ref: JobRef; readonly index: number }[],
  ): Promise<readonly (Uint8Array | null)[]> {
    return this.#store.loadReplacements(items)
  }

  /** Forgets a job's bodies: it has ended. Loads on their way are delivered, but not kept. */
  drop(ref: JobRef): void {
    const last = this.#lastChunks.get(ref) ?? -1
    for (let chunk = 0; chunk <= last; chunk++) {
      this.#forget(addressOf(ref, chunk))
      this.#loading.delete(addressOf(ref, chunk))
    }
    this.#lastChunks.delete(ref)
  }

  #loadFromStore(missing: readonly ChunkAddress[]): void {
    const loaded = this.#store.loadChunks(missing)
    missing.forEach(({ ref, chunk }, n) => {
      const address = addressOf(ref, chunk)
      const isWanted = (): boolean => this.#loading.get(address) === loading
      const loading: Promise<Payload | null> = loaded
        .then((bodies) => {
          const body = bodies[n]
          if (body == null) return null
          return isWanted() ? this.#keep({ ref, chunk }, body) : new Payload(body)
        })
        .finally(() => {
          if (isWanted()) this.#loading.delete(address)
        })
      this.#loading.set(address, loading)
      this.#noteChunk(ref, chunk)
    })
  }

  #keep({ ref, chunk }: ChunkAddress, body: Uint8Array): Payload {
    const address = addressOf(ref, chunk)
    const payload = new Payload(body)
    payload.usedAtMs = this.#nowMs()
    this.#forget(address)
    this.#payloads.set(address, payload)
    this.#bytes += body.length
    this.#noteChunk(ref, chunk)
    for (const oldest of this.#payloads.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === address) break
      this.#forget(oldest)
    }
    return payload
  }

  #noteChunk(ref: JobRef, chunk: number): void {
    this.#lastChunks.set(ref, Math.max(this.#lastChunks.get(ref) ?? 0, chunk))
  }

  #forget(address: number): void {
    const payload = this.#payloads.get(address)
    if (payload === undefined) return
    this.#payloads.delete(address)
    this.#bytes -= payload.body.length
  }
}

function addressOf(ref: number, chunk: number): number {
  return ref * CHUNKS_PER_JOB + chunk
}

/** Where an item is; the same object for items of one chunk that follow each other. */
export interface Place {
  readonly job: LiveJob
  readonly chunk: number
  readonly firstIndex: number
  readonly endIndex: number
}

/** Whether the item of this index has other data than its chunk. */
export function isReplaced({ job }: Place, index: number): boolean {
  return job.replaced !== null && job.replaced.has(index)
}

/** Finds the place of each item of a lot. Null: its job is no longer alive. */
export function placesOf(lot: Lot, liveJobs: LiveJobs): (Place | null)[] {
  const places = new Array<Place | null>(lot.count)
  let last: Place | null = null
  let job: LiveJob | undefined
  let ref = -1
  for (let n = 0; n < lot.count; n++) {
    const index = lot.indexes[n]!
    if (lot.jobRefs[n] !== ref) {
      ref = lot.jobRefs[n]!
      job = liveJobs.byRef(ref as JobRef)
      last = null
    }
    if (job === undefined) {
      places[n] = null
      continue
    }
    if (last === null || index < last.firstIndex || index >= last.endIndex) {
      const chunk = chunkOf(job, index)
      last = { job, chunk, firstIndex: job.chunkStarts[chunk] ?? 0, endIndex: job.chunkStarts[chunk + 1] ?? Infinity }
    }
    places[n] = last
  }
  return places
}
