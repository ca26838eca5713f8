import { errorLine, errorNumber } from '@waybill/spec/rules'
import type { OutcomeDetail } from '../../model/item.ts'
import { type OutcomeView, Verdict } from '../../model/outcome-batch.ts'
import { type ChunkMap, entryVerdict } from './chunk-map.ts'
import type { Segment } from './outcome-maps.ts'

/** An item that fails by a segment. */
export interface Failure {
  readonly map: ChunkMap
  readonly index: number
  /** Wall ms, whole. */
  readonly failedAtMs: number
  readonly code: string
  /** The number of its error. */
  readonly error: number
}

/** Yields the items that fail by this segment, in its order; an item that had failed already is passed over. */
export function* failuresOf({ view, maps }: Segment): Generator<Failure> {
  for (let n = 0; n < view.count; n++) {
    if (view.verdict(n) !== Verdict.failed) continue
    const map = maps[n]!
    const index = view.index(n)
    if (entryVerdict(map.entries, index - map.firstIndex) === Verdict.failed) continue
    const [code, error] = errorOf(view, n)
    yield { map, index, failedAtMs: Math.floor(view.endedAtMs(n)), code, error }
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
