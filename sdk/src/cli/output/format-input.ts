// Items as the CSV file that they came from: to be corrected and submitted again.

import { stringify } from 'csv-stringify/sync'
import type { JobItem } from '../../job-handle.ts'
import { UsageError } from '../cli-errors.ts'

/** How the file is to be written: the options of `submit` that would read it. */
export interface InputCsvOptions {
  readonly id?: string
  readonly partitionKey?: string
  readonly actionColumn?: string
  readonly delimiter?: string
  readonly decimalComma?: boolean
}

/** The columns of the file, and what fills them. */
export interface InputColumns {
  readonly names: readonly string[]
  readonly cellsOf: (item: JobItem) => readonly string[]
}

type Column = readonly [name: string, cell: (item: JobItem) => string]

/**
 * Finds the columns that all of these items need. Keys and actions that an item has by itself need none.
 * @param jobAction what an item without an action does
 * @throws {UsageError} the data of an item is no row of a table
 */
export async function findInputColumns(
  items: AsyncIterable<JobItem>,
  options: InputCsvOptions,
  jobAction: string,
): Promise<InputColumns> {
  const fields = new Set<string>()
  let hasKey = options.partitionKey !== undefined
  let hasAction = options.actionColumn !== undefined
  for await (const { index, id, data, partitionKey, action } of items) {
    for (const field of fieldsOf(data, index)) fields.add(field)
    hasKey ||= partitionKey !== null && partitionKey !== id
    hasAction ||= action !== jobAction
  }
  const own: readonly (Column | null)[] = [
    [options.id ?? 'id', ({ id }) => id ?? ''],
    hasKey ? [options.partitionKey ?? 'partitionKey', ({ partitionKey }) => partitionKey ?? ''] : null,
    hasAction ? [options.actionColumn ?? 'action', ({ action }) => action ?? ''] : null,
  ]
  const ownColumns = own.filter((column) => column !== null)
  const taken = ownColumns.find(([name]) => fields.has(name))?.[0]
  if (taken !== undefined) {
    throw new UsageError(
      `Cannot print the items as CSV as each column must have its own name: ${JSON.stringify(taken)} is in their data too; name the column of the id with --id, of the partition key with --partition-key, of the action with --action-column, as in the submission`,
    )
  }
  const columns: readonly Column[] = [
    ...ownColumns,
    ...[...fields].map((field): Column => [field, ({ data }) => formatCell(valueOf(data, field), options)]),
  ]
  return {
    names: columns.map(([name]) => name),
    cellsOf: (item) => columns.map(([, cell]) => cell(item)),
  }
}

/** A line of the file. No cell is guarded: it must be read back as it was. */
export function formatInputRow(cells: readonly string[], { delimiter = ',' }: InputCsvOptions): string {
  return stringify([cells], { delimiter, record_delimiter: 'windows', quoted_match: /[\r\n]/ })
}

function fieldsOf(data: unknown, index: number): readonly string[] {
  if (data === null || data === undefined) return []
  if (typeof data === 'object' && !Array.isArray(data)) return Object.keys(data)
  throw new UsageError(
    `Cannot print item ${index} as CSV as its data must be an object: it is ${JSON.stringify(data).slice(0, 80)}; without --csv it is printed as NDJSON`,
  )
}

function valueOf(data: unknown, field: string): unknown {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, field)) return null
  return (data as Record<string, unknown>)[field]
}

/** As `submit` reads it, with the same `--types`. */
function formatCell(value: unknown, { decimalComma }: InputCsvOptions): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  const text = JSON.stringify(value)
  return typeof value === 'number' && decimalComma === true ? text.replace('.', ',') : text
}
