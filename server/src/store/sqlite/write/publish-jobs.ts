import { conflict } from '../../store-error.ts'
import type { JobRecord } from '../../../model/job.ts'
import type { ChunkDraft } from '../../item-store.ts'
import type { ExecutionRecord, IdempotencyRecord, JobPublication } from '../../job-store.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import { takePlaces } from './channel-owners.ts'
import { retriedBlocks } from '../../read/retried-items.ts'
import type { WriteStatements } from '../tables/statements.ts'
import { writeOutcomes } from '../outcomes/write-outcomes.ts'
import { insertDeliveries } from './write-webhook-endpoints.ts'
import { forwardEvents, insertWebhookEvents } from './write-webhook-events.ts'
import type { WriteDeps, Written } from './write-deps.ts'

/** Makes jobs visible: everything of them in the open transaction. */
export function publishJobs(
  deps: WriteDeps,
  { jobs, idempotency, execution, expiredBeforeMs, events, forward, deliveries }: WriteCalls['publishJobs']['args'],
): Written<number[]> {
  if (execution !== null) insertExecution(deps.sql, execution)
  if (idempotency !== null) insertKey(deps.sql, idempotency, expiredBeforeMs)
  const places = takePlaces(
    deps.sql,
    jobs.map(({ record: { phase, envelope } }) => (phase === 'eligible' ? envelope.channel : null)),
  )
  for (const [n, job] of jobs.entries()) publishJob(deps, job, places[n]!)
  if (forward !== undefined) forwardEvents(deps.sql, forward)
  if (deliveries !== undefined) insertDeliveries(deps.sql, deliveries)
  if (events !== undefined) insertWebhookEvents(deps.sql, events)
  const outcomes = jobs.flatMap((job) => job.outcomes)
  return { result: places, committed: writeOutcomes(deps, outcomes).committed }
}

function publishJob(
  { sql, counters }: WriteDeps,
  { record, chunks, retries = [] }: JobPublication,
  eligibleSeq: number,
): void {
  counters.useRef(record.ref)
  insertJob(sql, { ...record, eligibleSeq })
  sql.useChannel.run(record.envelope.channel)
  const { executionId } = record.envelope
  if (executionId !== null) sql.nameExecution.run(record.subscription, executionId, record.createdAtMs)
  insertChunks(sql, record.ref, chunks)
  sql.deleteDraft.run(record.ref)
  for (const items of retries) {
    for (const [block, packed] of retriedBlocks(items)) sql.insertRetries.run(items.ref, block, record.id, packed)
  }
}

export function insertChunks(sql: WriteStatements, ref: number, chunks: readonly ChunkDraft[]): void {
  for (const { chunk, firstIndex, count, keys, ids, body } of chunks) {
    sql.insertChunk.run(ref, chunk, firstIndex, count, keys, ids, body)
  }
}

function insertExecution(sql: WriteStatements, { id, subscription, createdAtMs, stages }: ExecutionRecord): void {
  const { changes } = sql.insertExecution.run(subscription, id, createdAtMs, JSON.stringify(stages))
  if (changes === 0) throw conflict(`publish execution ${id}`, 'its id must be new', 'used by another one')
}

function insertJob(sql: WriteStatements, job: JobRecord): void {
  const { subscription, envelope, stop, end } = job
  const { channel } = envelope
  sql.useLane.run(subscription, channel)
  sql.insertJob.run(
    ...[job.ref, job.id, subscription, channel, envelope.source, job.phase, end?.outcome ?? null],
    ...[job.total, job.eligibleSeq, job.createdAtMs, job.touchedAtMs, job.sealedAtMs],
    ...[job.pausedAtMs, job.releasedAtMs, end && end.endedAtMs + envelope.retainForSeconds * 1000],
    ...[job.retryOf, job.traceparent, job.tracestate, job.continuesTrace ? 1 : 0, envelope.executionId],
    ...[stop && JSON.stringify(stop), end && JSON.stringify(end), JSON.stringify(envelope)],
  )
}

/** @throws StoreError `conflict`: the key exists */
export function insertKey(sql: WriteStatements, record: IdempotencyRecord, expiredBeforeMs: number): void {
  const { scope, key, fingerprint, madeId, createdAtMs, status, body } = record
  sql.deleteExpiredKey.run(scope, key, expiredBeforeMs)
  const { changes } = sql.insertKey.run(scope, key, fingerprint, madeId, createdAtMs, status, body)
  if (changes === 0) throw conflict(`make ${madeId}`, 'its idempotency key must be new', 'used by another request')
}
