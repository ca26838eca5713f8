import { stringify } from 'csv-stringify/sync'
import type { ResultItem } from '../../job-handle.ts'

type Cell = string | number | null

/** The columns of the server's `results.csv`, in its order: both ways to the file give the same file. */
const columns: readonly (readonly [name: string, cell: (item: ResultItem) => Cell])[] = [
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
  ['result', (item) => (item.result === null ? null : JSON.stringify(item.result))],
]

export function formatCsvHeader(): string {
  return toCsv(columns.map(([name]) => name))
}

export function formatCsvRow(item: ResultItem): string {
  return toCsv(columns.map(([, cell]) => guard(cell(item))))
}

/** RFC 4180: quoted for a CR or LF alone too, which the library leaves out. */
function toCsv(row: readonly Cell[]): string {
  return stringify([row], { record_delimiter: 'windows', quoted_match: /[\r\n]/ })
}

/** A spreadsheet runs a cell that begins like this as a formula. The same as in the server's `csv.ts`, which says why. */
const BEGINS_FORMULA = /^(?:[\t\r\n;]|[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20])/
const BEGINS_OTHER_CELL = /([\t\r\n;][ \u00a0\ufeff\v\0"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g

/** An apostrophe before a cell says "text". Numbers are left alone. */
function guard(cell: Cell): Cell {
  if (typeof cell !== 'string' || /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell)) return cell
  const text = cell.replace(BEGINS_OTHER_CELL, "$1'")
  return BEGINS_FORMULA.test(text) ? `'${text}` : text
}
