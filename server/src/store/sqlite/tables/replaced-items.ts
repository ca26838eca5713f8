import { FLAG_REPLACED } from '../../../model/outcome-batch.ts'
import type { StoredReplacement } from '../../item-store.ts'
import type { CommittedCall } from '../outcomes/calls-of-chunk.ts'
import type { ReadStatements } from './statements.ts'
import { owned } from '../../thread/transfer.ts'

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
export function replacedItem(
  sql: ReadStatements,
  { ref, index, line, calls }: { ref: number; index: number; line: Uint8Array; calls: readonly CommittedCall[] },
  withLines: boolean,
): ReplacedItem {
  let times = 0
  for (const { flags } of calls) if ((flags & FLAG_REPLACED) !== 0) times++
  if (times === 0) return { line, replacements: [] }
  const rows = sql.listReplacements.all(ref, index, times) as unknown as ReplacementRow[]
  const lineOf = (row: ReplacementRow): Uint8Array => (sql.readReplacement.get(row.id) as { line: Uint8Array }).line
  return {
    line: rows.length === 0 ? line : lineOf(rows.at(-1)!),
    replacements: rows.map(({ attempt, at_ms: atMs, by_whom: by }, n) => {
      const before = rows[n - 1]
      const byteLength = before?.byte_length ?? line.length
      const replacedLine = withLines ? (before === undefined ? owned(line) : lineOf(before)) : null
      return { attempt, atMs, by, byteLength, line: replacedLine }
    }),
  }
}
