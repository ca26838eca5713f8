import { channelReason, type Reason as WaitingFor, waitingJobReason } from '@waybill/spec/rules'
import { headOf, type MockChannel, type MockItem } from './mock-job.ts'

export interface Reason extends WaitingFor {
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
    const { pausedAtMs, sealedAtMs, isDue, envelope } = job
    return alone(waitingJobReason({ pausedAtMs, sealedAtMs, runAtMs: isDue ? null : envelope.runAtMs }))
  }
  const head = headOf(item)
  if (head !== item) return { ...alone({ reason: 'partition', sinceMs: null, untilMs: null }), behind: head }
  if (job.pausedAtMs !== null) return alone({ reason: 'paused', sinceMs: job.pausedAtMs, untilMs: null })
  if (channel === undefined) return alone({ reason: 'paused', sinceMs: null, untilMs: null })
  const laterOrNull = (ms: number): number | null => (ms > nowMs ? ms : null)
  return alone(
    channelReason({
      isPaused: channel.paused,
      storeRefusal: () => null,
      handoverUntilMs: () => null,
      unavailable: () => null,
      circuit: () => null,
      blockedUntilMs: () => laterOrNull(channel.blockedUntilMs),
      rateOpensAtMs: () => laterOrNull(gateOpensAtMs(channel, nowMs)),
      isFull: () => channel.runningCalls >= channel.config.concurrency,
    }),
  )
}

/** When the next call of a channel may start, by its `Retry-After` and by its rate limit. */
export function gateOpensAtMs(channel: MockChannel, nowMs: number): number {
  const { rateLimit } = channel.config
  if (rateLimit === null) return Math.max(nowMs, channel.blockedUntilMs)
  const spareMs = ((rateLimit.burst ?? 1) - 1) * (rateLimit.periodMs / rateLimit.limit)
  return Math.max(nowMs, channel.blockedUntilMs, channel.allowedAtMs - spareMs)
}

function alone(reason: WaitingFor): Reason {
  return { ...reason, behind: null }
}
