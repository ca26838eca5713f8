import type { WaitingCount } from '../model/item.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import type { Progress } from './progress.ts'

/** A channel's work of one subscription, now. */
export interface ChannelWork {
  readonly pending: number
  readonly waiting: number
  readonly running: number
  readonly itemsPerSecond: number
  readonly reasons: readonly WaitingCount[]
}

/** Adds up the live jobs of one subscription on a channel. */
export function channelWork(
  channel: { name: string; subscription: string },
  from: { liveJobs: LiveJobs; progress: Pick<Progress, 'itemsPerSecond'>; explainWaiting: ExplainWaiting },
): ChannelWork {
  const work = { pending: 0, waiting: 0, running: 0, itemsPerSecond: 0 }
  for (const job of from.liveJobs.values()) {
    const { record } = job
    if (record.envelope.channel !== channel.name || record.subscription !== channel.subscription) continue
    const remaining = record.total - job.succeeded - job.failed
    const running = Math.min(job.inFlight, remaining)
    const waiting = Math.min(job.retrying, remaining - running)
    work.running += running
    work.waiting += waiting
    work.pending += remaining - running - waiting
    work.itemsPerSecond += from.progress.itemsPerSecond(job)
  }
  return { ...work, reasons: from.explainWaiting.channel(channel.name, channel.subscription) }
}
