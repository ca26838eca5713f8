import { byMostItems } from '@waybill/spec/rules'
import type { WaitingCount, WaitingReason } from '../model/item.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import type { TimeSlice } from '../runtime/time-slice.ts'
import { liveJobsOf, slicedJobsOf } from '../store/find-job.ts'
import type { Progress } from './progress.ts'

/** A channel's work of one subscription, now. */
export interface ChannelWork {
  readonly pending: number
  readonly waiting: number
  readonly running: number
  readonly itemsPerSecond: number
  readonly reasons: readonly WaitingCount[]
}

/** Of a channel in which the subscription has no live job. */
export const NO_WORK: ChannelWork = { pending: 0, waiting: 0, running: 0, itemsPerSecond: 0, reasons: [] }

/** The stages that are asked for it. */
export interface WorkPorts {
  readonly liveJobs: LiveJobs
  readonly progress: Pick<Progress, 'itemsPerSecond'>
  readonly explainWaiting: ExplainWaiting
}

/** Adds up the live jobs of one subscription on a channel. */
export function channelWork(channel: { name: string; subscription: string }, from: WorkPorts): ChannelWork {
  const sum = new WorkSum(channel, from)
  for (const job of liveJobsOf(from.liveJobs, channel.subscription))
    if (job.record.envelope.channel === channel.name) sum.add(job)
  return sum.work
}

/** As `channelWork`, of all channels that the subscription has live jobs in, or of one of them, by name, in one look at them. */
export async function channelWorks(
  { subscription, only }: { readonly subscription: string; readonly only: string | undefined },
  from: WorkPorts,
  slice: TimeSlice,
): Promise<ReadonlyMap<string, ChannelWork>> {
  const sums = new Map<string, WorkSum>()
  for await (const job of slicedJobsOf(from.liveJobs, subscription, slice)) {
    const { channel: name } = job.record.envelope
    if (only !== undefined && name !== only) continue
    let sum = sums.get(name)
    if (sum === undefined) sums.set(name, (sum = new WorkSum({ name, subscription }, from)))
    sum.add(job)
  }
  return new Map(Array.from(sums, ([name, sum]) => [name, sum.work]))
}

/** The work of a subscription in a channel, added up job by job. */
class WorkSum {
  readonly #from: WorkPorts
  readonly #lines = new Map<WaitingReason, WaitingCount>()
  readonly #sum = { pending: 0, waiting: 0, running: 0, itemsPerSecond: 0 }

  constructor({ name, subscription }: { name: string; subscription: string }, from: WorkPorts) {
    this.#from = from
    for (const line of from.explainWaiting.channel(name, subscription)) addTo(this.#lines, line)
  }

  add(job: LiveJob): void {
    const { progress, explainWaiting } = this.#from
    const { record } = job
    const remaining = record.total - job.succeeded - job.failed - job.cancelled
    const running = Math.min(job.inFlight, remaining)
    const waiting = Math.min(job.retrying + job.parked, remaining - running)
    this.#sum.running += running
    this.#sum.waiting += waiting
    this.#sum.pending += remaining - running - waiting
    this.#sum.itemsPerSecond += progress.itemsPerSecond(job)
    // The scheduler knows nothing of them yet: they have no places.
    if (record.phase === 'waiting') for (const line of explainWaiting.job(job)) addTo(this.#lines, line)
  }

  get work(): ChannelWork {
    return { ...this.#sum, reasons: [...this.#lines.values()].sort(byMostItems) }
  }
}

/** Jobs that wait for a time wait until the earliest of their times. */
function addTo(lines: Map<WaitingReason, WaitingCount>, line: WaitingCount): void {
  const { reason, items, untilMs } = lines.get(line.reason) ?? { reason: line.reason, items: 0, untilMs: line.untilMs }
  const earliestMs = untilMs === null || line.untilMs === null ? null : Math.min(untilMs, line.untilMs)
  lines.set(reason, { reason, items: items + line.items, untilMs: earliestMs })
}
