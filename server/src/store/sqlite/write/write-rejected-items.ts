import { conflict } from '../../store-error.ts'
import { OutcomeView, Verdict } from '../../../model/outcome-batch.ts'
import type { RejectedItems } from '../../item-store.ts'
import { applyRecord, entryVerdict, readChunkMap, writeChunkMap } from '../../outcomes/chunk-map.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import { errorOf } from '../../outcomes/failures.ts'
import { type JobState, openJob } from './write-jobs.ts'
import type { WriteStatements } from '../tables/statements.ts'
import type { WriteDeps, Written } from './write-deps.ts'

/**
 * Writes items that are rejected at ingest to where folding would put them, and their dead letters: what makes them visible, a publication or an appended
 * part, has nothing left to write of them. They stand in no segment and in no memory.
 */
export function writeRejectedItems(deps: WriteDeps, call: WriteCalls['writeRejectedItems']['args']): Written<null> {
  const { sql } = deps
  const { ref, subscription, channel, rejected } = call
  const total = beginWriting(deps, ref)
  sql.useLane.run(subscription, channel)
  const { id: lane } = sql.findLane.get(subscription, channel) as { id: number }
  const { term = 0 } = (sql.readOwner.get(channel) ?? {}) as { readonly term?: number }
  for (const rejectedItems of rejected) {
    if (rejectedItems.firstIndex < total)
      throw conflict(whatOf(ref), `it must follow item ${total}`, `item ${rejectedItems.firstIndex}`)
    writeRejectedOfChunk(sql, { ref, lane, term }, rejectedItems)
  }
  return { result: null }
}

/** Leaves a mark by which a start finds what is to be removed. @returns the index that the items must follow */
function beginWriting({ sql, counters, removals }: WriteDeps, ref: number): number {
  const state = sql.readJobState.get(ref) as JobState | undefined
  if (state === undefined) {
    if (removals.has(ref)) throw conflict(whatOf(ref), 'it must not be discarded', 'discarded')
    counters.useRef(ref)
    sql.insertDraft.run(ref)
    return 0
  }
  openJob(state, whatOf(ref))
  if (sql.findAbandonedPart.get(ref) !== undefined) removals.removePart(ref)
  sql.beginPart.run(ref)
  return state.total
}

function writeRejectedOfChunk(
  sql: WriteStatements,
  { ref, lane, term }: { readonly ref: number; readonly lane: number; readonly term: number },
  { chunk, firstIndex, count, outcomes }: RejectedItems,
): void {
  const view = new OutcomeView(outcomes)
  if (view.count === 0) return
  // Calls of this term fit into its entries whole.
  const base = { epoch: term, baseMs: Math.floor(view.endedAtMs(0)) }
  const map = readChunkMap(sql, { ref, chunk, firstIndex, count }, base)
  for (let n = 0; n < view.count; n++) {
    const index = view.index(n)
    const at = index - firstIndex
    const isOfChunk = view.jobRef(n) === ref && view.chunk(n) === chunk && at >= 0 && at < count
    if (!isOfChunk || view.verdict(n) !== Verdict.failed || entryVerdict(map.entries, at) !== Verdict.unjudged) {
      const place = `job ref ${view.jobRef(n)}, chunk ${view.chunk(n)}, index ${index}, verdict ${view.verdict(n)}`
      throw conflict(whatOf(ref), `an outcome must be the first of chunk ${chunk}, and a failure`, place)
    }
    applyRecord(map, view, n)
    sql.insertDeadLetter.run(ref, index, lane, Math.floor(view.endedAtMs(n)), null, ...errorOf(view, n))
  }
  writeChunkMap(sql, map, map.foldedSeq)
}

function whatOf(ref: number): string {
  return `write rejected items of job ref ${ref}`
}
