import type { JobRecord } from '../../model/job.ts'
import { type ChunkDraft, type IdempotencyRecord, StoreError } from '../store.ts'
import type { Counters } from './counters.ts'
import type { WriteCalls } from './messages.ts'
import type { OutcomeMaps } from './outcome-maps.ts'
import type { Removals } from './removals.ts'
import type { WriteStatements } from './statements.ts'
import { writeOutcomes } from './write-outcomes.ts'

/** What the calls of the writer work on. */
export interface WriteParts {
  readonly sql: WriteStatements
  readonly counters: Counters
  readonly maps: OutcomeMaps
  readonly removals: Removals
}

/** What a call did inside the open transaction, and what is to follow once that has committed. */
export interface Written<Result> {
  readonly result: Result
  readonly committed?: () => void
}

type JobCalls = Pick<
  WriteCalls,
  'writeChunks' | 'discardJob' | 'publishJob' | 'appendPart' | 'sealJob' | 'markStopped' | 'deleteJob'
>

type Handlers<Group> = { readonly [Name in keyof Group]: (args: ArgsOf<Group[Name]>) => Written<ResultOf<Group[Name]>> }
type ArgsOf<Call> = Call extends { args: infer Args } ? Args : never
type ResultOf<Call> = Call extends { result: infer Result } ? Result : never
export type WriteHandlers = Handlers<WriteCalls>

interface JobState {
  readonly id: string
  readonly phase: JobRecord['phase']
  readonly stop: string | null
  readonly total: number
}

const done = { result: null }

/** The calls that make, change and remove jobs. Each checks before it writes, so that a conflict costs nothing. */
export function jobCalls(parts: WriteParts): Handlers<JobCalls> {
  const { sql, counters, maps, removals } = parts
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
      if (sql.deleteDraft.run(ref).changes === 0) return done
      sql.insertRemoval.run(ref)
      return { result: null, committed: () => removals.add(ref) }
    },

    publishJob({ publication, expiredBeforeMs }) {
      const { record, chunks, outcomes, idempotency } = publication
      if (idempotency !== null) insertKey(sql, idempotency, expiredBeforeMs)
      const eligibleSeq = record.phase === 'eligible' ? counters.nextEligibleSeq() : 0
      counters.useRef(record.ref)
      insertJob(sql, { ...record, eligibleSeq })
      sql.useChannel.run(record.envelope.channel)
      insertChunks(sql, record.ref, chunks)
      sql.deleteDraft.run(record.ref)
      const { committed } = writeOutcomes(parts, outcomes)
      return { result: { eligibleSeq }, committed }
    },

    appendPart({ ref, chunks, outcomes, total, touchedAtMs }) {
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
      insertChunks(sql, ref, chunks)
      sql.extendJob.run(total, touchedAtMs, ref)
      return { result: null, committed: writeOutcomes(parts, outcomes).committed }
    },

    sealJob({ ref, sealedAtMs }) {
      openJob(stateOf(ref), `seal job ref ${ref}`)
      const eligibleSeq = counters.nextEligibleSeq()
      sql.sealJob.run(sealedAtMs, eligibleSeq, ref)
      return { result: { eligibleSeq } }
    },

    markStopped({ ref, stop }) {
      sql.stopJob.run(JSON.stringify(stop), ref)
      return done
    },

    deleteJob({ ref }) {
      const state = stateOf(ref)
      if (state === undefined) return done
      if (state.phase !== 'ended') throw conflict(`delete job ref ${ref}`, 'it must have ended', state.phase)
      sql.deleteJob.run(ref)
      sql.markKeyDeleted.run(state.id)
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

function openJob(state: JobState | undefined, what: string): JobState {
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

function insertChunks(sql: WriteStatements, ref: number, chunks: readonly ChunkDraft[]): void {
  for (const { chunk, firstIndex, count, keys, ids, body } of chunks) {
    sql.insertChunk.run(ref, chunk, firstIndex, count, keys, ids, body)
  }
}

function insertJob(sql: WriteStatements, job: JobRecord): void {
  const { envelope, stop, end } = job
  sql.insertJob.run(
    ...[job.ref, job.id, job.subscription, envelope.channel, envelope.source, job.phase, end?.outcome ?? null],
    ...[job.total, job.eligibleSeq, job.createdAtMs, job.touchedAtMs, job.sealedAtMs],
    ...[stop && JSON.stringify(stop), end && JSON.stringify(end), JSON.stringify(envelope)],
  )
}

function insertKey(sql: WriteStatements, record: IdempotencyRecord, expiredBeforeMs: number): void {
  const { scope, key, fingerprint, jobId, createdAtMs, status, body } = record
  sql.deleteExpiredKey.run(scope, key, expiredBeforeMs)
  const { changes } = sql.insertKey.run(scope, key, fingerprint, jobId, createdAtMs, status, body)
  if (changes === 0) throw conflict(`publish job ${jobId}`, 'its idempotency key must be new', 'used by another job')
}

export function conflict(what: string, wanted: string, current: string): StoreError {
  return new StoreError('conflict', `Cannot ${what} as ${wanted}: current state is ${current}`)
}
