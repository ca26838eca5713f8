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

/**
 * Seconds until the job ends (PRG-2): the end of a standstill (circuit, `Retry-After`) + max(remaining / measured, remaining / allowed), not before the last
 * retry is due, not after the deadline. Null while nobody can know: nothing is measured, or it stands until a person acts
 * (`paused`, `parked`, `dependency`).
 */
export function etaSeconds(facts: EtaFacts): number | null {
  const { remaining, reasons, nowMs } = facts
  if (remaining === 0) return 0
  const deadlineSeconds = facts.deadlineAtMs === null ? null : Math.max(0, facts.deadlineAtMs - nowMs) / 1000
  if (reasons.some(({ reason }) => NEEDS_A_PERSON.has(reason))) return deadlineSeconds
  const standstillMs = standstill(facts)
  const itemsPerSecond = isStill(reasons, standstillMs) ? facts.lastItemsPerSecond : facts.itemsPerSecond
  const byRate = itemsPerSecond > 0 ? remaining / itemsPerSecond : 0
  const byLimit = remaining / facts.allowedItemsPerSecond
  const byRetry = untilOf(facts, 'retry') / 1000
  const seconds = Math.max(standstillMs / 1000 + Math.max(byRate, byLimit), byRetry)
  if (seconds <= 0) return deadlineSeconds
  return Math.min(seconds, deadlineSeconds ?? Infinity)
}

/** Whether a job is expected to end after its deadline; not while nobody can know, and not one that waits for a person. */
export function missesDeadline(facts: EtaFacts): boolean {
  const { deadlineAtMs, nowMs } = facts
  if (deadlineAtMs === null) return false
  const seconds = etaSeconds({ ...facts, deadlineAtMs: null })
  return seconds !== null && nowMs + seconds * 1000 > deadlineAtMs
}

/** Reasons that end when somebody acts, not by themselves in a time that says something of the job. */
const NEEDS_A_PERSON = new Set(['paused', 'parked', 'dependency'])

/** Nothing of a job runs, and everything waits for something else than its turn. */
export function standsStill(reasons: readonly WaitingCount[], running: number): boolean {
  return running === 0 && reasons.length > 0 && !reasons.some(({ reason }) => MOVING.has(reason))
}

const MOVING: ReadonlySet<WaitingReason> = new Set(['backlog', 'concurrency', 'rate_limit'])

/** Until when nothing can move on the channel, and so nothing can be measured, as far as is known now; null: it can. */
export function stillUntilMs(reasons: readonly WaitingCount[], nowMs: number): number | null {
  const waitMs = standstill({ reasons, nowMs })
  return isStill(reasons, waitMs) ? nowMs + waitMs : null
}

/** Paused; or a circuit that is half-open: then nobody knows until when. */
function isStill(reasons: readonly WaitingCount[], standstillMs: number): boolean {
  return standstillMs > 0 || reasons.some(({ reason }) => reason === 'paused' || reason === 'circuit_open')
}

/** Reasons for which nothing of a job moves, whatever its rate. */
const STANDSTILLS = ['schedule', 'connector_unavailable', 'circuit_open', 'retry_after'] as const

/** How long the channel will let nothing through, ms. */
function standstill(facts: Pick<EtaFacts, 'reasons' | 'nowMs'>): number {
  const limitedMs = untilOf(facts, 'rate_limit')
  const waits = STANDSTILLS.map((reason) => untilOf(facts, reason))
  return Math.max(...waits, limitedMs > STANDSTILL_MS ? limitedMs : 0)
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
