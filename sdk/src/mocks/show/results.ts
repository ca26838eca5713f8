import type { Item, ResultEnd } from '@waybill/spec'
import { createSha256 } from '../../follow/sha256.ts'
import { itemView, resultLine } from './item-view.ts'
import { type Redacted, redactedView } from './redact-view.ts'
import { isItemEnded, type MockJob } from '../engine/mock-job.ts'

/** The lines of the results: ended items in their order, and the end record. */
export function* resultTexts(
  job: MockJob,
  options: { readonly from: number; readonly statuses?: readonly string[]; readonly redact: Redacted },
): Generator<string> {
  const { from, statuses, redact } = options
  const hash = createSha256()
  const encoder = new TextEncoder()
  let count = 0
  let firstUnended: number | null = null
  let index = from
  for (; index < job.items.length; index++) {
    const item = job.items[index]!
    if (!isItemEnded(item)) firstUnended ??= index
    else if (statuses?.includes(item.status) ?? true) {
      const line = `${JSON.stringify(resultLine(item, redact))}\n`
      hash.update(encoder.encode(line))
      count++
      yield line
    }
  }
  const end: ResultEnd = {
    type: 'end',
    complete: firstUnended === null && job.phase === 'ended',
    count,
    nextIndex: firstUnended ?? index,
    sha256: hash.digest(),
  }
  yield `${JSON.stringify(end)}\n`
}

type Cell = string | number | null

/** The columns, in the order that the spec fixes. */
const columns: readonly (readonly [name: string, cell: (item: Item) => Cell])[] = [
  ['index', ({ index }) => index],
  ['id', ({ id }) => id],
  ['partitionKey', ({ partitionKey }) => partitionKey],
  ['action', ({ action }) => action],
  ['status', ({ status }) => status],
  ['attempts', ({ attempts }) => attempts],
  ['startedAt', ({ startedAt }) => startedAt],
  ['endedAt', ({ endedAt }) => endedAt],
  ['errorCode', ({ error }) => error?.code ?? null],
  ['errorTitle', ({ error }) => error?.title ?? null],
  ['errorStatus', ({ error }) => error?.status ?? null],
  ['errorDetail', ({ error }) => error?.detail ?? null],
  ['result', ({ result }) => (result == null ? null : JSON.stringify(result))],
]

/** The results of an ended job as CSV (RFC 4180), line by line. */
export function* csvTexts(job: MockJob, redact: Redacted): Generator<string> {
  yield row(columns.map(([name]) => name))
  for (const item of job.items) {
    const view = redactedView(itemView(item, { nowMs: 0, channel: undefined }), redact)
    yield row(columns.map(([, cell]) => cell(view)))
  }
}

function row(cells: readonly Cell[]): string {
  return `${cells.map(quoted).join(',')}\r\n`
}

function quoted(cell: Cell): string {
  const text = guarded(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A spreadsheet runs what begins like a formula. */
function guarded(cell: Cell): string {
  const text = cell === null ? '' : String(cell)
  const isFormula =
    typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) && !/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell)
  return isFormula ? `'${text}` : text
}
