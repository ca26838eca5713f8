import { OutcomeView, Verdict } from '../../../model/outcome-batch.ts'
import type { RejectedItems } from '../../item-store.ts'
import { applyRecord, type ChunkMap, entryVerdict, readChunkMap, writeChunkMap } from '../../outcomes/chunk-map.ts'
import { errorOf } from '../../outcomes/failures.ts'
import { conflict } from '../../store-error.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import type { MapRows } from '../thread/map-rows.ts'
import { removePart } from '../thread/removals.ts'
import type { Transaction } from '../thread/transaction.ts'
import { insertDraft, useLane } from './publish-jobs.ts'
import type { Plan } from '../thread/plan.ts'
import type { WriteDeps } from './write-deps.ts'
import { termOf } from './channel-owners.ts'
import { openFault, stateOf } from './write-jobs.ts'

type Args = WriteCalls['writeRejectedItems']['args']

/**
 * Writes items that are rejected at ingest to where folding would put them, and their dead letters: what makes them visible, a publication or an appended
 * part, has nothing left to write of them. They stand in no segment and in no memory.
 */
export async function writeRejectedItems(deps: WriteDeps, call: Args): Promise<Plan<null>> {
  const { ref, subscription, channel, rejected } = call
  const state = await stateOf(deps.ask, ref)
  if (state === undefined) {
    if (deps.removals.has(ref)) throw conflict(whatOf(ref), 'it must not be discarded', 'discarded')
  } else {
    const fault = openFault(state, whatOf(ref))
    if (fault !== null) throw fault
  }
  const term = (await termOf(deps.ask, channel)) ?? 0
  // A part that was given up is removed by the same transaction: its maps are not read.
  const isNew = state?.abandoned === true
  const chunks = isNew ? [] : rejected.map(({ chunk }) => ({ ref, chunk }))
  await deps.readMaps({ chunks, maps: deps.maps })
  const total = state?.total ?? 0
  for (const { firstIndex } of rejected)
    if (firstIndex < total) throw conflict(whatOf(ref), `it must follow item ${total}`, `item ${firstIndex}`)
  return (transaction) => {
    useLane(transaction, subscription, channel)
    if (state === undefined) {
      insertDraft(deps, transaction, ref)
    } else {
      if (isNew) removePart(transaction, ref)
      transaction.run('INSERT INTO waybill.part_drafts VALUES ($1, false) ON CONFLICT DO NOTHING', ref)
    }
    for (const items of rejected) writeRejectedOfChunk(deps.rows, transaction, { ...call, term }, items)
    return { result: () => null }
  }
}

function writeRejectedOfChunk(
  rows: MapRows,
  transaction: Transaction,
  { ref, subscription, channel, term }: Args & { readonly term: number },
  { chunk, firstIndex, count, outcomes }: RejectedItems,
): void {
  const view = new OutcomeView(outcomes)
  if (view.count === 0) return
  // Calls of this term fit into its entries whole.
  const base = { epoch: term, baseMs: Math.floor(view.endedAtMs(0)) }
  const map: ChunkMap = readChunkMap(rows, { ref, chunk, firstIndex, count }, base)
  const failures: (readonly [index: number, failedAtMs: number, code: string, error: number])[] = []
  for (let n = 0; n < view.count; n++) {
    const index = view.index(n)
    const at = index - firstIndex
    const isOfChunk = view.jobRef(n) === ref && view.chunk(n) === chunk && at >= 0 && at < count
    if (!isOfChunk || view.verdict(n) !== Verdict.failed || entryVerdict(map.entries, at) !== Verdict.unjudged) {
      const place = `job ref ${view.jobRef(n)}, chunk ${view.chunk(n)}, index ${index}, verdict ${view.verdict(n)}`
      throw conflict(whatOf(ref), `an outcome must be the first of chunk ${chunk}, and a failure`, place)
    }
    applyRecord(map, view, n)
    failures.push([index, Math.floor(view.endedAtMs(n)), ...errorOf(view, n)])
  }
  const column = <At extends 0 | 1 | 2 | 3>(at: At) => failures.map((failure) => failure[at])
  transaction.run(INSERT_REJECTED, ref, subscription, channel, column(0), column(1), column(2), column(3))
  writeChunkMap(rows, map, map.foldedSeq)
}

function whatOf(ref: number): string {
  return `write rejected items of job ref ${ref}`
}

const INSERT_REJECTED = `INSERT INTO waybill.dead_letters (ref, item_index, lane, failed_at_ms, code, error)
  SELECT $1::bigint, f.item_index, (SELECT id FROM waybill.lanes WHERE subscription = $2 AND channel = $3), f.failed_at_ms, f.code, f.error
  FROM unnest($4::bigint[], $5::double precision[], $6::text[], $7::bigint[]) WITH ORDINALITY AS f (item_index, failed_at_ms, code, error, n)
  ORDER BY f.n`
