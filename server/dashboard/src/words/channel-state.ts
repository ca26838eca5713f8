import type { Channel, Stats } from '@waybill/sdk'
import { formatItems } from './numbers.ts'
import { explainCount, isTrouble } from './reasons.ts'
import { formatDuration, formatLeft } from './times.ts'

/** How a channel stands, in the order of what a person has to know first. `stopped`: no call can be made, or its outcome kept. */
export type ChannelStanding =
  | 'paused'
  | 'stopped'
  | 'circuit-open'
  | 'probing'
  | 'blocked'
  | 'busy'
  | 'waiting'
  | 'idle'

const stops: ReadonlySet<string> = new Set(['disk_full', 'store_unavailable', 'connector_unavailable'])

export function standingOf({ state }: Channel, nowMs: number): ChannelStanding {
  if (state.paused) return 'paused'
  if (state.waiting.some(({ reason }) => stops.has(reason))) return 'stopped'
  if (state.circuit?.state === 'open') return 'circuit-open'
  if (state.circuit?.state === 'half_open') return 'probing'
  if (state.blockedUntil !== null && Date.parse(state.blockedUntil) > nowMs) return 'blocked'
  const { running, pending, waiting } = state.counts
  if (running > 0 || state.itemsPerSecond > 0) return 'busy'
  return pending + waiting > 0 ? 'waiting' : 'idle'
}

const troubles: ReadonlySet<ChannelStanding> = new Set(['paused', 'stopped', 'circuit-open', 'probing', 'blocked'])

export function isInTrouble(channel: Channel, nowMs: number): boolean {
  return troubles.has(standingOf(channel, nowMs))
}

/** The channels that have something to deliver or are in trouble: those first, then those that deliver nothing, then those with most items. */
export function busiestOf(channels: readonly Channel[], nowMs: number): Channel[] {
  const rank = (channel: Channel): number =>
    isInTrouble(channel, nowMs) ? 0 : channel.state.itemsPerSecond === 0 ? 1 : 2
  return channels
    .filter((channel) => standingOf(channel, nowMs) !== 'idle')
    .sort((a, b) => rank(a) - rank(b) || leftOf(b) - leftOf(a))
}

function leftOf({ state: { counts } }: Channel): number {
  return counts.pending + counts.waiting + counts.running
}

/** The standing as one sentence: its meaning for the items, and until when. */
export function explainStanding(channel: Channel, nowMs: number): string {
  const { state } = channel
  switch (standingOf(channel, nowMs)) {
    case 'paused':
      return 'Nothing is called until somebody resumes it.'
    case 'stopped':
      return explainStop(channel, nowMs)
    case 'circuit-open': {
      const until = state.circuit?.until
      return `Too many calls failed: none is made${until ? ` for ${formatLeft(until, nowMs)}` : ''}, then one is tried.`
    }
    case 'probing':
      return 'One call at a time finds out whether the target answers again.'
    case 'blocked':
      return `The target asked to wait: ${formatLeft(state.blockedUntil!, nowMs)} left.`
    case 'busy':
      return state.itemsPerSecond > 0 ? `It delivers.${explainWaits(channel, nowMs)}` : explainSlow(channel, nowMs)
    case 'waiting':
      return explainWaits(channel, nowMs).trimStart()
    case 'idle':
      return 'Nothing waits for it.'
  }
}

function explainStop({ state }: Channel, nowMs: number): string {
  const reasons = new Set<string>(state.waiting.map(({ reason }) => reason))
  if (reasons.has('disk_full')) return 'The disk of the server is full: no call starts until there is space.'
  if (reasons.has('store_unavailable'))
    return 'The store of the server takes no outcomes: no call starts until it does.'
  const until = state.lastError?.until
  return `Its connector does not load${until ? `: tried again in ${formatLeft(until, nowMs)}` : ''}.`
}

function explainSlow(channel: Channel, nowMs: number): string {
  const { running } = channel.state.counts
  const most = formatDuration(channel.connector.timeoutMs)
  return `${formatItems(running)} ${running === 1 ? 'is' : 'are'} being delivered, and none has ended lately: a call ends within ${most}.${explainWaits(channel, nowMs)}`
}

/** Beyond it a sentence is a list. */
const MOST_REASONS = 3

/** Why items wait, as sentences after another one; those first that end only when somebody acts. Empty: none waits. */
function explainWaits({ state: { waiting } }: Channel, nowMs: number): string {
  return [...waiting]
    .sort((a, b) => Number(isTrouble(b.reason)) - Number(isTrouble(a.reason)))
    .slice(0, MOST_REASONS)
    .map((count) => ` ${explainCount(count, nowMs)}.`)
    .join('')
}

/** `50 calls a second`, `2 items a minute`; null: no limit. */
export function limitText({ rateLimit }: Pick<Channel, 'rateLimit'>): string | null {
  if (rateLimit === null) return null
  const { limit, periodMs, unit } = rateLimit as { limit: number; periodMs: number; unit?: string }
  const period = periodMs === 1000 ? 'second' : periodMs === 60_000 ? 'minute' : periodMs === 3_600_000 ? 'hour' : null
  const per = period === null ? `in ${periodMs / 1000} s` : `a ${period}`
  const noun = (unit ?? 'calls').replace(/s$/, '')
  return `${limit} ${noun}${limit === 1 ? '' : 's'} ${per}`
}

const MINUTE_SECONDS = 60

/** ` Your calls used 97 % of its rate limit in the last minute.`; empty: there is no limit, it counts items of batches, or its period is longer than the figures. */
export function limitUsedText(
  { name, rateLimit, connector }: Channel,
  { channels, steps, stepSeconds }: Stats,
): string {
  if (rateLimit === null || (rateLimit.unit === 'items' && connector.batchSize !== 1)) return ''
  const wantedSeconds = Math.max(MINUTE_SECONDS, rateLimit.periodMs / 1000)
  const count = Math.ceil(wantedSeconds / stepSeconds)
  if (count > steps) return ''
  const calls = channels.find((one) => one.channel === name)?.calls
  const made = Object.values(calls ?? {}).reduce(
    (sum, of) => sum + of.slice(steps - count).reduce((a, b) => a + b, 0),
    0,
  )
  const allowed = (rateLimit.limit * count * stepSeconds * 1000) / rateLimit.periodMs
  const used = Math.min(100, Math.round((made / allowed) * 100))
  return ` Your calls used ${used} % of its rate limit in the last ${formatDuration(count * stepSeconds * 1000)}.`
}
