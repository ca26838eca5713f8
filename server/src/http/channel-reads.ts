import type { LotRunner } from '../dispatch/lot.ts'
import type { Channel, ChannelRegistry } from '../limits/channel-registry.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import { channelWork } from '../progress/channel-state.ts'
import type { Progress } from '../progress/progress.ts'
import type { Clock } from '../runtime/clock.ts'
import { wallAt } from '../runtime/monotonic-at.ts'
import type { ChannelLiveState, ChannelReadsPart } from './app-parts.ts'

export interface ChannelReadsOptions {
  readonly refusalOf: ChannelReadsPart['refusalOf']
  readonly liveJobs: LiveJobs
  readonly progress: Pick<Progress, 'itemsPerSecond'>
  readonly explainWaiting: ExplainWaiting
  readonly dispatcher: Pick<LotRunner, 'runningCalls'>
  readonly channels: Pick<ChannelRegistry, 'get'>
  readonly clock: Clock
}

/** What the channel routes ask of the stages: counts and rates, and whether a URL may be called. */
export function channelReads(options: ChannelReadsOptions): ChannelReadsPart {
  const { liveJobs, dispatcher, channels, clock, refusalOf } = options
  return {
    liveState(name, subscription) {
      const channel = channels.get(name)
      const runningCalls = channel === undefined ? 0 : dispatcher.runningCalls(channel)
      const lastError = channel === undefined ? null : lastErrorOf(channel, { subscription, clock })
      return { ...channelWork({ name, subscription }, options), runningCalls, lastError }
    },
    inUse(name) {
      for (const { record } of liveJobs.values()) if (record.envelope.channel === name) return true
      return false
    },
    refusalOf,
  }
}

function lastErrorOf(
  { unavailable, errors }: Channel,
  { subscription, clock }: { subscription: string; clock: Clock },
): ChannelLiveState['lastError'] {
  if (unavailable !== null) {
    const { reason, sinceMs, untilUs } = unavailable
    const untilMs = Math.ceil(wallAt(clock, untilUs))
    return { atMs: sinceMs, code: 'connector_unavailable', status: null, detail: reason, untilMs }
  }
  const error = errors.of(subscription)
  return error === null ? null : { ...error, untilMs: null }
}
