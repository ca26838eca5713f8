import type { Item } from '@waybill/spec'
import type { Action, JobRecord } from '../model/job.ts'
import type { ItemError, ItemWaiting, OutcomeDetail, WaitingReason } from '../model/item.ts'
import { isEnded, Verdict, verdictNames } from '../model/outcome-batch.ts'
import { type KeyedItem, partitionKeyOf } from '../model/partition-key.ts'
import type { StoredAttempt, StoredItem } from '../store/store.ts'
import { errorAdvice } from './error-advice.ts'
import { time, timeOrNull } from './job-view.ts'

/** What memory knows of an item beside what is stored. */
export interface ItemMoment {
  /** In a lot now. */
  readonly running: boolean
  readonly waiting: ItemWaiting | null
  /** The public id of a job, for the item it stands behind. */
  jobId(ref: number): string | null
}

const decoder = new TextDecoder()

/** The public Item: what is stored of it, and what memory knows. */
export function itemView(record: JobRecord, stored: StoredItem, moment: ItemMoment): Item {
  const input = parseLine(stored.line)
  const detail = parseDetail(stored.detail)
  const status = itemStatus(record, stored, moment)
  const ended = status === 'succeeded' || status === 'failed' || status === 'cancelled'
  return {
    jobId: record.id,
    index: stored.index,
    id: input?.id ?? '',
    partitionKey: input === null ? null : (partitionKeyOf(input, record.envelope.partitionBy) ?? null),
    action: (input?.['action'] as Action | undefined) ?? record.envelope.action,
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

/** What stands in an item's `error`; the beginnings of answers stay as they came, the engine's own words say what to do, too. */
function errorView({ error, text }: OutcomeDetail): Item['error'] {
  if (error === undefined) return null
  const isOurs = error.origin === 'engine' || error.detail === null
  const detail = isOurs ? [error.detail, errorAdvice(error)].filter((part) => part !== null).join('. ') : error.detail
  return { ...error, detail, ...(text !== undefined && { text }) }
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

/** What the item was submitted with, for `include=data`; null for a line that was no item. */
export function itemData(stored: StoredItem): unknown {
  return parseLine(stored.line)?.['data'] ?? null
}

/** The item's calls, for `include=log`; what was decided without a call repeats the number of the last one, and is none. */
export function itemLog(stored: StoredItem): NonNullable<Item['log']> {
  let last = 0
  return stored.log.filter(({ attempt }) => attempt > last && (last = attempt) > 0).map(attemptView)
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

/** Reasons that hold an item which has been called; a paused job holds its retries, too. */
const OWN_REASONS: ReadonlySet<WaitingReason> = new Set(['retry', 'parked', 'paused'])

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

/** The stored line as an item; null when it was none (`onInvalidItem: "fail"`). */
function parseLine(line: Uint8Array): KeyedItem | null {
  try {
    const value: unknown = JSON.parse(decoder.decode(line))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    const id = (value as { id?: unknown }).id
    return { ...value, id: typeof id === 'string' ? id : '' }
  } catch {
    return null
  }
}

function parseDetail(detail: Uint8Array | null): OutcomeDetail {
  return detail === null ? {} : (JSON.parse(decoder.decode(detail)) as OutcomeDetail)
}
