import { failpoint } from '../../runtime/failpoint.ts'
import type { TableDigest } from '../postgres/copy/binary-rows.ts'
import type { CopyTarget, TargetTable } from '../postgres/copy/copy-target.ts'
import type { FolderRow, FolderRows } from '../sqlite/open/folder-rows.ts'
import { channelSegments, type FolderSegment } from './channel-segments.ts'
import { folderQuery, movedTables, type TableMove, tableMoves, typesOf } from './tables.ts'

/** A table that was copied, and is in the database as it was read. */
export interface CopiedTable extends TableDigest {
  readonly name: string
}

/** How far a table has come. */
export interface CopyProgress {
  readonly phase: 'copy' | 'compare'
  readonly table: string
  /** Copied, or to be compared. */
  readonly rows: number
  /** Copied, or compared. */
  readonly bytes: number
  /** Whether all of its rows are. */
  readonly isDone: boolean
}

interface CopyOptions {
  readonly rows: FolderRows
  /** Its transaction has begun. */
  readonly target: CopyTarget
  onProgress(progress: CopyProgress): void
}

/**
 * Copies every row of a folder, then reads each table back and compares it with what was sent.
 * @throws Error naming the table that differs, or that this version does not know
 */
export async function copyFolder({ rows, target, onProgress }: CopyOptions): Promise<CopiedTable[]> {
  const unknown = rows.tables().filter((name) => !movedTables.has(name))
  if (unknown.length > 0)
    throw new Error(`Cannot migrate data folder as every table of it must be known: ${unknown.join(', ')} is not`)
  const sent: { readonly table: TargetTable; readonly digest: TableDigest }[] = []
  for (const move of tableMoves) {
    const table = { name: move.name, columns: typesOf(move), order: move.order }
    const copying = { phase: 'copy', table: move.name } as const
    const digest = await target.write(table, rowsOf(rows, move), (count, bytes) =>
      onProgress({ ...copying, rows: count, bytes, isDone: false }),
    )
    requireCount(rows, move, digest)
    onProgress({ ...copying, rows: digest.rows, bytes: digest.bytes, isDone: true })
    FAILPOINT: failpoint('migration.table')
    sent.push({ table, digest })
    if (move.numbered !== undefined) {
      const [column, lastNumber] = move.numbered
      await target.continueNumbers(move.name, column, rows.number(lastNumber) ?? 0)
    }
  }
  const copied: CopiedTable[] = []
  for (const { table, digest } of sent) {
    const comparing = { phase: 'compare', table: table.name, rows: digest.rows } as const
    const stored = await target.read(table, (bytes) => onProgress({ ...comparing, bytes, isDone: false }))
    if (stored.rows !== digest.rows || stored.sha256 !== digest.sha256)
      throw new Error(
        `Cannot migrate data folder as the database must return what it received: table ${table.name} has ${stored.rows} of ${digest.rows} rows, ` +
          `and digest ${stored.sha256} instead of ${digest.sha256}`,
      )
    onProgress({ ...comparing, bytes: stored.bytes, isDone: true })
    FAILPOINT: failpoint('migration.compared')
    copied.push({ name: table.name, ...stored })
  }
  return copied
}

function rowsOf(rows: FolderRows, move: TableMove): Iterable<FolderRow> {
  return move.name === 'segments' ? segmentsOf(rows, folderQuery(move)) : rows.rows(folderQuery(move))
}

function* segmentsOf(rows: FolderRows, query: string): Generator<FolderRow> {
  const channelOf = rows.lookup('SELECT channel FROM jobs WHERE ref = ?')
  for (const row of rows.rows(query)) {
    const { seq, records, details } = row as unknown as FolderSegment
    for (const segment of channelSegments({ seq, records, details }, channelOf)) yield { ...segment }
  }
}

/** Counts the folder's rows in another way than they were read. */
function requireCount(rows: FolderRows, move: TableMove, { rows: copied }: TableDigest): void {
  if (move.name === 'segments') return
  const stored = rows.number(`SELECT count(*) FROM ${move.from ?? move.name}`)
  if (stored !== copied)
    throw new Error(
      `Cannot migrate data folder as every row must be copied: table ${move.name} has ${stored} rows, ${copied} were copied`,
    )
}
