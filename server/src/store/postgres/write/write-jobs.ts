import type { JobRecord } from '../../../model/job.ts'
import type { ChunkDraft, JobPart } from '../../item-store.ts'
import { conflict, type StoreError } from '../../store-error.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import { removePart } from '../thread/removals.ts'
import { requireTerms } from './channel-owners.ts'
import { addPlaces, insertChunks, insertDraft, placesOf, publishJobs } from './publish-jobs.ts'
import { type AskRows, done, nothing, type Plan } from '../thread/plan.ts'
import type { Handlers, WriteDeps } from './write-deps.ts'
import { writeOutcomes } from './write-outcomes.ts'
import { insertWebhookEvents } from './write-webhook-events.ts'

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
  readonly subscription: string
  readonly channel: string
  readonly execution_id: string | null
  readonly created_at_ms: number
  readonly phase: JobRecord['phase']
  readonly stop: string | null
  readonly total: number
  /** Null: it has none. */
  readonly last_chunk: number | null
  /** Null: no part was begun. */
  readonly abandoned: boolean | null
}

/** Reads how it is with a job; only this server changes it. */
export async function stateOf(ask: AskRows, ref: number): Promise<JobState | undefined> {
  const [state] = await ask<JobState>(READ_STATE, ref)
  return state
}

const READ_STATE = `SELECT id, subscription, channel, execution_id, created_at_ms, phase, stop, total,
    (SELECT max(chunk) FROM waybill.chunks WHERE ref = $1) AS last_chunk, (SELECT abandoned FROM waybill.part_drafts WHERE ref = $1) AS abandoned
  FROM waybill.jobs WHERE ref = $1`

/** The calls that make, change and remove jobs. */
export function jobCalls(deps: WriteDeps): Handlers<JobCalls> {
  const { maps, rows, removals, ask } = deps
  return {
    writeChunks({ ref, chunks }) {
      return (transaction) => {
        if (removals.has(ref)) throw conflict(`write chunks of job ref ${ref}`, 'it must not be discarded', 'discarded')
        insertDraft(deps, transaction, ref)
        insertChunks(transaction, ref, chunks)
        return done
      }
    },

    discardJob({ ref }) {
      return (transaction) => {
        const abandoned = transaction.run('UPDATE waybill.part_drafts SET abandoned = true WHERE ref = $1', ref)
        const discarded = transaction.run(DISCARD, ref)
        return {
          result: () => null,
          committed(found) {
            deps.drafts.delete(ref)
            // A part that was not given up is left as it is.
            if (found === null || found[abandoned]!.count > 0) removals.addPart(ref)
            if (found !== null && found[discarded]!.count > 0) removals.add(ref)
          },
          async readAgain() {
            // Of an open job only the part goes.
            if ((await ask('SELECT 1 FROM waybill.removals WHERE ref = $1', ref)).length > 0) removals.add(ref)
            return null
          },
        }
      }
    },

    publishJobs: (publication) => publishJobs(deps, publication),
    appendPart: (part) => appendPart(deps, part),

    async sealJob({ ref, owner, sealedAtMs, phase, events = [] }) {
      const state = await stateOf(ask, ref)
      return (transaction) => {
        requireTerms(deps, transaction, [owner])
        const fault = openFault(state, `seal job ref ${ref}`)
        if (fault !== null) {
          transaction.refuse(fault)
          return { result: () => ({ eligibleSeq: 0 }) }
        }
        if (phase === 'eligible') transaction.useChannel(owner.channel)
        removePart(transaction, ref)
        const sealed = transaction.run(phase === 'eligible' ? SEAL_ELIGIBLE : SEAL, ref, phase, sealedAtMs)
        insertWebhookEvents(transaction, events)
        return {
          result: (found) => ({ eligibleSeq: (found[sealed]!.rows[0] as { place: number }).place }),
          async readAgain() {
            const [eligibleSeq = 0] = await placesOf(ask, [ref])
            return { eligibleSeq }
          },
        }
      }
    },

    makeEligible({ refs, terms }) {
      return (transaction) => {
        for (const { channel } of terms) transaction.useChannel(channel)
        requireTerms(deps, transaction, terms)
        const places = refs.map((ref) => transaction.run(MAKE_ELIGIBLE, ref))
        return {
          result: (found) => places.map((at) => (found[at]!.rows[0] as { place: number } | undefined)?.place ?? 0),
          readAgain: () => placesOf(ask, refs),
        }
      }
    },

    holdJobs({ refs, terms, pausedAtMs, releasedAtMs }) {
      return (transaction) => {
        requireTerms(deps, transaction, terms)
        if (pausedAtMs !== undefined) transaction.run(hold('paused_at_ms'), pausedAtMs, refs)
        if (releasedAtMs !== undefined) transaction.run(hold('released_at_ms'), releasedAtMs, refs)
        return done
      }
    },

    markStopped({ refs, terms, stop }) {
      return (transaction) => {
        requireTerms(deps, transaction, terms)
        const mark = JSON.stringify(stop)
        transaction.run(
          "UPDATE waybill.jobs SET stop = $1 WHERE ref = ANY ($2::bigint[]) AND stop IS NULL AND phase <> 'ended'",
          mark,
          refs,
        )
        return done
      }
    },

    async deleteJob({ ref }) {
      const state = await stateOf(ask, ref)
      if (state === undefined) return nothing()
      if (state.phase !== 'ended') throw conflict(`delete job ref ${ref}`, 'it must have ended', state.phase)
      return (transaction) => {
        transaction.run(KEEP_OUTCOME, ref)
        transaction.run('DELETE FROM waybill.jobs WHERE ref = $1', ref)
        if (state.execution_id !== null) transaction.run(DELETE_EMPTY_EXECUTION, state.subscription, state.execution_id)
        transaction.run('UPDATE waybill.idempotency SET deleted = 1 WHERE job_id = $1', state.id)
        transaction.run('DELETE FROM waybill.part_drafts WHERE ref = $1', ref)
        transaction.run('DELETE FROM waybill.webhook_deliveries WHERE ref = $1', ref)
        transaction.run('INSERT INTO waybill.removals VALUES ($1) ON CONFLICT DO NOTHING', ref)
        return {
          result: () => null,
          committed() {
            maps.forgetJob(ref)
            rows.forgetJob(ref)
            removals.add(ref)
          },
        }
      }
    },
  }
}

async function appendPart(deps: WriteDeps, part: JobPart): Promise<Plan<null>> {
  const { ref, owner, chunks, outcomes, rejectedAhead = false, total, touchedAtMs } = part
  const state = await stateOf(deps.ask, ref)
  if (state !== undefined)
    addPlaces(deps, { ref, createdAtMs: state.created_at_ms, channel: state.channel, term: owner.term }, chunks)
  return (transaction) => {
    requireTerms(deps, transaction, [owner])
    const fault = openFault(state, `append to job ref ${ref}`) ?? endFault(state!, part)
    if (fault !== null) {
      transaction.refuse(fault)
      return done
    }
    if (rejectedAhead) transaction.run('DELETE FROM waybill.part_drafts WHERE ref = $1', ref)
    else removePart(transaction, ref)
    insertChunks(transaction, ref, chunks)
    transaction.run('UPDATE waybill.jobs SET total = $1, touched_at_ms = $2 WHERE ref = $3', total, touchedAtMs, ref)
    return { result: () => null, committed: writeOutcomes(deps, transaction, outcomes) }
  }
}

/** The `conflict` of a job that is not open, or stopped; null: there is none. */
export function openFault(state: JobState | undefined, what: string): StoreError | null {
  if (state?.phase === 'open' && state.stop === null) return null
  const current = state === undefined ? 'not there' : state.stop === null ? state.phase : 'stopped'
  return conflict(what, 'it must be open', current)
}

/** The `conflict` of a part whose chunks do not follow; null: there is none. */
function endFault(state: JobState, { ref, chunks, total }: JobPart): StoreError | null {
  const end = endOfChunks(chunks, { chunk: (state.last_chunk ?? -1) + 1, index: state.total })
  if (end === total) return null
  const wanted = `chunks must follow item ${state.total} and end at ${total}`
  return conflict(`append to job ref ${ref}`, wanted, `end at ${end}`)
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

function hold(column: string): string {
  return `UPDATE waybill.jobs SET ${column} = $1 WHERE ref = ANY ($2::bigint[]) AND phase <> 'ended'`
}

/** Not one of an open job, of which a part was begun. */
const DISCARD = `WITH draft AS (DELETE FROM waybill.drafts WHERE ref = $1
    AND NOT EXISTS (SELECT 1 FROM waybill.part_drafts WHERE ref = $1) RETURNING ref)
  INSERT INTO waybill.removals SELECT ref FROM draft ON CONFLICT DO NOTHING`

const SEAL = 'UPDATE waybill.jobs SET phase = $2, sealed_at_ms = $3 WHERE ref = $1 RETURNING place'

/** The next place of the channel of job $1. */
const nextPlaceOf = (condition: string): string =>
  `WITH job AS (SELECT channel FROM waybill.jobs WHERE ref = $1 AND ${condition}),
    next AS (UPDATE waybill.channels SET last_place = last_place + 1 WHERE name = (SELECT channel FROM job) RETURNING last_place)`

const SEAL_ELIGIBLE = `${nextPlaceOf('true')}
  UPDATE waybill.jobs SET phase = $2, sealed_at_ms = $3, place = next.last_place FROM next WHERE ref = $1 RETURNING place`

const MAKE_ELIGIBLE = `${nextPlaceOf("phase = 'waiting'")}
  UPDATE waybill.jobs SET phase = 'eligible', place = next.last_place FROM next WHERE ref = $1 RETURNING place`

const KEEP_OUTCOME = `INSERT INTO waybill.job_outcomes SELECT id, subscription, outcome FROM waybill.jobs
  WHERE ref = $1 AND outcome IS NOT NULL ON CONFLICT DO NOTHING`

const DELETE_EMPTY_EXECUTION = `DELETE FROM waybill.executions WHERE subscription = $1 AND id = $2
  AND NOT EXISTS (SELECT 1 FROM waybill.jobs WHERE subscription = $1 AND execution_id = $2)`
