// Which column or field of the input becomes what of an item.

import type { NewItem } from '../../upload/encode-items.ts'
import { UsageError } from '../cli-errors.ts'
import { type CellFormat, type ColumnType, readCell } from './read-cell.ts'

/** How records become items. */
export interface Mapping extends CellFormat {
  /** The columns of the item's own fields. */
  readonly id: string
  readonly partitionKey: string | null
  readonly action: string | null
  /** The columns that make the data; null: all that are not named above. */
  readonly data: readonly string[] | null
  /** Columns that are more than text. */
  readonly types: ReadonlyMap<string, ColumnType>
}

/** A record of a file that has columns: how its cells become an item. */
export interface RowMapper {
  /** @param where begins the message of an error, as `prices.csv as line 17` */
  toItem(cells: readonly string[], where: string): NewItem
}

/** Context in which a header is checked. */
export interface HeaderContext {
  /** The file's name in messages. */
  readonly name: string
  /** A hint for a file whose columns seem to have another separator. */
  readonly advice: string
}

/**
 * Finds the columns of a header.
 * @throws {UsageError} a column that was named is not there, or there twice
 */
export function createRowMapper(
  header: readonly string[],
  mapping: Mapping,
  { name, advice }: HeaderContext,
): RowMapper {
  const twice = header.find((column, at) => header.indexOf(column) !== at)
  if (twice !== undefined) {
    throw new UsageError(
      `Cannot read ${name} as line 1 must name each column once: ${JSON.stringify(twice)} is there twice`,
    )
  }
  const findColumn = (column: string, option: string): number => {
    const at = header.indexOf(column)
    if (at !== -1) return at
    throw new UsageError(
      `Cannot read ${name} as --${option} must name one of its columns (${header.join(', ')}): current value is ${column}${advice}`,
    )
  }
  const idAt = findColumn(mapping.id, 'id')
  const partitionKeyAt = mapping.partitionKey === null ? null : findColumn(mapping.partitionKey, 'partition-key')
  const actionAt = mapping.action === null ? null : findColumn(mapping.action, 'action-column')
  for (const column of mapping.types.keys()) findColumn(column, 'types')
  const mapped = new Set([idAt, partitionKeyAt, actionAt])
  const dataColumns =
    mapping.data === null
      ? header.map((_, at) => at).filter((at) => !mapped.has(at))
      : mapping.data.map((column) => findColumn(column, 'data'))
  const columns = dataColumns.map((at) => ({ at, column: header[at]!, type: mapping.types.get(header[at]!) ?? 'text' }))

  return {
    toItem(cells, where) {
      const item: NewItem = { id: cells[idAt]! }
      // An empty cell is no key, and no action.
      if (partitionKeyAt !== null && cells[partitionKeyAt] !== '') item.partitionKey = cells[partitionKeyAt]
      if (actionAt !== null && cells[actionAt] !== '') item.action = cells[actionAt] as NewItem['action']
      const data = columns.map(({ at, column, type }): [string, unknown] => {
        const value = readCell(cells[at]!, type, mapping)
        if (!(value instanceof Error)) return [column, value]
        throw new UsageError(`Cannot read ${where}, column ${JSON.stringify(column)} ${value.message}`)
      })
      if (columns.length > 0) item.data = Object.fromEntries(data)
      return item
    },
  }
}

/** The same for a record that has fields of any kind, as JSON does. */
export function mapRecord(record: Record<string, unknown>, mapping: Mapping, where: string): NewItem {
  const id = readKey(record, mapping.id, where)
  // Without one the item is not valid, which is reported where all of it is checked.
  const item: NewItem = { id: id ?? '' }
  const partitionKey = mapping.partitionKey === null ? undefined : readKey(record, mapping.partitionKey, where)
  const action = mapping.action === null ? undefined : readKey(record, mapping.action, where)
  if (partitionKey !== undefined) item.partitionKey = partitionKey
  if (action !== undefined) item.action = action as NewItem['action']
  const mapped = new Set([mapping.id, mapping.partitionKey, mapping.action])
  const fields = mapping.data ?? Object.keys(record).filter((field) => !mapped.has(field))
  item.data = Object.fromEntries(
    fields.filter((field) => Object.hasOwn(record, field)).map((field) => [field, record[field]]),
  )
  return item
}

/** Ids are text in an item; catalogues like to keep them as numbers. */
function readKey(record: Record<string, unknown>, field: string, where: string): string | undefined {
  const value = record[field]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new UsageError(
    `Cannot read ${where} must have text or a number in the field ${JSON.stringify(field)}: current value is ${JSON.stringify(value)}`,
  )
}
