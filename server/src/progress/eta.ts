import type { ChannelConfig } from '../model/channel.ts'
import type { WaitingCount, WaitingReason } from '../model/item.ts'

/** The facts from which the remaining time is estimated. */
export interface EtaFacts {
  readonly nowMs: number
  /** Items not ended. */
  readonly remaining: number
  /** Measured items per second; 0: nothing measured yet. */
  readonly itemsPerSecond: number
  /** The same when an item ended last, for the time after a standstill. */
  readonly lastItemsPerSecond: number
  /** Items per second that the channel's rate limit allows; Infinity: no limit. */
  readonly allowedItemsPerSecond: number
  /** Why items do not move. */
  readonly reasons: readonly WaitingCount[]
  /** When what is left will be cancelled, wall ms; null: never. */
  readonly deadlineAtMs: number | null
}

/** A channel that lets nothing through for longer than this stands still; shorter is how a rate limit works. */
const STANDSTILL_MS = 1000

/** The constraint that decides the remaining time, with its figures. */
export interface EstimateDecision {
  readonly constraint: 'measured' | 'rate_limit' | 'standstill' | 'retry' | 'deadline'
  readonly items: number
  /** The speed that is counted with; null: none is. */
  readonly itemsPerSecond: number | null
  /** End of a standstill, time of the last retry, or the deadline, wall ms; null: there is none. */
  readonly untilMs: number | null
  /** Why nothing moves before; null: nothing stands still. */
  readonly reason: WaitingReason | null
}

/** An estimate of the remaining time. */
export interface Estimate {
  /** Null: nobody can know. */
  readonly seconds: number | null
  /** Null: nobody can know, or nothing remains. */
  readonly decidedBy: EstimateDecision | null
}

const UNKNOWN: Estimate = { seconds: null, decidedBy: null }
/** A measured speed of at least this share of the allowed one is that of the rate limit: gaps between calls, and the window of the measurement, take some of it. */
const AT_THE_LIMIT = 0.9

/**
 * Seconds until the job ends (PRG-2): the end of a standstill (circuit, `Retry-After`) + max(remaining / measured, remaining / allowed), not before the last
 * retry is due, not after the deadline. Null while nobody can know: nothing is measured, or it stands until a person acts
 * (`paused`, `parked`, `dependency`).
 */
export function estimate(facts: EtaFacts): Estimate {
  const { remaining, reasons, nowMs } = facts
  if (remaining === 0) return { seconds: 0, decidedBy: null }
  const atDeadline = estimateByDeadline(facts)
  if (reasons.some(({ reason }) => NEEDS_A_PERSON.has(reason))) return atDeadline
  const { standstillMs, reason } = standstill(facts)
  const itemsPerSecond = isStill(reasons, standstillMs) ? facts.lastItemsPerSecond : facts.itemsPerSecond
  const byRate = itemsPerSecond > 0 ? remaining / itemsPerSecond : 0
  const byLimit = remaining / facts.allowedItemsPerSecond
  const bySpeed = Math.max(byRate, byLimit)
  const byRetry = untilOf(facts, 'retry') / 1000
  const seconds = Math.max(standstillMs / 1000 + bySpeed, byRetry)
  if (seconds <= 0 || (atDeadline.seconds !== null && atDeadline.seconds <= seconds)) return atDeadline
  const items = remaining
  const still = { untilMs: standstillMs > 0 ? nowMs + standstillMs : null, reason }
  if (byRetry === seconds && byRetry > standstillMs / 1000) return { seconds, decidedBy: lastRetry(facts) }
  if (standstillMs / 1000 > bySpeed)
    return { seconds, decidedBy: { constraint: 'standstill', items, itemsPerSecond: null, ...still } }
  const { allowedItemsPerSecond } = facts
  const decidedBy: EstimateDecision =
    byLimit >= byRate * AT_THE_LIMIT
      ? { constraint: 'rate_limit', items, itemsPerSecond: allowedItemsPerSecond, ...still }
      : { constraint: 'measured', items, itemsPerSecond, ...still }
  return { seconds, decidedBy }
}

/** As `estimate`, in seconds alone. */
export function etaSeconds(facts: EtaFacts): number | null {
  return estimate(facts).seconds
}

function estimateByDeadline({ deadlineAtMs, nowMs, remaining: items }: EtaFacts): Estimate {
  if (deadlineAtMs === null) return UNKNOWN
  return {
    seconds: Math.max(0, deadlineAtMs - nowMs) / 1000,
    decidedBy: { constraint: 'deadline', items, itemsPerSecond: null, untilMs: deadlineAtMs, reason: null },
  }
}

function lastRetry({ reasons }: EtaFacts): EstimateDecision {
  const { items, untilMs } = reasons.find(({ reason }) => reason === 'retry')!
  return { constraint: 'retry', items, itemsPerSecond: null, untilMs, reason: null }
}

/** Whether a job is expected to end after its deadline; not while nobody can know, and not one that waits for a person. */
export function missesDeadline(facts: EtaFacts): boolean {
  const { deadlineAtMs, nowMs } = facts
  if (deadlineAtMs === null) return false
  const seconds = etaSeconds({ ...facts, deadlineAtMs: null })
  return seconds !== null && nowMs + seconds * 1000 > deadlineAtMs
}

/** Reasons that end when somebody acts, not by themselves in a time that says something of the job. */
const NEEDS_A_PERSON = new Set(['paused', 'parked', 'dependency', 'disk_full', 'store_unavailable'])

/** Nothing of a job runs, and everything waits for something else than its turn. */
export function standsStill(reasons: readonly WaitingCount[], running: number): boolean {
  return running === 0 && reasons.length > 0 && !reasons.some(({ reason }) => MOVING.has(reason))
}

const MOVING: ReadonlySet<WaitingReason> = new Set(['backlog', 'concurrency', 'rate_limit'])

/** Until when nothing can move on the channel, and so nothing can be measured, as far as is known now; null: it can. */
export function stillUntilMs(reasons: readonly WaitingCount[], nowMs: number): number | null {
  const { standstillMs } = standstill({ reasons, nowMs })
  return isStill(reasons, standstillMs) ? nowMs + standstillMs : null
}

/** Reasons whose end nobody may know: a circuit has none while it is half-open. */
const UNKNOWN_ENDS: ReadonlySet<WaitingReason> = new Set(['paused', 'circuit_open', 'disk_full', 'store_unavailable'])

/** Whether nothing moves. */
function isStill(reasons: readonly WaitingCount[], standstillMs: number): boolean {
  return standstillMs > 0 || reasons.some(({ reason }) => UNKNOWN_ENDS.has(reason))
}

/** Reasons for which nothing of a job moves, whatever its rate. */
const STANDSTILLS = ['schedule', 'handover', 'connector_unavailable', 'circuit_open', 'retry_after'] as const

interface Standstill {
  /** 0: there is none. */
  readonly standstillMs: number
  readonly reason: WaitingReason | null
}

/** How long the channel will let nothing through, ms, and why. */
function standstill(facts: Pick<EtaFacts, 'reasons' | 'nowMs'>): Standstill {
  let longest: Standstill = { standstillMs: 0, reason: null }
  for (const reason of [...STANDSTILLS, 'rate_limit'] as const) {
    const standstillMs = untilOf(facts, reason)
    if (reason === 'rate_limit' && standstillMs <= STANDSTILL_MS) continue
    if (standstillMs > longest.standstillMs) longest = { standstillMs, reason }
  }
  return longest
}

/** Ms until the last of what waits for this reason may move; 0: nothing does, or it may now. */
function untilOf({ reasons, nowMs }: Pick<EtaFacts, 'reasons' | 'nowMs'>, wanted: WaitingCount['reason']): number {
  let lastMs = nowMs
  for (const { reason, untilMs } of reasons)
    if (reason === wanted && untilMs !== null) lastMs = Math.max(lastMs, untilMs)
  return lastMs - nowMs
}

/** Items per second that a channel's rate limit allows when every call is full. */
export function allowedItemsPerSecond(config: ChannelConfig): number {
  const limit = config.rateLimit
  if (limit === null) return Infinity
  const itemsPerUnit = limit.unit === 'items' || config.connector.type === 'sandbox' ? 1 : config.connector.batchSize
  return (limit.limit * itemsPerUnit * 1000) / limit.periodMs
}
