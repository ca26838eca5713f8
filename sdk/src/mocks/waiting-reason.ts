import type { WaitingReason } from '@waybill/spec'
import { headOf, type MockChannel, type MockItem } from './mock-job.ts'

export interface Reason {
  readonly reason: WaitingReason
  readonly sinceMs: number | null
  readonly untilMs: number | null
  /** The item that stands before it. */
  readonly behind: MockItem | null
}

/** Why a pending item does not move; null while its job is open: nothing is expected of it yet. */
export function pendingReason(
  item: MockItem,
  { nowMs, channel }: { readonly nowMs: number; readonly channel: MockChannel | undefined },
): Reason | null {
  const { job } = item
  if (job.phase === 'open' || job.phase === 'ended') return null
  if (job.phase === 'waiting') {
    if (job.pausedAtMs !== null) return because('paused', { sinceMs: job.pausedAtMs })
    return job.isDue ? because('dependency') : because('schedule', { untilMs: job.envelope.runAtMs })
  }
  const head = headOf(item)
  if (head !== item) return because('partition', { behind: head })
  if (job.pausedAtMs !== null) return because('paused', { sinceMs: job.pausedAtMs })
  if (channel === undefined || channel.paused) return because('paused')
  if (channel.blockedUntilMs > nowMs) return because('retry_after', { untilMs: channel.blockedUntilMs })
  const openAtMs = gateOpensAtMs(channel, nowMs)
  if (openAtMs > nowMs) return because('rate_limit', { untilMs: openAtMs })
  return because(channel.runningCalls >= channel.config.concurrency ? 'concurrency' : 'backlog')
}

/** When the next call of a channel may start, by what it was told and by its rate limit. */
export function gateOpensAtMs(channel: MockChannel, nowMs: number): number {
  const { rateLimit } = channel.config
  if (rateLimit === null) return Math.max(nowMs, channel.blockedUntilMs)
  const spareMs = ((rateLimit.burst ?? 1) - 1) * (rateLimit.periodMs / rateLimit.limit)
  return Math.max(nowMs, channel.blockedUntilMs, channel.allowedAtMs - spareMs)
}

function because(reason: WaitingReason, more: Partial<Omit<Reason, 'reason'>> = {}): Reason {
  return { reason, sinceMs: null, untilMs: null, behind: null, ...more }
}
