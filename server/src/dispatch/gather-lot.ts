import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { isReplaced, type Place, placesOf } from './item-places.ts'
import { loadLines } from './load-lines.ts'
import type { LoadTurns } from './load-turns.ts'
import type { Lot } from './lot.ts'
import { MAX_LOT_BYTES } from './lot-size.ts'
import type { LotItems, LotJob } from './messages-lot.ts'
import type { Payload, PayloadCache } from './payload-cache.ts'

/** A lot with its payloads. Columns hold `count` entries; what is not among them is in `left` or `lost`. */
export interface GatheredLot extends LotItems {
  readonly table: readonly LotJob[]
  readonly jobRefs: Uint32Array
  readonly indexes: Uint32Array
  readonly chunks: Uint32Array
  readonly itemHandles: Uint32Array
  readonly attempts: Uint16Array
  readonly throttled: Uint16Array
  readonly bytes: number
  /** Handles of items that do not fit into this lot, or whose job has ended meanwhile: they are returned. */
  readonly left: readonly number[]
  /** Items whose chunk the store says it does not have. */
  readonly lost: readonly LostItem[]
}

export interface LostItem {
  /** The item's place in the lot. */
  readonly n: number
  readonly chunk: number
}

export interface GatherSources {
  readonly payloads: PayloadCache
  readonly liveJobs: LiveJobs
  /** Bounds how many lots are loaded at once, and so the memory of all of them. */
  readonly turns: LoadTurns
}

/**
 * Finds the payloads of a lot's items: at once when all are in the cache, else after loading what is missing, when it is its turn. What is
 * found is held, or copied, until the lot is complete: the cache may forget it meanwhile.
 * @throws StoreError the store cannot read
 */
export function gatherLot(lot: Lot, sources: GatherSources): GatheredLot | Promise<GatheredLot> {
  const places = placesOf(lot, sources.liveJobs)
  return gatherCached(lot, places, sources.payloads) ?? sources.turns.run(() => gatherLoaded(lot, places, sources))
}

/** Null: not all of it is in the cache. */
function gatherCached(lot: Lot, places: readonly (Place | null)[], payloads: PayloadCache): GatheredLot | null {
  const gathering = new Gathering(lot)
  let last: Place | null = null
  let payload: Payload | undefined
  for (let n = 0; n < lot.count; n++) {
    const place = places[n]!
    if (place === null || gathering.isFull) {
      gathering.leave(n)
      continue
    }
    if (place !== last) {
      last = place
      payload = payloads.get(place.job.record.ref, place.chunk)
      if (payload === undefined) return null
    }
    if (isReplaced(place, lot.indexes[n]!)) return null
    const line = lot.indexes[n]! - place.firstIndex
    gathering.add(n, { place, body: payload!.body, start: payload!.startOf(line), end: payload!.endOf(line) })
  }
  return gathering.done()
}

async function gatherLoaded(
  lot: Lot,
  places: readonly (Place | null)[],
  { payloads, liveJobs }: GatherSources,
): Promise<GatheredLot> {
  const lines = await loadLines(lot, places, payloads)
  const gathering = new Gathering(lot)
  for (let n = 0; n < lot.count; n++) {
    const place = places[n]!
    if (place === null || liveJobs.byRef(place.job.record.ref) !== place.job) gathering.leave(n)
    else if (lines.isLost(n)) gathering.lose(n, place)
    else if (lines.isCopied(n))
      gathering.add(n, { place, body: lines.bytes, start: lines.starts[n]!, end: lines.ends[n]! })
    else gathering.leave(n)
  }
  return gathering.done()
}

/** Collects a lot's items in their order. */
class Gathering {
  readonly #lot: Lot
  readonly #table: LotJob[] = []
  readonly #numbers = new Map<LiveJob, number>()
  readonly #columns
  readonly #bodies: Uint8Array[] = []
  readonly #left: number[] = []
  readonly #lost: LostItem[] = []
  #bytes = 0
  #last: LiveJob | null = null
  #number = 0

  constructor(lot: Lot) {
    this.#lot = lot
    this.#columns = {
      jobs: new Uint32Array(lot.count),
      jobRefs: new Uint32Array(lot.count),
      indexes: new Uint32Array(lot.count),
      chunks: new Uint32Array(lot.count),
      itemHandles: new Uint32Array(lot.count),
      attempts: new Uint16Array(lot.count),
      throttled: new Uint16Array(lot.count),
      starts: new Uint32Array(lot.count),
      ends: new Uint32Array(lot.count),
    }
  }

  get isFull(): boolean {
    return this.#bytes >= MAX_LOT_BYTES
  }

  add(n: number, { place, body, start, end }: { place: Place; body: Uint8Array; start: number; end: number }): void {
    if (place.job !== this.#last) {
      this.#last = place.job
      this.#number = this.#numberOf(place.job)
    }
    const lot = this.#lot
    const columns = this.#columns
    const at = this.#bodies.push(body) - 1
    columns.jobs[at] = this.#number
    columns.jobRefs[at] = lot.jobRefs[n]!
    columns.indexes[at] = lot.indexes[n]!
    columns.chunks[at] = place.chunk
    columns.itemHandles[at] = lot.itemHandles[n]!
    columns.attempts[at] = lot.attempts[n]!
    columns.throttled[at] = lot.throttled[n]!
    columns.starts[at] = start
    columns.ends[at] = end
    this.#bytes += end - start
  }

  leave(n: number): void {
    this.#left.push(this.#lot.itemHandles[n]!)
  }

  lose(n: number, { chunk }: Place): void {
    this.#lost.push({ n, chunk })
  }

  done(): GatheredLot {
    return {
      ...this.#columns,
      bodies: this.#bodies,
      count: this.#bodies.length,
      table: this.#table,
      bytes: this.#bytes,
      left: this.#left,
      lost: this.#lost,
    }
  }

  #numberOf(job: LiveJob): number {
    const known = this.#numbers.get(job)
    if (known !== undefined) return known
    const { record } = job
    const number = this.#table.push({
      ref: record.ref,
      jobId: record.id,
      subscription: record.subscription,
      objectType: record.envelope.objectType,
      action: record.envelope.action,
      partitionBy: record.envelope.partitionBy,
      deadlineAtMs: record.envelope.deadlineAtMs,
      ...(record.continuesTrace && traceOf(record)),
    })
    this.#numbers.set(job, number - 1)
    return number - 1
  }
}

/** The trace that a job's calls continue. */
function traceOf({ traceparent, tracestate }: LiveJob['record']): Pick<LotJob, 'traceparent' | 'tracestate'> {
  return { ...(traceparent !== null && { traceparent }), ...(tracestate !== null && { tracestate }) }
}
