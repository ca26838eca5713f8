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

/** One RFC 4180 line an item, ending in CRLF. */
export function csvRows(items: readonly Item[]): string {
  return items.length === 0 ? '' : toCsv(items.map((item) => columns.map(([, cell]) => guarded(cell(item)))))
}

/** The library quotes a cell for the whole CRLF only; RFC 4180 wants it for a CR or LF alone too. */
function toCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return stringify(rows as (string | number | null)[][], { record_delimiter: 'windows', quoted_match: /[\r\n]/ })
}

/** A spreadsheet runs a cell that begins like this as a formula; an apostrophe before it says "text" to all of them. Numbers are left alone. */
function guarded(cell: string | number | null): string | number | null {
  if (typeof cell !== 'string' || !/^[=+\-@\t\r]/.test(cell)) return cell
  return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell) ? cell : `'${cell}`
}
