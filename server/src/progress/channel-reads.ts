import type { CallError } from '../limits/channel-errors.ts'
import type { Channel, ChannelRegistry } from '../limits/channel-registry.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import type { Clock } from '../runtime/clock.ts'
import { wallAt } from '../runtime/monotonic-at.ts'
import type { TimeSlice } from '../runtime/time-slice.ts'
import { type ChannelWork, channelWork, channelWorks } from './channel-state.ts'
import type { Progress } from './progress.ts'
import type { Standstill, Standstills } from './standstills.ts'

/** The code of the error of a channel whose connector cannot be loaded. */
export const CONNECTOR_UNAVAILABLE = 'connector_unavailable'

/** Reads the live state of a channel. */
export interface ChannelReads {
  /** @param work of the subscription in the channel. @default added up now */
  liveState(name: string, subscription: string, work?: ChannelWork): ChannelLiveState
  /** The work of a subscription in all channels that it has live jobs in, by name. @param only of this channel alone. @default all of them */
  works(subscription: string, slice: TimeSlice, only?: string): Promise<ReadonlyMap<string, ChannelWork>>
  /** Whether a job of any subscription that has not ended goes to this channel. */
  inUse(name: string): boolean
}

export interface ChannelLiveState extends ChannelWork {
  /** Of the whole channel. */
  readonly runningCalls: number
  /** Null: it does not stand still. */
  readonly standstill: Standstill | null
  /** Of the subscription's own items; or why the connector cannot be loaded, and until when. */
  readonly lastError: (CallError & { readonly untilMs: number | null }) | null
}

export interface ChannelReadsOptions {
  readonly liveJobs: LiveJobs
  readonly progress: Pick<Progress, 'itemsPerSecond'>
  readonly explainWaiting: ExplainWaiting
  /** How many calls run in a channel now. */
  readonly runningCalls: (channel: Channel) => number
  readonly standstills: Pick<Standstills, 'of'>
  readonly channels: Pick<ChannelRegistry, 'get'>
  readonly clock: Clock
}

/** Reads what moves in a channel, and what holds it back. */
export function channelReads(options: ChannelReadsOptions): ChannelReads {
  const { liveJobs, channels, clock } = options
  return {
    liveState(name, subscription, work = channelWork({ name, subscription }, options)) {
      const channel = channels.get(name)
      const runningCalls = channel === undefined ? 0 : options.runningCalls(channel)
      const lastError = channel === undefined ? null : lastErrorOf(channel, { subscription, clock })
      return { ...work, runningCalls, lastError, standstill: options.standstills.of(name) }
    },
    works: (subscription, slice, only) => channelWorks({ subscription, only }, options, slice),
    inUse(name) {
      for (const { record } of liveJobs.values()) if (record.envelope.channel === name) return true
      return false
    },
  }
}

function lastErrorOf(
  { unavailable, errors }: Channel,
  { subscription, clock }: { subscription: string; clock: Clock },
): ChannelLiveState['lastError'] {
  if (unavailable !== null) {
    const { reason, sinceMs, untilUs } = unavailable
    const untilMs = Math.ceil(wallAt(clock, untilUs))
    return { atMs: sinceMs, code: CONNECTOR_UNAVAILABLE, status: null, detail: reason, untilMs }
  }
  const error = errors.of(subscription)
  return error === null ? null : { ...error, untilMs: null }
}
