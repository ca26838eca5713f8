import type { Channel } from '@waybill/sdk'
import { formatLeft } from './times.ts'

/** How a channel stands, in the order of what a person has to know first. */
export type ChannelStanding = 'paused' | 'circuit-open' | 'probing' | 'blocked' | 'busy' | 'idle'

export function standingOf({ state }: Channel, nowMs: number): ChannelStanding {
  if (state.paused) return 'paused'
  if (state.circuit?.state === 'open') return 'circuit-open'
  if (state.circuit?.state === 'half_open') return 'probing'
  if (state.blockedUntil !== null && Date.parse(state.blockedUntil) > nowMs) return 'blocked'
  return state.counts.running + state.counts.pending + state.counts.waiting > 0 ? 'busy' : 'idle'
}

export function isInTrouble(channel: Channel, nowMs: number): boolean {
  return ['paused', 'circuit-open', 'probing', 'blocked'].includes(standingOf(channel, nowMs))
}

/** The standing as one sentence: its meaning for the items. */
export function explainStanding(channel: Channel, nowMs: number): string {
  const { state } = channel
  switch (standingOf(channel, nowMs)) {
    case 'paused':
      return 'Nothing is called until somebody resumes it.'
    case 'circuit-open': {
      const until = state.circuit?.until
      return `Too many calls failed: none is made${until ? ` for ${formatLeft(until, nowMs)}` : ''}, then one is tried.`
    }
    case 'probing':
      return 'One call at a time finds out whether the target answers again.'
    case 'blocked':
      return `The target asked to wait: ${formatLeft(state.blockedUntil!, nowMs)} left.`
    case 'busy':
      return 'It delivers.'
    case 'idle':
      return 'Nothing waits for it.'
  }
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
