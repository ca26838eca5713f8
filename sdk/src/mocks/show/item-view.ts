import type { EndedItemStatus, Item, ResultLine } from '@waybill/spec'
import { errorAdvice } from '@waybill/spec/rules'
import { timeOrNull } from './job-view.ts'
import { type Redacted, redactedView } from './redact-view.ts'
import { headOf, isItemEnded, type MockChannel, type MockItem } from '../engine/mock-job.ts'
import { pendingReason } from '../engine/waiting-reason.ts'

export interface ItemMoment {
  readonly nowMs: number
  readonly channel: MockChannel | undefined
}

/** The public Item, without its data and log. */
export function itemView(item: MockItem, moment: ItemMoment): Item {
  return {
    jobId: item.job.id,
    index: item.index,
    id: item.id,
    partitionKey: item.partitionKey,
    action: item.input?.action ?? item.job.envelope.action,
    status: item.status,
    attempts: item.attempts,
    startedAt: timeOrNull(item.startedAtMs),
    endedAt: timeOrNull(item.endedAtMs),
    result: item.status === 'succeeded' ? (item.result ?? null) : null,
    warnings: item.warnings,
    error: errorView(item),
    waiting: waitingView(item, moment),
    retriedAs: item.retriedAs,
  }
}

/** The public Item with all there is: its data and log, and where it stands. */
export function fullItemView(item: MockItem, moment: ItemMoment): Item {
  const view: Item = { ...itemView(item, moment), data: item.input?.data ?? null, log: item.log }
  if (view.waiting !== null) view.waiting = { ...view.waiting, ...turnOf(item, view.waiting, moment) }
  return view
}

/** Names the items that wait behind one in its key. */
export function followersOf(item: MockItem): Pick<Item, 'waitingBehind' | 'nextBehind'> {
  const behind = item.line === null || isItemEnded(item) ? [] : item.line.after(item, (other) => !isItemEnded(other))
  const next = behind[0]
  return {
    waitingBehind: behind.length,
    nextBehind: next === undefined ? null : { jobId: next.job.id, index: next.index },
  }
}

/** The position of an item that has a place, and when its turn is expected, by the rate limit of its channel. */
function turnOf(
  item: MockItem,
  { reason, until }: NonNullable<Item['waiting']>,
  { nowMs, channel }: ItemMoment,
): Pick<NonNullable<Item['waiting']>, 'position' | 'until'> {
  const isTurn = TURN_REASONS.has(reason)
  if (item.job.phase !== 'eligible' || (!isTurn && !HELD_REASONS.has(reason))) return { position: null, until }
  const position =
    reason === 'partition'
      ? item.line!.countBefore(item, (other) => !isItemEnded(other))
      : item.job.items.filter((other) => isReady(other) && isCalledBefore(other, item)).length
  const limit = channel?.config.rateLimit
  if (!isTurn || limit == null) return { position, until }
  const nextCallAtMs = until === null ? nowMs : Date.parse(until)
  return { position, until: timeOrNull(nextCallAtMs + (position * limit.periodMs) / limit.limit) }
}

function isReady(item: MockItem): boolean {
  return item.status === 'pending' && headOf(item) === item
}

/** Returns whether an item of a job is called before another one, both ready: those that were never called come first. */
function isCalledBefore(one: MockItem, other: MockItem): boolean {
  const isOneTried = one.attempts > 0
  const isOtherTried = other.attempts > 0
  return isOneTried === isOtherTried ? one.turn < other.turn : isOtherTried
}

const TURN_REASONS: ReadonlySet<string> = new Set(['backlog', 'concurrency', 'rate_limit', 'partition'])
/** Reasons of a channel: items keep their places until it calls again. */
const HELD_REASONS: ReadonlySet<string> = new Set([
  'paused',
  'retry_after',
  'circuit_open',
  'connector_unavailable',
  'handover',
])

/** A line of the results. @param item has ended */
export function resultLine(item: MockItem, redact: Redacted): ResultLine {
  // What only an unfinished item has is not asked for.
  const {
    jobId: _,
    waiting: __,
    retriedAs: ___,
    ...shown
  } = redactedView(itemView(item, { nowMs: 0, channel: undefined }), redact)
  return { type: 'item', ...shown, status: shown.status as EndedItemStatus }
}

/** The engine's own errors say what to do, too; those of connectors stay as they came. */
function errorView({ error }: MockItem): Item['error'] {
  if (error === null || error.origin === 'connector') return error
  return { ...error, detail: error.detail === null ? errorAdvice(error) : `${error.detail}. ${errorAdvice(error)}` }
}

function waitingView(item: MockItem, moment: ItemMoment): Item['waiting'] {
  if (item.hold !== null) {
    const { reason, sinceMs, untilMs } = item.hold
    return { reason, since: timeOrNull(sinceMs), until: timeOrNull(untilMs), position: null, behind: null }
  }
  const reason = item.status === 'pending' ? pendingReason(item, moment) : null
  if (reason === null) return null
  const { behind } = reason
  return {
    reason: reason.reason,
    since: timeOrNull(reason.sinceMs),
    until: timeOrNull(reason.untilMs),
    position: null,
    behind: behind === null ? null : { jobId: behind.job.id, index: behind.index },
  }
}
