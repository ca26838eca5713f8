import { type ChunkAddress, isReplaced, type Payload, type PayloadCache, type Place } from './payload-cache.ts'
import type { JobRef } from '../model/ids.ts'
import type { Lot } from './lot.ts'
import { MAX_LOT_BYTES } from './lot-size.ts'

/** Chunks that one question to the store asks for; their bodies, of 1 MiB at most, are held until their lines are copied. */
const LOAD_AT_ONCE = 16
/** The same of items whose data was replaced, of 1 MiB at most. */
const LOAD_REPLACED_AT_ONCE = 8
/** Chunks of one lot, so that lots of small jobs do not keep others waiting. */
const MAX_CHUNKS = 512
const FIRST_BYTES = 64 * 1024
/** A lot takes items until it is full: the last one may be an item of 1 MiB. */
const MAX_BYTES = MAX_LOT_BYTES + 1024 * 1024

/**
 * Copies the lines of a lot's items out of their chunks, a few chunks at a time, in the order of the lot's items: what does not fit
 * into the lot is not copied. Each chunk is looked for once. Items whose data was replaced come first, so that others never fill the lot for ever.
 * @throws StoreError the store cannot read
 */
export async function loadLines(
  lot: Lot,
  places: readonly (Place | null)[],
  payloads: PayloadCache,
): Promise<CopiedLines> {
  const lines = new CopiedLines(lot.count)
  await loadReplaced(lot, { places, payloads, lines })
  const chunks = chunksOf(lot, places).slice(0, MAX_CHUNKS)
  for (let from = 0; from < chunks.length && !lines.isFull; from += LOAD_AT_ONCE) {
    const group = chunks.slice(from, from + LOAD_AT_ONCE)
    const loaded = await payloads.load(group)
    group.forEach((chunk, at) => {
      const payload = loaded[at]!
      for (const n of chunk.items)
        if (payload === null) lines.lose(n)
        else lines.copy(n, payload, lot.indexes[n]! - chunk.firstIndex)
    })
  }
  return lines
}

async function loadReplaced(
  lot: Lot,
  {
    places,
    payloads,
    lines,
  }: { places: readonly (Place | null)[]; payloads: Pick<PayloadCache, 'loadReplaced'>; lines: CopiedLines },
): Promise<void> {
  const replaced: { n: number; ref: JobRef; index: number }[] = []
  places.forEach((place, n) => {
    const index = lot.indexes[n]!
    if (place !== null && isReplaced(place, index)) replaced.push({ n, ref: place.job.record.ref, index })
  })
  for (let from = 0; from < replaced.length && !lines.isFull; from += LOAD_REPLACED_AT_ONCE) {
    const group = replaced.slice(from, from + LOAD_REPLACED_AT_ONCE)
    const loaded = await payloads.loadReplaced(group.map(({ ref, index }) => ({ ref, index })))
    group.forEach(({ n }, at) => {
      const line = loaded[at] ?? null
      if (line === null) lines.lose(n)
      else lines.copyLine(n, line)
    })
  }
}

const LOST = 1
const COPIED = 2

/** Lines of a lot's items in one buffer, by the item's place in the lot. */
export class CopiedLines {
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly #states: Uint8Array
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #length = 0

  constructor(count: number) {
    this.starts = new Uint32Array(count)
    this.ends = new Uint32Array(count)
    this.#states = new Uint8Array(count)
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  get isFull(): boolean {
    return this.#length >= MAX_LOT_BYTES
  }

  isLost(n: number): boolean {
    return this.#states[n] === LOST
  }

  isCopied(n: number): boolean {
    return this.#states[n] === COPIED
  }

  lose(n: number): void {
    this.#states[n] = LOST
  }

  /** Does nothing when the lot is full. */
  copy(n: number, payload: Payload, line: number): void {
    if (!this.isFull) this.copyLine(n, payload.body.subarray(payload.startOf(line), payload.endOf(line)))
  }

  /** Does nothing when the lot is full. */
  copyLine(n: number, line: Uint8Array): void {
    if (this.isFull) return
    this.#grow(this.#length + line.length)
    this.#bytes.set(line, this.#length)
    this.starts[n] = this.#length
    this.#length += line.length
    this.ends[n] = this.#length
    this.#states[n] = COPIED
  }

  #grow(bytes: number): void {
    if (bytes <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(bytes, Math.min(this.#bytes.length * 2, MAX_BYTES)))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}

interface WantedChunk extends ChunkAddress {
  readonly firstIndex: number
  /** Places in the lot of its items. */
  readonly items: number[]
}

/** The chunks of a lot, in the order of their first items. */
function chunksOf(lot: Lot, places: readonly (Place | null)[]): WantedChunk[] {
  const chunks: WantedChunk[] = []
  const known = new Map<number, Map<number, WantedChunk>>()
  let last: Place | null = null
  let wanted: WantedChunk | undefined
  places.forEach((place, n) => {
    if (place === null || isReplaced(place, lot.indexes[n]!)) return
    if (place !== last) {
      last = place
      const { ref } = place.job.record
      let ofJob = known.get(ref)
      if (ofJob === undefined) known.set(ref, (ofJob = new Map()))
      wanted = ofJob.get(place.chunk)
      if (wanted === undefined) {
        wanted = { ref, chunk: place.chunk, firstIndex: place.firstIndex, items: [] }
        ofJob.set(place.chunk, wanted)
        chunks.push(wanted)
      }
    }
    wanted!.items.push(n)
  })
  return chunks
}
