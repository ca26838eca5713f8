import type { JobRecord } from '../../../model/job.ts'
import type { ChunkDraft } from '../../item-store.ts'
import type { ExecutionRecord, IdempotencyRecord, JobPublication } from '../../job-store.ts'
import { retriedBlocks } from '../../read/retried-items.ts'
import { conflict } from '../../store-error.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import { writeOutcomes } from '../outcomes/write-outcomes.ts'
import type { WriteStatements } from '../tables/statements.ts'
import { requireTerms, takePlaces } from './channel-owners.ts'
import type { Handlers, WriteDeps, Written } from './write-deps.ts'
import { insertDeliveries } from './write-webhook-endpoints.ts'
import { forwardEvents, insertWebhookEvents } from './write-webhook-events.ts'

type JobCalls = Pick<
  WriteCalls,
  | 'writeChunks'
  | 'discardJob'
  | 'publishJobs'
  | 'appendPart'
  | 'sealJob'
  | 'makeEligible'
  | 'holdJobs'
  | 'markStopped'
  | 'deleteJob'
>

export interface JobState {
  readonly id: string
  readonly channel: string
  readonly phase: JobRecord['phase']
  readonly stop: string | null
  readonly total: number
}

interface DeletedJob {
  readonly subscription: string
  readonly execution_id: string | null
}

const done = { result: null }

/** The calls that make, change and remove jobs. Each checks before it writes, so that a conflict costs nothing. */
export function jobCalls(deps: WriteDeps): Handlers<JobCalls> {
  const { sql, counters, maps, removals, erasure } = deps
  const stateOf = (ref: number) => sql.readJobState.get(ref) as JobState | undefined

  return {
    writeChunks({ ref, chunks }) {
      if (removals.has(ref)) throw conflict(`write chunks of job ref ${ref}`, 'it must not be discarded', 'discarded')
      counters.useRef(ref)
      sql.insertDraft.run(ref)
      insertChunks(sql, ref, chunks)
      return done
    },

    discardJob({ ref }) {
      if (sql.abandonPart.run(ref).changes > 0) return { result: null, committed: () => removals.addPart(ref) }
      if (sql.deleteDraft.run(ref).changes === 0) return done
      sql.insertRemoval.run(ref)
      return { result: null, committed: () => removals.add(ref) }
    },

    publishJobs: (publication) => publishJobs(deps, publication),

    appendPart({ ref, owner, chunks, outcomes, rejectedAhead = false, total, touchedAtMs }) {
      requireTerms(deps, [owner])
      const state = openJob(stateOf(ref), `append to job ref ${ref}`)
      const last = sql.lastChunk.get(ref) as { chunk: number } | undefined
      const end = endOfChunks(chunks, { chunk: (last?.chunk ?? -1) + 1, index: state.total })
      if (end !== total) {
        throw conflict(
          `append to job ref ${ref}`,
          `chunks must follow item ${state.total} and end at ${total}`,
          `end at ${end}`,
        )
      }
      if (rejectedAhead) sql.deletePart.run(ref)
      else removals.removePart(ref)
      insertChunks(sql, ref, chunks)
      sql.extendJob.run(total, touchedAtMs, ref)
      return { result: null, committed: writeOutcomes(deps, outcomes).committed }
    },

    sealJob({ ref, owner, sealedAtMs, phase, events = [] }) {
      requireTerms(deps, [owner])
      const { channel } = openJob(stateOf(ref), `seal job ref ${ref}`)
      removals.removePart(ref)
      const [eligibleSeq] = takePlaces(sql, [phase === 'eligible' ? channel : null])
      sql.sealJob.run(phase, sealedAtMs, eligibleSeq!, ref)
      insertWebhookEvents(sql, events)
      return { result: { eligibleSeq: eligibleSeq! } }
    },

    makeEligible({ refs, terms }) {
      requireTerms(deps, terms)
      const seen = new Set<number>()
      const channels = refs.map((ref) => {
        const state = seen.has(ref) ? undefined : stateOf(ref)
        seen.add(ref)
        return state?.phase === 'waiting' ? state.channel : null
      })
      const places = takePlaces(sql, channels)
      for (const [n, ref] of refs.entries()) if (places[n] !== 0) sql.makeEligible.run(places[n]!, ref)
      return { result: places }
    },

    holdJobs({ refs, terms, pausedAtMs, releasedAtMs }) {
      requireTerms(deps, terms)
      for (const ref of refs) {
        if (pausedAtMs !== undefined) sql.pauseJob.run(pausedAtMs, ref)
        if (releasedAtMs !== undefined) sql.releaseJob.run(releasedAtMs, ref)
      }
      return done
    },

    markStopped({ refs, terms, stop }) {
      requireTerms(deps, terms)
      const mark = JSON.stringify(stop)
      for (const ref of refs) sql.stopJob.run(mark, ref)
      return done
    },

    deleteJob({ ref }) {
      const state = stateOf(ref)
      if (state === undefined) return done
      if (state.phase !== 'ended') throw conflict(`delete job ref ${ref}`, 'it must have ended', state.phase)
      sql.keepOutcome.run(ref)
      const { subscription, execution_id } = erasure.run(() => sql.deleteJob.get(ref)) as unknown as DeletedJob
      if (execution_id !== null) sql.deleteEmptyExecution.run(subscription, execution_id)
      sql.markKeyDeleted.run(state.id)
      sql.deletePart.run(ref)
      sql.deleteWebhookDeliveries.run(ref)
      sql.insertRemoval.run(ref)
      return {
        result: null,
        committed() {
          maps.forgetJob(ref)
          removals.add(ref)
        },
      }
    },
  }
}

/** @throws StoreError `conflict` when it is not open, or stopped */
export function openJob(state: JobState | undefined, what: string): JobState {
  if (state?.phase === 'open' && state.stop === null) return state
  throw conflict(
    what,
    'it must be open',
    state === undefined ? 'not there' : state.stop === null ? state.phase : 'stopped',
  )
}

/** The index after the last item if the chunks follow one another from `next` on, else where they break. */
function endOfChunks(chunks: readonly ChunkDraft[], next: { chunk: number; index: number }): number {
  let { chunk, index } = next
  for (const draft of chunks) {
    if (draft.chunk !== chunk || draft.firstIndex !== index) return -1
    chunk++
    index += draft.count
  }
  return index
}

/** Makes jobs visible: everything of them in the open transaction. */
function publishJobs(
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

function insertChunks(sql: WriteStatements, ref: number, chunks: readonly ChunkDraft[]): void {
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
