import type { Item } from '@waybill/spec'
import { stringify } from 'csv-stringify/sync'

/** The columns, fixed: people build spreadsheets on their order. */
const columns: readonly (readonly [name: string, cell: (item: Item) => string | number | null])[] = [
  ['index', (item) => item.index],
  ['id', (item) => item.id],
  ['partitionKey', (item) => item.partitionKey],
  ['action', (item) => item.action],
  ['status', (item) => item.status],
  ['attempts', (item) => item.attempts],
  ['startedAt', (item) => item.startedAt],
  ['endedAt', (item) => item.endedAt],
  ['errorCode', (item) => item.error?.code ?? null],
  ['errorTitle', (item) => item.error?.title ?? null],
  ['errorStatus', (item) => item.error?.status ?? null],
  ['errorDetail', (item) => item.error?.detail ?? null],
  ['result', (item) => (item.result == null ? null : JSON.stringify(item.result))],
]

export function csvHeader(): string {
  return toCsv([columns.map(([name]) => name)])
}

type Cells = readonly (string | number | null)[]

/** The cells of an item's row. */
export function csvCells(item: Item): Cells {
  return columns.map(([, cell]) => guarded(cell(item)))
}

/** One RFC 4180 line for each row, ending in CRLF. */
export function csvRows(rows: readonly Cells[]): string {
  return rows.length === 0 ? '' : toCsv(rows)
}

/** The library quotes a cell for the whole CRLF only; RFC 4180 requires it for a CR or LF alone too. */
function toCsv(rows: readonly Cells[]): string {
  return stringify(rows as (string | number | null)[][], { record_delimiter: 'windows', quoted_match: /[\r\n]/ })
}

/** Matches a cell that a spreadsheet may run as a formula: signs that begin one, also full-width (some normalize them), after characters that some trim. */
const BEGINS_FORMULA = /^(?:[\t\r\n;]|[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20])/
/** Where one that takes the semicolon or the tab for the delimiter, and so does not see our quotes, begins a new cell with such a sign. */
const BEGINS_OTHER_CELL = /([\t\r\n;][ \u00a0\ufeff\v\0"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g

/** An apostrophe before a cell marks it as text in all spreadsheets. Numbers stay unchanged. The command's CSV does the same. */
function guarded(cell: string | number | null): string | number | null {
  if (typeof cell !== 'string' || /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell)) return cell
  const text = cell.replace(BEGINS_OTHER_CELL, "$1'")
  return BEGINS_FORMULA.test(text) ? `'${text}` : text
}
