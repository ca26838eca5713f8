import type { JobRecord } from '../../../model/job.ts'
import type { ChunkDraft } from '../../item-store.ts'
import type { ExecutionRecord, IdempotencyRecord, JobPublication } from '../../job-store.ts'
import type { WriteCalls } from '../thread/messages.ts'
import { insertRetries } from './retried-items.ts'
import { conflict } from '../tables/sqlite-errors.ts'
import type { WriteStatements } from '../tables/statements.ts'
import { writeOutcomes } from '../outcomes/write-outcomes.ts'
import type { WriteDeps, Written } from './write-deps.ts'

/** Makes a job visible: everything of it in the open transaction. */
export function publishJob(
  deps: WriteDeps,
  { record, chunks, outcomes, idempotency, retries = [] }: JobPublication,
  expiredBeforeMs: number,
): Written<{ eligibleSeq: number }> {
  const { sql, counters } = deps
  if (idempotency !== null) insertKey(sql, idempotency, expiredBeforeMs)
  const eligibleSeq = record.phase === 'eligible' ? counters.nextEligibleSeq() : 0
  counters.useRef(record.ref)
  insertJob(sql, { ...record, eligibleSeq })
  sql.useChannel.run(record.envelope.channel)
  const { executionId } = record.envelope
  if (executionId !== null) sql.nameExecution.run(record.subscription, executionId, record.createdAtMs)
  insertChunks(sql, record.ref, chunks)
  sql.deleteDraft.run(record.ref)
  for (const items of retries) insertRetries(sql, items, record.id)
  const { committed } = writeOutcomes(deps, outcomes)
  return { result: { eligibleSeq }, committed }
}

/** Makes jobs visible, one after another. */
export function publishJobs(
  deps: WriteDeps,
  { publications, expiredBeforeMs }: WriteCalls['publishJobs']['args'],
): Written<number[]> {
  const published = publications.map((publication) => publishJob(deps, publication, expiredBeforeMs))
  return {
    result: published.map((job) => job.result.eligibleSeq),
    committed() {
      for (const { committed } of published) committed?.()
    },
  }
}

/** Makes all jobs of an execution visible, and its stages. */
export function publishExecution(
  deps: WriteDeps,
  { id, subscription, createdAtMs, stages }: ExecutionRecord,
  publish: WriteCalls['publishJobs']['args'],
): Written<number[]> {
  const inserted = deps.sql.insertExecution.run(subscription, id, createdAtMs, JSON.stringify(stages))
  if (inserted.changes === 0) throw conflict(`publish execution ${id}`, 'its id must be new', 'used by another one')
  return publishJobs(deps, publish)
}

export function insertChunks(sql: WriteStatements, ref: number, chunks: readonly ChunkDraft[]): void {
  for (const { chunk, firstIndex, count, keys, ids, body } of chunks) {
    sql.insertChunk.run(ref, chunk, firstIndex, count, keys, ids, body)
  }
}

function insertJob(sql: WriteStatements, job: JobRecord): void {
  const { subscription, envelope, stop, end } = job
  const { channel } = envelope
  sql.useLane.run(subscription, channel)
  sql.insertJob.run(
    ...[job.ref, job.id, subscription, channel, envelope.source, job.phase, end?.outcome ?? null],
    ...[job.total, job.eligibleSeq, job.createdAtMs, job.touchedAtMs, job.sealedAtMs],
    ...[job.pausedAtMs, job.releasedAtMs, end && end.endedAtMs + envelope.retainForSeconds * 1000],
    ...[job.retryOf, job.traceparent, envelope.executionId],
    ...[stop && JSON.stringify(stop), end && JSON.stringify(end), JSON.stringify(envelope)],
  )
}

function insertKey(sql: WriteStatements, record: IdempotencyRecord, expiredBeforeMs: number): void {
  const { scope, key, fingerprint, jobId, createdAtMs, status, body } = record
  sql.deleteExpiredKey.run(scope, key, expiredBeforeMs)
  const { changes } = sql.insertKey.run(scope, key, fingerprint, jobId, createdAtMs, status, body)
  if (changes === 0) throw conflict(`publish job ${jobId}`, 'its idempotency key must be new', 'used by another job')
}
