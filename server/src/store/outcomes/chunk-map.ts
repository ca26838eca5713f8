import {
  isEnded,
  type OutcomeRecord,
  OutcomeView,
  OutcomeWriter,
  recordBytes,
  Verdict,
  wholeBuffer,
} from '../../model/outcome-batch.ts'
import { damaged } from '../store-error.ts'

/*
 * One item in a chunk's outcome map: 8 bytes, two little-endian words. Frozen: maps on disk hold it (test vectors keep it).
 *
 *     word 0   start of the call in ms after the map's base
 *     word 1   bits 0-3 last verdict (0: never judged)   bit 4 plain   bits 5-14 HTTP status   bits 15-31 duration in ms
 *
 * An item is plain when all there is to say of it fits: its one call was the first, succeeded without a detail, in the map's epoch,
 * within 131 s, not before the map's base. Of every other item the entry holds the last verdict alone, and its calls stand as
 * records beside the map.
 */
export const ENTRY_WORDS = 2
const VERDICT_MASK = 0xf
const PLAIN = 1 << 4
const STATUS_SHIFT = 5
const MAX_STATUS = 0x3ff
const DURATION_SHIFT = 15
const MAX_DURATION_MS = 0x1ffff
const MAX_OFFSET_MS = 0xffff_ffff

/** The values that all entries of one map share. */
export interface EntryBase {
  readonly epoch: number
  /** Wall ms, whole. */
  readonly baseMs: number
}

/** The last verdict of item `at`. */
export function entryVerdict(entries: Uint32Array, at: number): Verdict {
  return (entries[at * ENTRY_WORDS + 1]! & VERDICT_MASK) as Verdict
}

/** True when the entry says all there is to say of the item. */
export function isPlain(entries: Uint32Array, at: number): boolean {
  return (entries[at * ENTRY_WORDS + 1]! & PLAIN) !== 0
}

/** Writes record `n` whole into an entry never written before; false when it does not fit. */
export function writePlain(
  entries: Uint32Array,
  at: number,
  { epoch, baseMs }: EntryBase,
  view: OutcomeView,
  n: number,
): boolean {
  if (view.verdict(n) !== Verdict.succeeded || view.attempt(n) !== 1 || view.epoch(n) !== epoch) return false
  if (view.hasDetail(n) || view.throttled(n) !== 0 || view.httpStatus(n) > MAX_STATUS || view.retryAtMs(n) !== 0)
    return false
  const startedAtMs = Math.floor(view.startedAtMs(n))
  const offsetMs = startedAtMs - baseMs
  const durationMs = Math.floor(view.endedAtMs(n)) - startedAtMs
  if (!(offsetMs >= 0 && offsetMs <= MAX_OFFSET_MS && durationMs >= 0 && durationMs <= MAX_DURATION_MS)) return false
  const word = at * ENTRY_WORDS
  entries[word] = offsetMs
  entries[word + 1] = Verdict.succeeded | PLAIN | (view.httpStatus(n) << STATUS_SHIFT) | (durationMs << DURATION_SHIFT)
  return true
}

/** Writes the last verdict of an item whose calls stand beside the map. */
export function writeVerdict(entries: Uint32Array, at: number, verdict: Verdict): void {
  const word = at * ENTRY_WORDS
  entries[word] = 0
  entries[word + 1] = verdict
}

/** Where a plain entry is, in terms of its job. */
export interface EntryPlace {
  readonly ref: number
  readonly chunk: number
  readonly index: number
}

/** The call that a plain entry stands for, as its record was committed (times in whole ms). */
export function readPlain(
  entries: Uint32Array,
  at: number,
  { epoch, baseMs }: EntryBase,
  place: EntryPlace,
): OutcomeRecord {
  const word = at * ENTRY_WORDS
  const packed = entries[word + 1]!
  const startedAtMs = baseMs + entries[word]!
  return {
    jobRef: place.ref,
    chunk: place.chunk,
    index: place.index,
    itemHandle: 0,
    epoch,
    attempt: 1,
    httpStatus: (packed >>> STATUS_SHIFT) & MAX_STATUS,
    verdict: (packed & VERDICT_MASK) as Verdict,
    flags: 0,
    throttled: 0,
    startedAtMs,
    endedAtMs: startedAtMs + (packed >>> DURATION_SHIFT),
    retryAtMs: 0,
  }
}

/** Details of one row of `calls`: what a reader takes in at once. */
const MAX_DETAIL_BYTES = 1024 * 1024
const MAX_ROW_CALLS = 4096

/** A chunk's place in its job. */
export interface ChunkPlace {
  readonly ref: number
  readonly chunk: number
  readonly firstIndex: number
  readonly count: number
}

/** The outcomes of the items of one chunk. */
export interface ChunkMap {
  readonly ref: number
  readonly chunk: number
  readonly firstIndex: number
  readonly count: number
  readonly epoch: number
  readonly baseMs: number
  readonly entries: Uint32Array
  /** Segments up to here stand in the tables. */
  foldedSeq: number
  succeeded: number
  failed: number
  cancelled: number
  waiting: number
  firstStartedAtMs: number | null
  lastEndedAtMs: number | null
  /** Calls that no entry can hold and that are in a segment only: `callNumbers[i]` of `callViews[i]`, oldest first. */
  callViews: OutcomeView[]
  callNumbers: number[]
}

/** A value of a column. */
type Value = number | string | null | Uint8Array | Uint32Array

/** The statements about maps, whichever database they go to. */
export interface MapStatements {
  /** The chunk's `first_index` and `count`, and its job's `created_at_ms` and the `term` of its channel, null if it was never adopted. @returns undefined: no published job has it */
  readonly findMapChunk: { get(ref: number, chunk: number): unknown }
  /** @returns its `MapRow`, undefined: there is none */
  readonly readMap: { get(ref: number, chunk: number): unknown }
  readonly saveMap: { run(...values: Value[]): unknown }
  readonly insertCalls: { run(...values: Value[]): unknown }
}

export interface MapRow {
  readonly epoch: number
  readonly base_ms: number
  readonly folded_seq: number
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  readonly waiting: number
  readonly first_started_at_ms: number | null
  readonly last_ended_at_ms: number | null
  readonly entries: Uint8Array
}

/** The chunk's map from its row; without one it is new, and counts from `base`. */
export function readChunkMap(
  sql: MapStatements,
  { ref, chunk, firstIndex, count }: ChunkPlace,
  base: EntryBase,
): ChunkMap {
  const row = sql.readMap.get(ref, chunk) as MapRow | undefined
  return {
    ref,
    chunk,
    firstIndex,
    count,
    epoch: row?.epoch ?? base.epoch,
    baseMs: row?.base_ms ?? base.baseMs,
    entries: row === undefined ? new Uint32Array(count * ENTRY_WORDS) : entriesOf(row.entries, { ref, chunk, count }),
    foldedSeq: row?.folded_seq ?? 0,
    succeeded: row?.succeeded ?? 0,
    failed: row?.failed ?? 0,
    cancelled: row?.cancelled ?? 0,
    waiting: row?.waiting ?? 0,
    firstStartedAtMs: row?.first_started_at_ms ?? null,
    lastEndedAtMs: row?.last_ended_at_ms ?? null,
    callViews: [],
    callNumbers: [],
  }
}

function entriesOf(bytes: Uint8Array, { ref, chunk, count }: Omit<ChunkPlace, 'firstIndex'>): Uint32Array {
  return wordsOf(bytes, { what: `outcomes of chunk ${chunk} of job ref ${ref}`, words: count * ENTRY_WORDS })
}

/** Takes over one committed record. */
export function applyRecord(map: ChunkMap, view: OutcomeView, n: number): void {
  const { entries } = map
  const at = view.index(n) - map.firstIndex
  const before = entryVerdict(entries, at)
  const verdict = view.verdict(n)
  if (before !== Verdict.unjudged || !writePlain(entries, at, map, view, n)) {
    if (isPlain(entries, at)) keepPlainCall(map, at)
    writeVerdict(entries, at, verdict)
    map.callViews.push(view)
    map.callNumbers.push(n)
  }
  if (before !== verdict) {
    count(map, before, -1)
    count(map, verdict, 1)
  }
  const startedAtMs = Math.floor(view.startedAtMs(n))
  if (startedAtMs > 0 && !(map.firstStartedAtMs !== null && map.firstStartedAtMs <= startedAtMs))
    map.firstStartedAtMs = startedAtMs
  if (!isEnded(verdict)) return
  const endedAtMs = Math.floor(view.endedAtMs(n))
  if (endedAtMs > 0 && !(map.lastEndedAtMs !== null && map.lastEndedAtMs >= endedAtMs)) map.lastEndedAtMs = endedAtMs
}

/** An item called again though it was done: its entry can no longer speak for its first call. */
function keepPlainCall(map: ChunkMap, at: number): void {
  const writer = new OutcomeWriter()
  writer.add(readPlain(map.entries, at, map, { ref: map.ref, chunk: map.chunk, index: map.firstIndex + at }))
  map.callViews.push(new OutcomeView(writer.take()!))
  map.callNumbers.push(0)
}

/** Writes the whole map, and the calls beside it that are in a segment only. */
export function writeChunkMap(sql: MapStatements, map: ChunkMap, seq: number): void {
  const { ref, chunk } = map
  sql.saveMap.run(
    ...[ref, chunk, map.epoch, map.baseMs, seq, map.succeeded, map.failed, map.cancelled, map.waiting],
    ...[map.firstStartedAtMs, map.lastEndedAtMs, map.entries],
  )
  const calls = new OutcomeWriter()
  for (let at = 0; at < map.callViews.length; at++) {
    calls.add({ ...map.callViews[at]!.record(map.callNumbers[at]!), itemHandle: 0 })
    if (calls.detailBytes >= MAX_DETAIL_BYTES || calls.count >= MAX_ROW_CALLS) insertCalls(sql, map, calls)
  }
  insertCalls(sql, map, calls)
}

function insertCalls(sql: MapStatements, { ref, chunk }: ChunkMap, calls: OutcomeWriter): void {
  const batch = calls.take()
  if (batch !== null) sql.insertCalls.run(ref, chunk, recordBytes(batch), batch.details)
}

function count(map: ChunkMap, verdict: Verdict, by: number): void {
  if (verdict === Verdict.succeeded) map.succeeded += by
  else if (verdict === Verdict.failed) map.failed += by
  else if (verdict === Verdict.cancelled) map.cancelled += by
  else if (verdict !== Verdict.unjudged) map.waiting += by
}

/** A packed column as words. @throws StoreError `damaged` when it is of another length */
export function wordsOf(bytes: Uint8Array, { what, words }: { what: string; words: number }): Uint32Array {
  if (bytes.byteLength === words * 4) return new Uint32Array(wholeBuffer(bytes))
  throw damaged(what, `it must have ${words * 4} bytes`, `${bytes.byteLength} bytes`)
}
