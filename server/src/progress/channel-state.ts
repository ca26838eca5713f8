import { byMostItems } from '@waybill/spec/rules'
import type { WaitingCount, WaitingReason } from '../model/item.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import { liveJobsOf } from '../store/find-job.ts'
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
  const lines = new Map<WaitingReason, WaitingCount>()
  for (const line of from.explainWaiting.channel(channel.name, channel.subscription)) addTo(lines, line)
  const work = { pending: 0, waiting: 0, running: 0, itemsPerSecond: 0 }
  for (const job of liveJobsOf(from.liveJobs, channel.subscription)) {
    const { record } = job
    if (record.envelope.channel !== channel.name) continue
    const remaining = record.total - job.succeeded - job.failed - job.cancelled
    const running = Math.min(job.inFlight, remaining)
    const waiting = Math.min(job.retrying + job.parked, remaining - running)
    work.running += running
    work.waiting += waiting
    work.pending += remaining - running - waiting
    work.itemsPerSecond += from.progress.itemsPerSecond(job)
    // The scheduler knows nothing of them yet: they have no places.
    if (record.phase === 'waiting') for (const line of from.explainWaiting.job(job)) addTo(lines, line)
  }
  return { ...work, reasons: [...lines.values()].sort(byMostItems) }
}

/** Jobs that wait for a time wait until the earliest of their times. */
function addTo(lines: Map<WaitingReason, WaitingCount>, line: WaitingCount): void {
  const { reason, items, untilMs } = lines.get(line.reason) ?? { reason: line.reason, items: 0, untilMs: line.untilMs }
  const earliestMs = untilMs === null || line.untilMs === null ? null : Math.min(untilMs, line.untilMs)
  lines.set(reason, { reason, items: items + line.items, untilMs: earliestMs })
}
