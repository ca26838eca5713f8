import type { Item } from '@waybill/spec'
import type { Action, JobRecord } from '../model/job.ts'
import type { ItemError, ItemWaiting, OutcomeDetail, WaitingReason } from '../model/item.ts'
import type { LineReader } from '../model/line-reader.ts'
import { isEnded, Verdict, verdictNames } from '../model/outcome-batch.ts'
import type { StoredAttempt, StoredItem } from '../store/item-store.ts'
import { errorAdvice } from '@waybill/spec/rules'
import { time, timeOrNull } from './job-view.ts'

/** The state of an item in memory, beside the stored one. */
export interface ItemMoment {
  /** In a lot now. */
  readonly running: boolean
  readonly waiting: ItemWaiting | null
  /** The public id of a job, for the item it stands behind. */
  jobId(ref: number): string | null
}

const decoder = new TextDecoder()

/** The facts in an item's line. */
export type ItemLine = Pick<LineReader, 'id' | 'partitionKey' | 'action'>

/** The public Item without its data: what is stored of it, and what memory knows. */
export function itemView(
  record: JobRecord,
  { stored, line }: { readonly stored: StoredItem; readonly line: ItemLine },
  moment: ItemMoment,
): Item {
  const detail = parseDetail(stored.detail)
  const status = itemStatus(record, stored, moment)
  const ended = status === 'succeeded' || status === 'failed' || status === 'cancelled'
  return {
    jobId: record.id,
    index: stored.index,
    id: line.id,
    partitionKey: line.partitionKey,
    action: (line.action as Action | null) ?? record.envelope.action,
    status,
    attempts: stored.attempt,
    startedAt: stored.attempt === 0 ? null : timeOrNull(stored.startedAtMs),
    endedAt: ended ? timeOrNull(isEnded(stored.verdict) ? stored.endedAtMs : (record.end?.endedAtMs ?? null)) : null,
    result: status === 'succeeded' ? (detail.result ?? null) : null,
    warnings: (detail.warnings ?? []).map((warning) => ({ ...warning })),
    error: errorView(status === 'cancelled' && isExpired(record) ? { error: DEADLINE_PASSED } : detail),
    waiting: ended || status === 'running' || moment.waiting === null ? null : waitingView(moment.waiting, moment),
    retriedAs: stored.retriedAs,
  }
}

/** Creates an item's `error`; excerpts of answers stay unchanged, the engine's own messages include advice. */
function errorView({ error, text }: OutcomeDetail): Item['error'] {
  if (error === undefined) return null
  const isOurs = error.origin === 'engine' || error.detail === null
  const detail = isOurs ? [error.detail, errorAdvice(error)].filter((part) => part !== null).join('. ') : error.detail
  const { errors, ...rest } = error
  return { ...rest, detail, ...(errors !== undefined && { errors: [...errors] }), ...(text !== undefined && { text }) }
}

/** The rest of the job was cancelled at its deadline. */
function isExpired({ end, envelope }: JobRecord): boolean {
  return end?.outcome === 'expired' && envelope.deadlineAtMs !== null
}

const DEADLINE_PASSED: ItemError = {
  code: 'deadline_passed',
  origin: 'engine',
  title: 'The deadline has passed',
  status: null,
  detail: "The job's deadlineAt came before this item had ended",
  retryable: true,
  pointer: null,
}

/** The item's calls, for `include=log`; what was decided without a call repeats the number of the last one, and is none. */
export function itemLog(stored: StoredItem): NonNullable<Item['log']> {
  let last = 0
  const calls = stored.log.filter(({ attempt }) => attempt > last && (last = attempt) > 0).map(attemptView)
  for (const { attempt, atMs, by } of stored.replacements) {
    const call = calls.find((one) => one.attempt === attempt)
    if (call !== undefined) call.replaced = { at: time(atMs), by }
  }
  return calls
}

function attemptView(attempt: StoredAttempt): NonNullable<Item['log']>[number] {
  const detail = parseDetail(attempt.detail)
  const again = attempt.verdict === Verdict.retry || attempt.verdict === Verdict.throttled
  return {
    attempt: attempt.attempt,
    epoch: attempt.epoch,
    startedAt: time(attempt.startedAtMs),
    durationMs: Math.max(0, attempt.endedAtMs - attempt.startedAtMs),
    verdict: verdictNames[attempt.verdict] as NonNullable<Item['log']>[number]['verdict'],
    code: detail.error?.code ?? null,
    status: attempt.httpStatus === 0 ? null : attempt.httpStatus,
    detail: detail.error?.detail ?? null,
    retryAt: again && attempt.retryAtMs > 0 ? time(attempt.retryAtMs) : null,
  }
}

function itemStatus(record: JobRecord, stored: StoredItem, moment: ItemMoment): Item['status'] {
  if (stored.verdict === Verdict.succeeded) return 'succeeded'
  if (stored.verdict === Verdict.failed) return 'failed'
  if (stored.verdict === Verdict.cancelled || record.phase === 'ended') return 'cancelled'
  if (moment.running) return 'running'
  if (stored.verdict === Verdict.unjudged) return 'pending'
  // What is stored is its last call; that its retry is due by now is only in memory.
  return moment.waiting === null || OWN_REASONS.has(moment.waiting.reason) ? 'waiting' : 'pending'
}

/** Reasons that an item has of its own. */
const OWN_REASONS: ReadonlySet<WaitingReason> = new Set(['retry', 'parked'])

function waitingView(waiting: ItemWaiting, moment: ItemMoment): Item['waiting'] {
  const behindId = waiting.behind === null ? null : moment.jobId(waiting.behind.jobRef)
  return {
    reason: waiting.reason,
    since: timeOrNull(waiting.sinceMs),
    until: timeOrNull(waiting.untilMs),
    position: waiting.position ?? null,
    behind: behindId === null ? null : { jobId: behindId, index: waiting.behind!.index },
  }
}

function parseDetail(detail: Uint8Array | null): OutcomeDetail {
  return detail === null ? {} : (JSON.parse(decoder.decode(detail)) as OutcomeDetail)
}
