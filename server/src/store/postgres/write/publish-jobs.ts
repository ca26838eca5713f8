import type { JobRecord } from '../../../model/job.ts'
import type { ChunkDraft } from '../../item-store.ts'
import type { ExecutionRecord, IdempotencyRecord, JobPublication } from '../../job-store.ts'
import { retriedBlocks } from '../../read/retried-items.ts'
import { conflict } from '../../store-error.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import type { Transaction } from '../thread/transaction.ts'
import { termOf } from './channel-owners.ts'
import type { Publishing } from '../thread/map-rows.ts'
import type { AskRows, Plan } from '../thread/plan.ts'
import type { WriteDeps } from './write-deps.ts'
import { chunksOf, writeFolded, writeOutcomes } from './write-outcomes.ts'
import { insertDeliveries } from './write-webhook-endpoints.ts'
import { forwardEvents, insertWebhookEvents } from './write-webhook-events.ts'

type Publication = WriteCalls['publishJobs']['args']

/** Makes jobs visible: everything of them in one transaction. */
export function publishJobs(deps: WriteDeps, publication: Publication): Plan<number[]> | Promise<Plan<number[]>> {
  return publication.jobs.some(({ outcomes }) => outcomes.length > 0)
    ? readThenPublish(deps, publication)
    : planOf(deps, publication)
}

async function readThenPublish(deps: WriteDeps, publication: Publication): Promise<Plan<number[]>> {
  for (const { record, chunks, outcomes } of publication.jobs) {
    const { channel } = record.envelope
    const publishing = { createdAtMs: record.createdAtMs, channel, term: await termOf(deps.ask, channel) }
    await deps.readMaps({ chunks: chunksOf(outcomes), maps: deps.maps, publishing })
    addPlaces(deps, { ref: record.ref, ...publishing }, chunks)
  }
  return planOf(deps, publication)
}

/** Notes chunks that are written by the same transaction as outcomes of them. */
export function addPlaces(
  { rows }: WriteDeps,
  { ref, createdAtMs, channel, term }: Publishing & { readonly ref: number },
  chunks: readonly ChunkDraft[],
): void {
  for (const { chunk, firstIndex, count } of chunks)
    rows.add({ ref, chunk, first_index: firstIndex, count, created_at_ms: createdAtMs, term }, channel)
}

function planOf(deps: WriteDeps, publication: Publication): Plan<number[]> {
  const { jobs, idempotency, execution, expiredBeforeMs, events, forward, deliveries } = publication
  return (transaction) => {
    if (execution !== null) insertExecution(transaction, execution)
    // Before the places: a request that is repeated meanwhile, also at another server, finds the key when it is here, and takes none.
    if (idempotency !== null) insertKey(transaction, idempotency, expiredBeforeMs)
    const inserted = jobs.map((job) => publishJob(deps, transaction, job))
    if (forward !== undefined) forwardEvents(transaction, forward)
    if (deliveries !== undefined) insertDeliveries(transaction, deliveries)
    if (events !== undefined) insertWebhookEvents(transaction, events)
    const outcomes = jobs.flatMap((job) => job.outcomes)
    const apply = deps.sharing ? null : writeOutcomes(deps, transaction, outcomes)
    if (apply === null) writeFolded(deps, transaction, outcomes)
    return {
      result: (found) => inserted.map((at) => (found[at]!.rows[0] as { place: number }).place),
      committed() {
        apply?.()
        for (const { record } of jobs) deps.drafts.delete(record.ref)
      },
      readAgain: (ask) =>
        placesOf(
          ask,
          jobs.map(({ record }) => record.ref),
        ),
    }
  }
}

/** Reads the places of jobs, in the order given; of a job that has none, and that is not there, 0. */
export async function placesOf(ask: AskRows, refs: readonly number[]): Promise<number[]> {
  const rows = await ask<{ ref: number; place: number }>(
    'SELECT ref, place FROM waybill.jobs WHERE ref = ANY ($1::bigint[])',
    refs,
  )
  const places = new Map(rows.map(({ ref, place }) => [ref, place]))
  return refs.map((ref) => places.get(ref) ?? 0)
}

/** @returns the place of the statement that returns the job's place in the order of its channel */
function publishJob(
  { counters, drafts, serverId }: WriteDeps,
  transaction: Transaction,
  { record, chunks, retries = [] }: JobPublication,
): number {
  const { ref, subscription, envelope } = record
  const { channel, executionId } = envelope
  counters.useRef(ref)
  useLane(transaction, subscription, channel)
  transaction.useChannel(channel)
  const inserted = insertJob(transaction, record)
  if (executionId !== null) transaction.run(NAME_EXECUTION, subscription, executionId, record.createdAtMs)
  insertChunks(transaction, ref, chunks)
  // The draft of a server that was fenced is gone, with its rows.
  if (drafts.has(ref))
    transaction.require('DELETE FROM waybill.drafts WHERE ref = $1 AND server = $2', [ref, serverId], () =>
      conflict(`publish job ref ${ref}`, 'its draft must be there', 'given up'),
    )
  for (const items of retries) {
    for (const [block, packed] of retriedBlocks(items))
      transaction.run(INSERT_RETRIES, items.ref, block, record.id, packed)
  }
  return inserted
}

/** A lane is a row for ever: a number is used up only for a new one. */
export function useLane(transaction: Transaction, subscription: string, channel: string): void {
  transaction.run(
    `INSERT INTO waybill.lanes (subscription, channel) SELECT $1::text, $2::text
      WHERE NOT EXISTS (SELECT 1 FROM waybill.lanes WHERE subscription = $1 AND channel = $2) ON CONFLICT DO NOTHING`,
    subscription,
    channel,
  )
}

/** Marks a job that has rows and is not published yet: a start removes it. */
export function insertDraft({ counters, serverId, drafts }: WriteDeps, transaction: Transaction, ref: number): void {
  counters.useRef(ref)
  drafts.add(ref)
  transaction.run('INSERT INTO waybill.drafts (ref, server) VALUES ($1, $2) ON CONFLICT DO NOTHING', ref, serverId)
}

export function insertChunks(transaction: Transaction, ref: number, chunks: readonly ChunkDraft[]): void {
  for (const { chunk, firstIndex, count, keys, ids, body } of chunks)
    transaction.run(INSERT_CHUNK, ref, chunk, firstIndex, count, keys, ids, body)
}

function insertExecution(transaction: Transaction, { id, subscription, createdAtMs, stages }: ExecutionRecord): void {
  transaction.require(INSERT_EXECUTION, [subscription, id, createdAtMs, JSON.stringify(stages)], () =>
    conflict(`publish execution ${id}`, 'its id must be new', 'used by another one'),
  )
}

function insertJob(transaction: Transaction, job: JobRecord): number {
  const { subscription, envelope, stop, end } = job
  const metadata = Object.keys(envelope.metadata).length === 0 ? null : JSON.stringify(envelope.metadata)
  return transaction.run(
    job.phase === 'eligible' ? INSERT_ELIGIBLE_JOB : INSERT_JOB,
    ...[job.ref, job.id, subscription, envelope.channel, envelope.source, job.phase, end?.outcome ?? null],
    ...[job.total, job.createdAtMs, job.touchedAtMs, job.sealedAtMs, job.pausedAtMs, job.releasedAtMs],
    ...[end && end.endedAtMs + envelope.retainForSeconds * 1000, job.retryOf, job.traceparent, job.tracestate],
    ...[job.continuesTrace ? 1 : 0, envelope.executionId, envelope.objectType, envelope.retainForSeconds, metadata],
    ...[stop && JSON.stringify(stop), end && JSON.stringify(end), JSON.stringify(envelope)],
  )
}

/** Adds the key of a request: another one with the same key makes the transaction fail with `conflict`. */
export function insertKey(transaction: Transaction, record: IdempotencyRecord, expiredBeforeMs: number): void {
  const { scope, key, fingerprint, madeId, createdAtMs, status, body } = record
  const expired = 'DELETE FROM waybill.idempotency WHERE scope = $1 AND key = $2 AND created_at_ms <= $3'
  transaction.run(expired, scope, key, expiredBeforeMs)
  transaction.require(INSERT_KEY, [scope, key, fingerprint, madeId, createdAtMs, status, body], () =>
    conflict(`make ${madeId}`, 'its idempotency key must be new', 'used by another request'),
  )
}

const INSERT_KEY = `INSERT INTO waybill.idempotency (scope, key, fingerprint, job_id, created_at_ms, status, body)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (scope, key) DO NOTHING`

const INSERT_EXECUTION = `INSERT INTO waybill.executions AS e (subscription, id, created_at_ms, stages) VALUES ($1, $2, $3, $4)
  ON CONFLICT (subscription, id) DO UPDATE SET stages = excluded.stages WHERE e.stages = '[]'`

const NAME_EXECUTION = `INSERT INTO waybill.executions (subscription, id, created_at_ms, stages) VALUES ($1, $2, $3, '[]')
  ON CONFLICT (subscription, id) DO NOTHING`

const INSERT_CHUNK = `INSERT INTO waybill.chunks (ref, chunk, first_index, count, keys, ids, body) VALUES ($1, $2, $3, $4, $5, $6, $7)`

const INSERT_RETRIES = `INSERT INTO waybill.retries (ref, block, job_id, items)
  SELECT $1::bigint, $2::bigint, $3::text, $4::bytea WHERE EXISTS (SELECT 1 FROM waybill.jobs WHERE ref = $1)`

/** The next place in the order of a channel's eligible jobs: dense, in the order of commits, as the row stays locked until then. */
export const NEXT_PLACE = 'UPDATE waybill.channels SET last_place = last_place + 1 WHERE name = $4 RETURNING last_place'

const INSERT_JOB = insertJobSql('0')
const INSERT_ELIGIBLE_JOB = `WITH next AS (${NEXT_PLACE}) ${insertJobSql('(SELECT last_place FROM next)')}`

function insertJobSql(place: string): string {
  return `INSERT INTO waybill.jobs (ref, id, subscription, channel, lane, source, phase, outcome, total, place, created_at_ms, touched_at_ms,
    sealed_at_ms, paused_at_ms, released_at_ms, retained_until_ms, retry_of, traceparent, tracestate, continues_trace, execution_id,
    object_type, retain_for_seconds, metadata, stop, ending, envelope)
  VALUES ($1, $2, $3::text, $4::text, (SELECT id FROM waybill.lanes WHERE subscription = $3 AND channel = $4), $5, $6, $7, $8, ${place},
    $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
  RETURNING place`
}
