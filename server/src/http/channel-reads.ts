import { lookup } from 'node:dns/promises'
import { isPrivateAddress, isPrivateLiteral } from '../connectors/private-address.ts'
import type { LotRunner } from '../dispatch/lot.ts'
import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import { channelWork } from '../progress/channel-state.ts'
import type { Progress } from '../progress/progress.ts'
import type { ChannelReadsPart } from './app-parts.ts'

export interface ChannelReadsOptions {
  readonly config: { readonly dev: boolean }
  readonly liveJobs: LiveJobs
  readonly progress: Pick<Progress, 'itemsPerSecond'>
  readonly explainWaiting: ExplainWaiting
  readonly dispatcher: Pick<LotRunner, 'runningCalls'>
  readonly channels: Pick<ChannelRegistry, 'get'>
}

/** What the channel routes ask of the stages: counts and rates, and whether a URL may be called. */
export function channelReads(options: ChannelReadsOptions): ChannelReadsPart {
  const { liveJobs, dispatcher, channels, config } = options
  return {
    liveState(name, subscription) {
      const channel = channels.get(name)
      const runningCalls = channel === undefined ? 0 : dispatcher.runningCalls(channel)
      return { ...channelWork({ name, subscription }, options), runningCalls }
    },
    inUse(name) {
      for (const { record } of liveJobs.values()) if (record.envelope.channel === name) return true
      return false
    },
    refusalOf: (url) => (config.dev ? Promise.resolve(null) : refusalOfAddress(url.hostname)),
  }
}

/** Early and friendly; what counts is the check at every connection. A name that cannot be looked up may be one tomorrow. */
async function refusalOfAddress(hostname: string): Promise<string | null> {
  const refusal = `must lead to a public address: ${hostname} is private`
  if (isPrivateLiteral(hostname)) return refusal
  const addresses = await lookup(hostname, { all: true }).catch(() => [])
  return addresses.some(({ address }) => isPrivateAddress(address)) ? refusal : null
}
