import { OUTCOME_BYTES, type OutcomeBatch, OutcomeView } from '../../model/outcome-batch.ts'
import { damaged } from '../store-error.ts'

const WORDS = OUTCOME_BYTES / 4
const ITEM_HANDLE_WORD = 3
const DETAIL_OFFSET_WORD = 7

/**
 * Makes one block of the batches of a commit: records in their order, details behind one another, the memory-only item handle as 0.
 * A batch that comes alone is changed in place. Null when there is no record.
 */
export function mergeBatches(batches: readonly OutcomeBatch[]): OutcomeBatch | null {
  const full = batches.filter((batch) => batch.count > 0)
  const [first] = full
  if (first === undefined) return null
  if (full.length === 1) {
    const words = new Uint32Array(first.records, 0, first.count * WORDS)
    for (let word = ITEM_HANDLE_WORD; word < words.length; word += WORDS) words[word] = 0
    return first
  }
  let count = 0
  let detailBytes = 0
  for (const batch of full) {
    count += batch.count
    detailBytes += batch.details?.length ?? 0
  }
  const words = new Uint32Array(count * WORDS)
  const details = detailBytes === 0 ? null : new Uint8Array(detailBytes)
  let at = 0
  let detailAt = 0
  for (const batch of full) {
    words.set(new Uint32Array(batch.records, 0, batch.count * WORDS), at)
    const end = at + batch.count * WORDS
    for (; at < end; at += WORDS) {
      words[at + ITEM_HANDLE_WORD] = 0
      words[at + DETAIL_OFFSET_WORD]! += detailAt
    }
    if (batch.details !== null) {
      details!.set(batch.details, detailAt)
      detailAt += batch.details.length
    }
  }
  return { count, records: words.buffer, details }
}

/** The records as they are written into a row. */
export function recordBytes(batch: OutcomeBatch): Uint8Array {
  return new Uint8Array(batch.records, 0, batch.count * OUTCOME_BYTES)
}

/** Reads records (and details) as they stand in a row. */
export function readBatch(records: Uint8Array, details: Uint8Array | null): OutcomeBatch {
  return { count: records.byteLength / OUTCOME_BYTES, records: wholeBuffer(records), details }
}

export function readView(records: Uint8Array, details: Uint8Array | null = null): OutcomeView {
  return new OutcomeView(readBatch(records, details))
}

/** The bytes as a buffer of their own, without a copy where they already are. */
export function wholeBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) return buffer
  return bytes.slice().buffer
}

/** A packed column as words. @throws StoreError `damaged` when it is of another length */
export function wordsOf(bytes: Uint8Array, { what, words }: { what: string; words: number }): Uint32Array {
  if (bytes.byteLength === words * 4) return new Uint32Array(wholeBuffer(bytes))
  throw damaged(what, `it must have ${words * 4} bytes`, `${bytes.byteLength} bytes`)
}
