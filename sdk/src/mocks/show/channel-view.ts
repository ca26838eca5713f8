import type { Channel } from '@waybill/spec'
import { byMostItems, channelLinks, rootPaths } from '@waybill/spec/rules'
import { masked, maskedPayload } from '../engine/channel-secrets.ts'
import { isItemEnded, type MockChannel, type MockJob } from '../engine/mock-job.ts'
import { pendingReason } from '../engine/waiting-reason.ts'
import { round, timeOrNull } from './job-view.ts'

/** The public Channel. */
export function channelView(channel: MockChannel, jobs: readonly MockJob[], nowMs: number): Channel {
  const { name, origin, config } = channel
  return {
    name,
    origin,
    ...config,
    connector: masked(config.connector),
    payload: maskedPayload(config.payload),
    state: channelState(channel, jobs, { nowMs, seesAll: true }),
    links: channelLinks(name, rootPaths),
  }
}

/** How long a span of calls is looked at, ms. */
const DURATIONS_MS = 300_000

/** How long its calls took in the last five minutes; null: there were none. */
export function callDurations(
  channel: MockChannel,
  jobs: readonly MockJob[],
  nowMs: number,
): Channel['state']['callDurations'] {
  const durations = jobs
    .filter(({ envelope }) => envelope.channel === channel.name)
    .flatMap(({ items }) => items.flatMap(({ log }) => log))
    .filter(({ startedAt, durationMs }) => Date.parse(startedAt) + durationMs > nowMs - DURATIONS_MS)
    .map(({ durationMs }) => durationMs)
    .sort((a, b) => a - b)
  if (durations.length === 0) return null
  const at = (share: number): number => durations[Math.ceil(share * durations.length) - 1]!
  return { seconds: DURATIONS_MS / 1000, calls: durations.length, p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99) }
}

/** The state of a channel. @param at.seesAll whether figures that all subscriptions add to are shown */
export function channelState(
  channel: MockChannel,
  jobs: readonly MockJob[],
  { nowMs, seesAll }: { readonly nowMs: number; readonly seesAll: boolean },
): Channel['state'] {
  const { config, paused, blockedUntilMs, lastError, runningCalls } = channel
  return {
    paused,
    blockedUntil: timeOrNull(blockedUntilMs > nowMs ? blockedUntilMs : null),
    circuit: config.circuit === null ? null : { state: 'closed', until: null },
    lastError,
    runningCalls: seesAll ? runningCalls : null,
    ...workOf(channel, jobs, nowMs),
    degraded: null,
  }
}

function workOf(
  channel: MockChannel,
  jobs: readonly MockJob[],
  nowMs: number,
): Pick<Channel['state'], 'itemsPerSecond' | 'counts' | 'waiting'> {
  const counts = { pending: 0, waiting: 0, running: 0 }
  const reasons = new Map<Channel['state']['waiting'][number]['reason'], { items: number; untilMs: number | null }>()
  let endedLately = 0
  for (const job of jobs.filter(({ envelope }) => envelope.channel === channel.name)) {
    for (const item of job.items) {
      if (isItemEnded(item)) {
        if (item.attempts > 0 && nowMs - (item.endedAtMs ?? 0) < 1000) endedLately++
        continue
      }
      counts[item.status as keyof typeof counts]++
      const reason = item.hold ?? (item.status === 'pending' ? pendingReason(item, { nowMs, channel }) : null)
      if (reason === null) continue
      const before = reasons.get(reason.reason) ?? { items: 0, untilMs: null }
      reasons.set(reason.reason, { items: before.items + 1, untilMs: reason.untilMs ?? before.untilMs })
    }
  }
  const waiting = Array.from(reasons, ([reason, { items, untilMs }]) => ({
    reason,
    items,
    until: timeOrNull(untilMs),
  })).sort(byMostItems)
  return { itemsPerSecond: round(endedLately), counts, waiting }
}
