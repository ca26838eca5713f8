import { MAX_ITEM_BYTES } from '../../model/limits.ts'
import type { PartitionBy } from '../../model/job.ts'
import { StoredLines } from '../../progress/stored-lines.ts'
import type { TimeSlice } from '../../runtime/time-slice.ts'
import { ItemParser } from '../check/parse-item.ts'
import { invalidData, parseItem } from '../body/read-decision.ts'
import { limitPassed } from '../check/refusals.ts'

const CLOSE_OBJECT = 0x7d
/** A pointer into the data, or to all of it. */
const IN_DATA = /^\/data(\/|$)/

/**
 * Gives an item other data, and leaves all else of its line as it is. Its key stays what it is: where that comes from the data, the new
 * data must lead to the same one.
 * @param data checked by `readDecision`
 * @returns the new line, in a buffer of its own
 * @throws ProblemError `line_too_large`: the item would be; `invalid_item`: its key would be another one
 */
export async function replaceData(
  line: Uint8Array,
  data: Uint8Array,
  { partitionBy, slice }: { readonly partitionBy: PartitionBy; readonly slice: TimeSlice },
): Promise<Uint8Array> {
  const stored = new StoredLines(partitionBy, slice)
  await stored.read(line)
  const replaced = splice(line, stored.line.data, data)
  if (replaced.length > MAX_ITEM_BYTES) {
    throw limitPassed({
      ...{ code: 'line_too_large', name: 'maxItemBytes', value: MAX_ITEM_BYTES, place: { pointer: '/data' } },
      required: 'the bytes of the item with its new data must be at most',
    })
  }
  if (!IN_DATA.test(partitionBy)) return replaced
  const item = await parseItem(Buffer.from(replaced.buffer), new ItemParser(partitionBy), slice)
  if (item.fault !== null) throw invalidData(item.fault)
  const { partitionKey } = stored.line
  if (item.key !== partitionKey) {
    const detail = `must lead to the partition key of the item, ${JSON.stringify(partitionKey)}: it leads to ${JSON.stringify(item.key)}`
    throw invalidData({ pointer: partitionBy, detail })
  }
  return replaced
}

function splice(line: Uint8Array, old: Uint8Array | null, data: Uint8Array): Uint8Array {
  const start = old === null ? line.lastIndexOf(CLOSE_OBJECT) : old.byteOffset - line.byteOffset
  const end = old === null ? start : start + old.length
  const name = old === null ? Buffer.from(',"data":') : EMPTY
  const replaced = new Uint8Array(start + name.length + data.length + line.length - end)
  replaced.set(line.subarray(0, start))
  replaced.set(name, start)
  replaced.set(data, start + name.length)
  replaced.set(line.subarray(end), start + name.length + data.length)
  return replaced
}

const EMPTY = new Uint8Array(0)
