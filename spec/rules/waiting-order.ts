import type { WaitingReason } from '../generated/index.ts'

/** Why something does not move, and when it may. Wall times in ms; null: nobody knows, or it does not apply. */
export interface Reason {
  readonly reason: WaitingReason
  readonly sinceMs: number | null
  readonly untilMs: number | null
}

/** The facts of a complete job whose items have no places yet. */
export interface WaitingJob {
  readonly pausedAtMs: number | null
  /** Null: it has none, or it has come. */
  readonly runAtMs: number | null
  /** When the job was complete. */
  readonly sealedAtMs: number | null
}

/** The facts of a channel; each is asked for only if those before it hold nothing back. */
export interface ChannelGate {
  readonly isPaused: boolean
  /** Why the store takes no outcomes; null: it does. */
  storeRefusal(): 'disk_full' | 'store_unavailable' | null
  /** Until when calls of the server that ran it before may still run; null: they have ended. */
  handoverUntilMs(): number | null
  /** Its connector cannot be loaded. */
  unavailable(): { readonly sinceMs: number; readonly untilMs: number } | null
  /** End of a `Retry-After`, wall ms; null: none, or it has passed. */
  blockedUntilMs(): number | null
  /** Null: closed, or it has none. `untilMs` null: it is half open. */
  circuit(): { readonly sinceMs: number; readonly untilMs: number | null } | null
  /** When the rate limit allows the next call; null: now. */
  rateOpensAtMs(): number | null
  /** As many calls run as are allowed. */
  isFull(): boolean
}

/** Returns why the items of a job without places do not move: its pause, its time, the jobs that it depends on, in this order. */
export function waitingJobReason({ pausedAtMs, runAtMs, sealedAtMs }: WaitingJob): Reason {
  if (pausedAtMs !== null) return { reason: 'paused', sinceMs: pausedAtMs, untilMs: null }
  if (runAtMs !== null) return { reason: 'schedule', sinceMs: sealedAtMs, untilMs: runAtMs }
  return { reason: 'dependency', sinceMs: sealedAtMs, untilMs: null }
}

/**
 * Returns why an item that could start is not called yet. In this order: its channel is paused, the store takes no outcomes, calls of the server before may still run, the connector cannot be loaded, a `Retry-After`
 * that outlasts the circuit, the circuit, the rate limit, the concurrency; else other items are before it.
 */
export function channelReason(channel: ChannelGate): Reason {
  if (channel.isPaused) return because('paused')
  const storeRefusal = channel.storeRefusal()
  if (storeRefusal !== null) return because(storeRefusal)
  const handoverUntilMs = channel.handoverUntilMs()
  if (handoverUntilMs !== null) return because('handover', handoverUntilMs)
  const unavailable = channel.unavailable()
  if (unavailable !== null) return { reason: 'connector_unavailable', ...unavailable }
  const circuit = channel.circuit()
  const blockedUntilMs = channel.blockedUntilMs()
  if (blockedUntilMs !== null && blockedUntilMs > (circuit?.untilMs ?? 0)) return because('retry_after', blockedUntilMs)
  if (circuit !== null) return { reason: 'circuit_open', ...circuit }
  const rateOpensAtMs = channel.rateOpensAtMs()
  if (rateOpensAtMs !== null) return because('rate_limit', rateOpensAtMs)
  return because(channel.isFull() ? 'concurrency' : 'backlog')
}

/** The order of the reasons in the contract. */
const RANKS: Readonly<Record<WaitingReason, number>> = {
  schedule: 0,
  dependency: 1,
  retry: 2,
  parked: 3,
  paused: 4,
  disk_full: 5,
  store_unavailable: 6,
  handover: 7,
  connector_unavailable: 8,
  circuit_open: 9,
  retry_after: 10,
  rate_limit: 11,
  concurrency: 12,
  partition: 13,
  backlog: 14,
}

/** Sorts the lines of a `waiting` list: most items first, of equally many by the order of the reasons in the contract. */
export function byMostItems(
  a: { readonly reason: WaitingReason; readonly items: number },
  b: { readonly reason: WaitingReason; readonly items: number },
): number {
  return b.items - a.items || RANKS[a.reason] - RANKS[b.reason]
}

function because(reason: WaitingReason, untilMs: number | null = null): Reason {
  return { reason, sinceMs: null, untilMs }
}
