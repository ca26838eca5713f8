import { type OutcomeRecord, type OutcomeView, Verdict } from '../../model/outcome-batch.ts'

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
