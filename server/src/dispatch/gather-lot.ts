import type { JobRef } from '../model/ids.ts'
import { chunkOf, type LiveJob, type LiveJobs } from '../model/live-job.ts'
import type { Lot } from './lot.ts'
import { MAX_LOT_BYTES } from './lot-size.ts'
import type { LotItems, LotJob } from './messages-lot.ts'
import type { ChunkAddress, Payload, PayloadCache } from './payload-cache.ts'

/** Bodies held for one lot at the same time: beyond it lines are copied out one by one. */
const MAX_BODIES = 32
/** Chunks that one question to the store asks for. */
const LOAD_AT_ONCE = 16

/** A lot with its payloads. Columns hold `count` entries; what is not among them is in `left` or `lost`. */
export interface GatheredLot extends LotItems {
  readonly table: readonly LotJob[]
  readonly jobRefs: Uint32Array
  readonly indexes: Uint32Array
  readonly chunks: Uint32Array
  readonly slots: Uint32Array
  readonly attempts: Uint16Array
  readonly throttled: Uint16Array
  readonly bytes: number
  /** Slots of items that do not fit into this lot, or whose job has ended meanwhile: they go back. */
  readonly left: readonly number[]
  /** Places in the lot of items whose payload the store does not have. */
  readonly lost: readonly number[]
}

interface Place {
  readonly job: LiveJob
  readonly chunk: number
  readonly firstIndex: number
  readonly endIndex: number
}

type Found = Map<string, Payload | null>

/**
 * Finds the payloads of a lot's items: at once when all are in the cache, else after loading what is missing.
 * @throws StoreError the store cannot read
 */
export function gatherLot(
  lot: Lot,
  sources: { payloads: PayloadCache; liveJobs: LiveJobs },
): GatheredLot | Promise<GatheredLot> {
  const { payloads, liveJobs } = sources
  const missing = new Map<string, ChunkAddress>()
  const places = placesOf(lot, liveJobs)
  let last: Place | null = null
  for (const place of places) {
    if (place === null || place === last) continue
    last = place
    const { ref } = place.job.record
    if (payloads.get(ref, place.chunk) === undefined) missing.set(keyOf(ref, place.chunk), { ref, chunk: place.chunk })
  }
  if (missing.size === 0) {
    return new Gathering(lot, places).gather((place) => payloads.get(place.job.record.ref, place.chunk))
  }
  return loadAndGather(lot, { places, missing: [...missing.values()], payloads })
}

async function loadAndGather(
  lot: Lot,
  parts: { places: readonly (Place | null)[]; missing: readonly ChunkAddress[]; payloads: PayloadCache },
): Promise<GatheredLot> {
  const { places, missing, payloads } = parts
  const found: Found = new Map()
  const lines = missing.length > MAX_BODIES ? new Array<Uint8Array | undefined>(lot.count) : null
  for (let from = 0; from < missing.length; from += LOAD_AT_ONCE) {
    const group = missing.slice(from, from + LOAD_AT_ONCE)
    const loaded = await payloads.load(group)
    const ofGroup: Found = lines === null ? found : new Map()
    group.forEach(({ ref, chunk }, n) => ofGroup.set(keyOf(ref, chunk), loaded[n] ?? null))
    if (lines !== null) copyLines(lot, { places, found: ofGroup, lines })
  }
  return new Gathering(lot, places, lines).gather((place) => {
    const { ref } = place.job.record
    return found.get(keyOf(ref, place.chunk)) ?? payloads.get(ref, place.chunk)
  })
}

/** Copies the lines that are in a group of chunks, so that the group's bodies need not be held. */
function copyLines(
  lot: Lot,
  parts: { places: readonly (Place | null)[]; found: Found; lines: (Uint8Array | undefined)[] },
): void {
  for (let n = 0; n < lot.count; n++) {
    const place = parts.places[n]
    if (place == null) continue
    const payload = parts.found.get(keyOf(place.job.record.ref, place.chunk))
    if (payload == null) continue
    const line = lot.indexes[n]! - place.firstIndex
    parts.lines[n] = payload.body.slice(payload.startOf(line), payload.endOf(line))
  }
}

class Gathering {
  readonly #lot: Lot
  readonly #places: readonly (Place | null)[]
  readonly #lines: readonly (Uint8Array | undefined)[] | null

  constructor(lot: Lot, places: readonly (Place | null)[], lines: readonly (Uint8Array | undefined)[] | null = null) {
    this.#lot = lot
    this.#places = places
    this.#lines = lines
  }

  gather(payloadOf: (place: Place) => Payload | null | undefined): GatheredLot {
    const lot = this.#lot
    const table: LotJob[] = []
    const numbers = new Map<LiveJob, number>()
    const jobs = new Uint32Array(lot.count)
    const columns = {
      jobRefs: new Uint32Array(lot.count),
      indexes: new Uint32Array(lot.count),
      chunks: new Uint32Array(lot.count),
      slots: new Uint32Array(lot.count),
      attempts: new Uint16Array(lot.count),
      throttled: new Uint16Array(lot.count),
      starts: new Uint32Array(lot.count),
      ends: new Uint32Array(lot.count),
    }
    const bodies: Uint8Array[] = []
    const left: number[] = []
    const lost: number[] = []
    let count = 0
    let bytes = 0
    let last: Place | null = null
    let payload: Payload | null | undefined
    let number = 0
    for (let n = 0; n < lot.count; n++) {
      const place = this.#places[n]!
      if (place === null || bytes >= MAX_LOT_BYTES) {
        left.push(lot.slots[n]!)
        continue
      }
      if (place !== last) {
        last = place
        payload = this.#lines === null ? payloadOf(place) : (payloadOf(place) ?? null)
        number = numberOf(place.job, { numbers, table })
      }
      const copied = this.#lines?.[n]
      if (copied === undefined && payload == null) {
        lost.push(n)
        continue
      }
      const line = lot.indexes[n]! - place.firstIndex
      const start = copied === undefined ? payload!.startOf(line) : 0
      const end = copied === undefined ? payload!.endOf(line) : copied.length
      bodies.push(copied ?? payload!.body)
      jobs[count] = number
      columns.jobRefs[count] = lot.jobRefs[n]!
      columns.indexes[count] = lot.indexes[n]!
      columns.chunks[count] = place.chunk
      columns.slots[count] = lot.slots[n]!
      columns.attempts[count] = lot.attempts[n]!
      columns.throttled[count] = lot.throttled[n]!
      columns.starts[count] = start
      columns.ends[count] = end
      bytes += end - start
      count++
    }
    return { ...columns, jobs, bodies, count, table, bytes, left, lost }
  }
}

/** Where each item is; the same object for items of one chunk that follow each other. Null: its job is no longer alive. */
function placesOf(lot: Lot, liveJobs: LiveJobs): (Place | null)[] {
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

function numberOf(job: LiveJob, parts: { numbers: Map<LiveJob, number>; table: LotJob[] }): number {
  const known = parts.numbers.get(job)
  if (known !== undefined) return known
  const { record } = job
  const number = parts.table.push({
    ref: record.ref,
    jobId: record.id,
    subscription: record.subscription,
    objectType: record.envelope.objectType,
    action: record.envelope.action,
  })
  parts.numbers.set(job, number - 1)
  return number - 1
}

function keyOf(ref: number, chunk: number): string {
  return `${ref}/${chunk}`
}
