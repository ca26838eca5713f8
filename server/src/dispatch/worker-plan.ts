import { parseItemLine } from '../connectors/item-line.ts'
import type { LotReader } from './messages-lot.ts'

/**
 * Cuts a lot into calls of at most `batchSize` items of one job and one action, in the order of their first items.
 * Null: every item is a call of its own.
 */
export function planCalls(reader: LotReader, batchSize: number): readonly (readonly number[])[] | null {
  if (batchSize === 1) return null
  // Items with an action of their own are rare: one look over all lines spares reading each of them.
  // (Its name may be written with escapes: JSON allows "\\u0061ction".)
  const own = reader.anyLineHolds('"action"') || reader.anyLineHolds('\\u00')
  const calls: number[][] = []
  const open = new Map<string | number, number[]>()
  for (let n = 0; n < reader.count; n++) {
    const job = reader.job(n)
    const action = own ? parseItemLine(reader.line(n)).action : undefined
    const group = action === undefined || action === reader.jobs[job]!.action ? job : `${job} ${action}`
    const call = open.get(group)
    if (call !== undefined && call.length < batchSize) {
      call.push(n)
      continue
    }
    const started = [n]
    open.set(group, started)
    calls.push(started)
  }
  return calls
}
