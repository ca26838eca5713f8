import { FLAG_REPLACED } from '../../model/outcome-batch.ts'
import type { StoredReplacement } from '../item-store.ts'
import type { CommittedCall } from './calls-of-chunk.ts'
import { all, one, type Reading } from './asking.ts'
import { owned } from '../thread/thread-line.ts'

interface ReplacementRow {
  readonly id: number
  readonly attempt: number
  readonly at_ms: number
  readonly by_whom: string
  readonly byte_length: number
}

/** An item whose data was replaced: its line as it is now, and each replacement. */
export interface ReplacedItem {
  readonly line: Uint8Array
  readonly replacements: readonly StoredReplacement[]
}

/**
 * Replaces an item's line by what its calls say it was replaced by; those of later commits do not count yet. Asks nothing of an item that was
 * not replaced.
 * @param line as it stands in the chunk
 */
export function* replacedItem(
  { ref, index, line, calls }: { ref: number; index: number; line: Uint8Array; calls: readonly CommittedCall[] },
  withLines: boolean,
): Reading<ReplacedItem> {
  let times = 0
  for (const { flags } of calls) if ((flags & FLAG_REPLACED) !== 0) times++
  if (times === 0) return { line, replacements: [] }
  const rows = yield* all<ReplacementRow>('listReplacements', ref, index, times)
  const replacements: StoredReplacement[] = []
  let before = withLines ? owned(line) : null
  let byteLength = line.length
  let now = line
  for (const [n, row] of rows.entries()) {
    replacements.push({ attempt: row.attempt, atMs: row.at_ms, by: row.by_whom, byteLength, line: before })
    byteLength = row.byte_length
    if (!withLines && n < rows.length - 1) continue
    now = yield* lineOf(row)
    if (withLines) before = now
  }
  return { line: now, replacements }
}

function* lineOf({ id }: ReplacementRow): Reading<Uint8Array> {
  return (yield* one<{ line: Uint8Array }>('readReplacement', id))!.line
}
