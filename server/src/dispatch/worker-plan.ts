import { parseItemLine } from '../connectors/item-line.ts'
import type { LotReader } from './messages-lot.ts'

/** Some items of a lot, whose sizes are not those of their lines. */
export interface LotNumbers {
  readonly numbers: readonly number[]
  /** Bytes of an item beside its line in the lot. */
  bytesOf(number: number): number
  /** As `groupOf`: a lot is planned several times. */
  groupOf(number: number): CallGroup
}

/** Items of one call have the same. */
export type CallGroup = string | number

/** Whether an item may have an action of its own; that is rare, and one look over all lines spares reading each of them. */
export function holdsActions(reader: LotReader): boolean {
  return mayHoldAction((text) => reader.anyLineHolds(text))
}

/** Whether text that holds these may have an item with an action of its own. */
export function mayHoldAction(holds: (text: string) => boolean): boolean {
  // Its name may be written with escapes: JSON allows "\\u0061ction".
  return holds('"action"') || holds('\\u00')
}

/** Returns the job and the action of an item. @param hasOwnActions as of `holdsActions` */
export function groupOf(reader: LotReader, n: number, hasOwnActions: boolean): CallGroup {
  const job = reader.job(n)
  const action = hasOwnActions ? parseItemLine(reader.line(n)).action : undefined
  return action === undefined || action === reader.jobs[job]!.action ? job : `${job} ${action}`
}

/** Of a call whose items were not cut by their bytes before: as much as a lot has (`MAX_LOT_BYTES`). */
const MAX_CALL_BYTES = 8 * 1024 * 1024

/**
 * Cuts a lot into calls of at most `batchSize` items of one job and one action, in the order of their first items.
 * @param some only these items. @default all
 * @returns null: every item is a call of its own
 */
export function planCalls(
  reader: LotReader,
  batchSize: number,
  some: LotNumbers | null = null,
): readonly (readonly number[])[] | null {
  if (batchSize === 1) return null
  const own = some === null && holdsActions(reader)
  const calls: number[][] = []
  const open = new Map<CallGroup, number[]>()
  const bytes = new Map<number[], number>()
  const count = some?.numbers.length ?? reader.count
  for (let at = 0; at < count; at++) {
    const n = some === null ? at : some.numbers[at]!
    const group = some === null ? groupOf(reader, n, own) : some.groupOf(n)
    const call = open.get(group)
    const size = some === null ? 0 : some.bytesOf(n)
    const before = some === null || call === undefined ? 0 : bytes.get(call)!
    if (call !== undefined && call.length < batchSize && before + size <= MAX_CALL_BYTES) {
      call.push(n)
      if (some !== null) bytes.set(call, before + size)
      continue
    }
    const started = [n]
    if (some !== null) bytes.set(started, size)
    open.set(group, started)
    calls.push(started)
  }
  return calls
}
