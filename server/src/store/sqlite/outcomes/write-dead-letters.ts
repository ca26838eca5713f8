import { errorLine, errorNumber } from '@waybill/spec/rules'
import type { OutcomeDetail } from '../../../model/item.ts'
import { type OutcomeView, Verdict } from '../../../model/outcome-batch.ts'
import { entryVerdict } from '../../outcomes/outcome-entry.ts'
import type { ChunkMap } from '../../outcomes/chunk-map.ts'
import type { Segment } from '../../outcomes/outcome-maps.ts'
import type { WriteStatements } from '../tables/statements.ts'

const KEY_BYTES = 8

interface LaneAndKeys {
  readonly lane: number
  readonly keys: Uint8Array
}

/** Writes a row for each item that fails by this segment; an item that had failed already has its row. */
export function writeDeadLetters(sql: WriteStatements, { view, maps }: Segment): void {
  let last: ChunkMap | undefined
  let of: LaneAndKeys | undefined
  for (let n = 0; n < view.count; n++) {
    if (view.verdict(n) !== Verdict.failed) continue
    const map = maps[n]!
    const index = view.index(n)
    const at = index - map.firstIndex
    if (entryVerdict(map.entries, at) === Verdict.failed) continue
    if (map !== last || of === undefined) {
      last = map
      of = sql.readLaneAndKeys.get(map.ref, map.chunk) as unknown as LaneAndKeys
    }
    const key = of.keys.subarray(at * KEY_BYTES, (at + 1) * KEY_BYTES)
    const keyHash = key.every((byte) => byte === 0) ? null : key
    sql.insertDeadLetter.run(map.ref, index, of.lane, Math.floor(view.endedAtMs(n)), keyHash, ...errorOf(view, n))
  }
}

/** Returns the code in the outcome's detail; without one, the connector's status. */
export function codeOf(view: OutcomeView, n: number): string {
  return errorOf(view, n)[0]
}

/** Returns the code of an outcome, and the number of its error. */
export function errorOf(view: OutcomeView, n: number): readonly [code: string, number: number] {
  const detail = view.detail(n)
  const error = detail === null ? undefined : readError(Buffer.from(detail).toString())
  const code = typeof error?.code === 'string' ? error.code : codeOfStatus(view.httpStatus(n))
  return [code, errorNumber(code, errorLine(typeof error?.detail === 'string' ? error.detail : null))]
}

function codeOfStatus(httpStatus: number): string {
  return httpStatus === 0 ? 'unknown' : `http_${httpStatus}`
}

function readError(json: string): { readonly code?: unknown; readonly detail?: unknown } | undefined {
  try {
    return (JSON.parse(json) as OutcomeDetail | null)?.error
  } catch {
    return undefined // a detail is the business of those who wrote it: the outcome counts
  }
}
