import { type OutcomeBatch, OutcomeView, Verdict } from '../../model/outcome-batch.ts'
import { StoreError } from '../store-error.ts'
import type { ItemCountsQuery } from '../item-store.ts'
import { BucketCounts } from './bucket-counts.ts'
import { applyRecord, type ChunkMap, type MapStatements, readChunkMap } from './chunk-map.ts'

/** A commit's outcomes, with the map each record goes to. */
export interface Segment {
  readonly seq: number
  readonly bytes: number
  /** It has errors, warnings or results of connectors. */
  readonly hasTexts: boolean
  readonly view: OutcomeView
  readonly maps: readonly ChunkMap[]
}

/** Maps that nothing waits for are kept up to here: 8 million items. */
const MAX_CLEAN_BYTES = 64 * 1024 * 1024

/**
 * The outcome maps that commits change, in the writer's memory.
 *
 * Turns committed records into 8 bytes an item and remembers which chunks are not written yet (`dirty`) and which segments are
 * still needed to make them again (REC-5). Changed only after the transaction that wrote the segment; forgotten once written and
 * finished. A map not in memory is read from its row when the next outcome comes.
 */
export class OutcomeMaps {
  readonly #sql: MapStatements
  readonly #jobs = new Map<number, Map<number, ChunkMap>>()
  readonly #endedJobs = new Set<number>()
  #entryBytes = 0
  #loaded: ChunkMap[] = []
  /** Chunks with outcomes that stand in segments only. */
  readonly dirty = new Set<ChunkMap>()
  /** Segments not dropped yet, oldest first. */
  segments: { readonly seq: number; readonly bytes: number; readonly hasTexts: boolean }[] = []
  segmentBytes = 0

  constructor(sql: MapStatements) {
    this.#sql = sql
  }

  /** Finds the map of every record. @throws StoreError `conflict` for a record of no published chunk, or without a verdict */
  resolve(seq: number, batch: OutcomeBatch): Segment {
    const view = new OutcomeView(batch)
    const maps: ChunkMap[] = new Array<ChunkMap>(view.count)
    let map: ChunkMap | undefined
    for (let n = 0; n < view.count; n++) {
      const ref = view.jobRef(n)
      const chunk = view.chunk(n)
      if (map?.ref !== ref || map.chunk !== chunk) map = this.find(ref, chunk)
      const at = map === undefined ? -1 : view.index(n) - map.firstIndex
      if (map === undefined || at < 0 || at >= map.count || view.verdict(n) === Verdict.unjudged)
        throw strayRecord(view, n)
      maps[n] = map
    }
    return { seq, view, maps, bytes: bytesOf(batch), hasTexts: batch.details !== null }
  }

  /** Takes over a segment that has been committed. */
  apply(segment: Segment): void {
    const { view, maps } = segment
    for (let n = 0; n < view.count; n++) this.#apply(maps[n]!, view, n)
    this.#keepSegment(segment)
  }

  /** Takes over a segment found at the start: only what the rows do not have yet, and nothing of jobs that are gone. */
  replay(seq: number, batch: OutcomeBatch): void {
    const view = new OutcomeView(batch)
    for (let n = 0; n < view.count; n++) {
      const map = this.find(view.jobRef(n), view.chunk(n))
      if (map !== undefined && map.foldedSeq < seq) this.#apply(map, view, n)
    }
    this.#keepSegment({ seq, bytes: bytesOf(batch), hasTexts: batch.details !== null })
  }

  /** The map of a published chunk: from memory, else from its row, else new. */
  find(ref: number, chunk: number): ChunkMap | undefined {
    const known = this.#jobs.get(ref)?.get(chunk)
    if (known !== undefined) return known
    const map = this.#load(ref, chunk)
    if (map === undefined) return undefined
    let chunks = this.#jobs.get(ref)
    if (chunks === undefined) this.#jobs.set(ref, (chunks = new Map()))
    chunks.set(chunk, map)
    this.#entryBytes += map.entries.byteLength
    this.#loaded.push(map)
    return map
  }

  /** Whether `find` reads nothing. */
  has(ref: number, chunk: number): boolean {
    return this.#jobs.get(ref)?.has(chunk) ?? false
  }

  /** Dirty chunks of a job that hold an item from `fromIndex` to `toIndex` (exclusive), in order. */
  dirtyOf(ref: number, fromIndex: number, toIndex: number): ChunkMap[] {
    const found: ChunkMap[] = []
    for (const map of this.#jobs.get(ref)?.values() ?? []) {
      if (map.firstIndex + map.count > fromIndex && map.firstIndex < toIndex && this.dirty.has(map)) found.push(map)
    }
    return found.sort((a, b) => a.firstIndex - b.firstIndex)
  }

  /** Counts the items of dirty chunks of a job. */
  countDirty(query: ItemCountsQuery): { chunks: number[]; counts: Uint32Array } {
    const buckets = new BucketCounts(query)
    const dirty = this.dirtyOf(query.ref, 0, query.total)
    for (const map of dirty) buckets.add(map, buckets.needsEntries(map) ? map.entries : undefined)
    return { chunks: dirty.map(({ chunk }) => chunk), counts: buckets.counts }
  }

  /** A map's rows are committed, up to segment `seq`. */
  wasWritten(map: ChunkMap, seq: number): void {
    this.dirty.delete(map)
    map.foldedSeq = seq
    map.callViews = []
    map.callNumbers = []
    if (map.succeeded + map.failed + map.cancelled === map.count || this.#endedJobs.has(map.ref)) this.#forget(map)
  }

  /** A job has ended: no further outcome will come. */
  jobEnded(ref: number): void {
    this.#endedJobs.add(ref)
    for (const map of this.#jobs.get(ref)?.values() ?? []) if (!this.dirty.has(map)) this.#forget(map)
    if (!this.#jobs.has(ref)) this.#endedJobs.delete(ref)
  }

  /** A job is deleted: what was not written of it never will be. */
  forgetJob(ref: number): void {
    for (const map of this.#jobs.get(ref)?.values() ?? []) {
      this.dirty.delete(map)
      this.#forget(map)
    }
  }

  /** The jobs that have maps in memory. */
  get refs(): number[] {
    return [...this.#jobs.keys()]
  }

  /** How many maps were read since `keepLoaded()`; for `forgetLoaded`. */
  get loadedCount(): number {
    return this.#loaded.length
  }

  /** The transaction in which maps were read has committed. */
  keepLoaded(): void {
    this.#loaded = []
  }

  /** Undoes the loads after the first `count`: their chunks may never have been committed. */
  forgetLoaded(count: number): void {
    for (const map of this.#loaded.splice(count)) this.#forget(map)
  }

  /** Gives up maps that can be read again while there are too many. */
  trim(): void {
    for (const chunks of this.#jobs.values()) {
      for (const map of chunks.values()) {
        if (this.#entryBytes <= MAX_CLEAN_BYTES) return
        if (!this.dirty.has(map)) this.#forget(map)
      }
    }
  }

  #keepSegment({ seq, bytes, hasTexts }: Pick<Segment, 'seq' | 'bytes' | 'hasTexts'>): void {
    this.segments.push({ seq, bytes, hasTexts })
    this.segmentBytes += bytes
  }

  #forget(map: ChunkMap): void {
    const chunks = this.#jobs.get(map.ref)
    if (chunks?.get(map.chunk) !== map) return
    chunks.delete(map.chunk)
    this.#entryBytes -= map.entries.byteLength
    if (chunks.size > 0) return
    this.#jobs.delete(map.ref)
    this.#endedJobs.delete(map.ref)
  }

  #apply(map: ChunkMap, view: OutcomeView, n: number): void {
    applyRecord(map, view, n)
    this.dirty.add(map)
  }

  #load(ref: number, chunk: number): ChunkMap | undefined {
    const place = this.#sql.findMapChunk.get(ref, chunk) as PlaceRow | undefined
    if (place === undefined) return undefined
    const { first_index: firstIndex, count, created_at_ms: createdAtMs, term } = place
    return readChunkMap(
      this.#sql,
      { ref, chunk, firstIndex, count },
      { epoch: term ?? 0, baseMs: Math.floor(createdAtMs) },
    )
  }
}

/** A row of `findMapChunk`. */
export interface PlaceRow {
  readonly first_index: number
  readonly count: number
  readonly created_at_ms: number
  /** Of the job's channel; null: it was never adopted. */
  readonly term: number | null
}

function bytesOf(batch: OutcomeBatch): number {
  return batch.records.byteLength + (batch.details?.byteLength ?? 0)
}

function strayRecord(view: OutcomeView, n: number): StoreError {
  const place = `job ref ${view.jobRef(n)}, chunk ${view.chunk(n)}, index ${view.index(n)}, verdict ${view.verdict(n)}`
  return new StoreError(
    'conflict',
    `Cannot commit outcome as it must be judged and of a stored item: current record is ${place}`,
  )
}
