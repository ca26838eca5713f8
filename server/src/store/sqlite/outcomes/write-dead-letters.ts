import type { ChunkMap } from '../../outcomes/chunk-map.ts'
import { failuresOf } from '../../outcomes/failures.ts'
import type { Segment } from '../../outcomes/outcome-maps.ts'
import type { WriteStatements } from '../tables/statements.ts'

const KEY_BYTES = 8

interface LaneAndKeys {
  readonly lane: number
  readonly keys: Uint8Array
}

/** Writes a row for each item that fails by this segment; an item that had failed already has its row. */
export function writeDeadLetters(sql: WriteStatements, segment: Segment): void {
  let last: ChunkMap | undefined
  let of: LaneAndKeys | undefined
  for (const { map, index, failedAtMs, code, error } of failuresOf(segment)) {
    if (map !== last || of === undefined) {
      last = map
      of = sql.readLaneAndKeys.get(map.ref, map.chunk) as unknown as LaneAndKeys
    }
    const at = index - map.firstIndex
    const key = of.keys.subarray(at * KEY_BYTES, (at + 1) * KEY_BYTES)
    const keyHash = key.every((byte) => byte === 0) ? null : key
    sql.insertDeadLetter.run(map.ref, index, of.lane, failedAtMs, keyHash, code, error)
  }
}
