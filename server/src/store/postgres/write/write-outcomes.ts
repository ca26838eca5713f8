import { mergeBatches, type OutcomeBatch, OutcomeView, recordBytes } from '../../../model/outcome-batch.ts'
import { byChannel } from '../../outcomes/by-channel.ts'
import { type ChunkMap, writeChunkMap } from '../../outcomes/chunk-map.ts'
import { type Failure, failuresOf } from '../../outcomes/failures.ts'
import { OutcomeMaps, type Segment } from '../../outcomes/outcome-maps.ts'
import { StoreError } from '../../store-error.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import type { ChunkName } from '../thread/map-rows.ts'
import type { Transaction } from '../thread/transaction.ts'
import { done, type Plan } from '../thread/plan.ts'
import type { WriteDeps } from './write-deps.ts'
import { requireTerms } from './channel-owners.ts'
import { insertWebhookEvents } from './write-webhook-events.ts'

type OutcomeDeps = Pick<WriteDeps, 'counters' | 'maps' | 'rows' | 'serverId'>

/** The chunks that these outcomes are of, each perhaps several times. */
export function chunksOf(batches: readonly OutcomeBatch[]): ChunkName[] {
  const chunks: ChunkName[] = []
  for (const batch of batches) {
    const view = new OutcomeView(batch)
    let last: ChunkName | undefined
    for (let n = 0; n < view.count; n++) {
      const ref = view.jobRef(n)
      const chunk = view.chunk(n)
      if (last?.ref !== ref || last.chunk !== chunk) chunks.push((last = { ref, chunk }))
    }
  }
  return chunks
}

/** Writes outcomes as one segment of each channel, and a row for each dead letter and replacement; memory follows with the function returned. */
export function writeOutcomes(
  deps: OutcomeDeps,
  transaction: Transaction,
  batches: readonly OutcomeBatch[],
): () => void {
  const segments: Segment[] = []
  // Of an unknown job: it is found to be none where its map is looked for.
  for (const [channel, ofChannel] of byChannel(batches, (ref) => deps.rows.channelOf(ref) ?? '')) {
    const batch = mergeBatches(ofChannel)
    if (batch === null) continue
    const seq = deps.counters.nextSegmentSeq()
    const segment = deps.maps.resolve(seq, batch)
    segments.push(segment)
    const values = [channel, seq, recordBytes(batch), batch.details] as const
    transaction.run('INSERT INTO waybill.segments (channel, seq, records, details) VALUES ($1, $2, $3, $4)', ...values)
    deps.rows.segmentChannels.add(channel)
    writeDeadLetters(transaction, segment)
  }
  for (const { replacements = [] } of batches) {
    for (const { jobRef, index, attempt, atMs, by, line } of replacements)
      transaction.run(INSERT_REPLACEMENT, jobRef, index, attempt, atMs, by, line)
  }
  return () => {
    for (const segment of segments) deps.maps.apply(segment)
  }
}

/**
 * Writes outcomes of jobs that are published by the same transaction to where folding would put them: their channel may have another owner, whose segments
 * are its own.
 */
export function writeFolded(
  { rows }: Pick<WriteDeps, 'rows'>,
  transaction: Transaction,
  batches: readonly OutcomeBatch[],
): void {
  const maps = new OutcomeMaps(rows)
  for (const batch of batches) {
    const segment = maps.resolve(0, batch)
    writeDeadLetters(transaction, segment)
    maps.apply(segment)
  }
  for (const map of maps.dirty) writeChunkMap(rows, map, map.foldedSeq)
}

const INSERT_REPLACEMENT = `INSERT INTO waybill.replacements (ref, item_index, attempt, at_ms, by_whom, line) VALUES ($1, $2, $3, $4, $5, $6)`

function writeDeadLetters(transaction: Transaction, segment: Segment): void {
  const failures = new Map<ChunkMap, Failure[]>()
  for (const failure of failuresOf(segment)) {
    const known = failures.get(failure.map)
    if (known === undefined) failures.set(failure.map, [failure])
    else known.push(failure)
  }
  for (const [map, ofMap] of failures) insertDeadLetters(transaction, map, ofMap)
}

function insertDeadLetters(transaction: Transaction, { ref, chunk }: ChunkMap, failures: readonly Failure[]): void {
  transaction.run(
    INSERT_DEAD_LETTERS,
    ref,
    chunk,
    failures.map(({ index }) => index),
    failures.map(({ failedAtMs }) => failedAtMs),
    failures.map(({ code }) => code),
    failures.map(({ error }) => error),
  )
}

/** In the order of the outcomes; without a key the hash is 0. */
const INSERT_DEAD_LETTERS = `INSERT INTO waybill.dead_letters (ref, item_index, lane, failed_at_ms, key_hash, code, error)
  SELECT j.ref, f.item_index, j.lane, f.failed_at_ms,
    nullif(substring(c.keys FROM ((f.item_index - c.first_index) * 8 + 1)::int FOR 8), '\\x0000000000000000'::bytea), f.code, f.error
  FROM unnest($3::bigint[], $4::double precision[], $5::text[], $6::bigint[]) WITH ORDINALITY AS f (item_index, failed_at_ms, code, error, n)
    CROSS JOIN waybill.jobs j JOIN waybill.chunks c ON c.ref = j.ref AND c.chunk = $2
  WHERE j.ref = $1 ORDER BY f.n`

/**
 * One commit of the outcomes stage: a segment of each channel and the jobs that end by it.
 * @throws StoreError `stale_term`; `conflict`: an outcome, or an end, is at fault
 */
export function commitOutcomes(
  deps: OutcomeDeps,
  { terms, batches, ended, events }: WriteCalls['commitOutcomes']['args'],
): Plan<null> {
  return (transaction) => {
    requireTerms(deps, transaction, terms)
    let apply: () => void
    try {
      apply = writeOutcomes(deps, transaction, batches)
    } catch (error) {
      // Whoever is not the owner any more does not know the jobs any more.
      if (!(error instanceof StoreError)) throw error
      transaction.refuse(error)
      return done
    }
    for (const { ref, end } of ended) {
      transaction.require(
        END_JOB,
        [end.outcome, JSON.stringify(end), end.endedAtMs, ref],
        () =>
          new StoreError('conflict', `Cannot end job as it must be stored and not have ended: current ref is ${ref}`),
      )
    }
    if (events !== undefined) insertWebhookEvents(transaction, events)
    return {
      result: () => null,
      committed() {
        apply()
        for (const { ref } of ended) {
          deps.maps.jobEnded(ref)
          deps.rows.forgetJob(ref)
        }
      },
    }
  }
}

const END_JOB = `UPDATE waybill.jobs SET phase = 'ended', outcome = $1, ending = $2,
  retained_until_ms = $3::double precision + 1000 * retain_for_seconds WHERE ref = $4 AND phase <> 'ended'`
