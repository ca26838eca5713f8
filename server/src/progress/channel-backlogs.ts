import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { Clock } from '../runtime/clock.ts'
import { allowedItemsPerSecond } from './eta.ts'

/** A measured rate of a job, and of how many items. */
export interface MeasuredRate {
  readonly itemsPerSecond: number
  readonly items: number
}

export interface ChannelBacklogsOptions {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly liveJobs: Pick<LiveJobs, 'values'>
  readonly channels: Pick<ChannelRegistry, 'get'>
  readonly rateOf: (job: LiveJob) => MeasuredRate
}

/** All jobs are looked at anew after this time at the earliest, however many are asked about. */
const KEPT_MS = 500
/** From this number of ended items on a measured rate counts more than the limit. */
const ENOUGH_ITEMS = 20

interface Backlog {
  readonly jobs: Set<LiveJob>
  /** Items that have not ended of each eligible job, ascending, and the sum of those up to it. */
  readonly remaining: number[]
  readonly sums: number[]
  measured: number
}

/**
 * Tracks the backlog and the speed of each subscription on each channel, for jobs and items without measurements of their own: what is expected for one subscription says
 * nothing of another (SEC-1). Looks at all live jobs at most twice a second.
 */
export class ChannelBacklogs {
  readonly #options: ChannelBacklogsOptions
  /** By channel and subscription. */
  #backlogs = new Map<string, Map<string, Backlog>>()
  #madeAtMs = -Infinity

  constructor(options: ChannelBacklogsOptions) {
    this.#options = options
  }

  /** Items of a subscription that a channel delivers a second: as measured, at most what its rate limit allows. 0: nothing is known. */
  itemsPerSecond(channel: string, subscription: string): number {
    const config = this.#options.channels.get(channel)?.config
    const allowed = config === undefined ? Infinity : allowedItemsPerSecond(config)
    const measured = this.#backlogOf(channel, subscription)?.measured ?? 0
    if (measured > 0) return Math.min(measured, allowed)
    return allowed === Infinity ? 0 : allowed
  }

  /**
   * Items of other jobs of its subscription that a channel delivers before a job has ended, if jobs take turns (processor sharing): of each as many as
   * the job has itself.
   */
  itemsOfOthers(job: LiveJob): number {
    const backlog = this.#backlogOf(job.record.envelope.channel, job.record.subscription)
    if (backlog === undefined) return 0
    const remaining = remainingOf(job)
    const smaller = upperBound(backlog.remaining, remaining)
    const all = (backlog.sums[smaller - 1] ?? 0) + (backlog.remaining.length - smaller) * remaining
    return backlog.jobs.has(job) ? Math.max(0, all - remaining) : all
  }

  #backlogOf(channel: string, subscription: string): Backlog | undefined {
    const nowMs = this.#options.clock.nowMs()
    if (nowMs - this.#madeAtMs >= KEPT_MS) {
      this.#backlogs = this.#make()
      this.#madeAtMs = nowMs
    }
    return this.#backlogs.get(channel)?.get(subscription)
  }

  #make(): Map<string, Map<string, Backlog>> {
    const channels = new Map<string, Map<string, Backlog>>()
    for (const job of this.#options.liveJobs.values()) {
      const { record } = job
      if (record.phase !== 'eligible') continue
      let backlogs = channels.get(record.envelope.channel)
      if (backlogs === undefined) channels.set(record.envelope.channel, (backlogs = new Map<string, Backlog>()))
      let backlog = backlogs.get(record.subscription)
      if (backlog === undefined)
        backlogs.set(record.subscription, (backlog = { jobs: new Set(), remaining: [], sums: [], measured: 0 }))
      backlog.jobs.add(job)
      backlog.remaining.push(remainingOf(job))
      const { itemsPerSecond, items } = this.#options.rateOf(job)
      if (items >= ENOUGH_ITEMS) backlog.measured += itemsPerSecond
    }
    for (const backlogs of channels.values()) for (const backlog of backlogs.values()) addUp(backlog)
    return channels
  }
}

function addUp({ remaining, sums }: Backlog): void {
  remaining.sort((a, b) => a - b)
  let sum = 0
  for (const items of remaining) sums.push((sum += items))
}

function remainingOf({ record, succeeded, failed, cancelled }: LiveJob): number {
  return record.total - succeeded - failed - cancelled
}

/** How many of the ascending numbers are not above a limit. */
function upperBound(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle]! <= limit) low = middle + 1
    else high = middle
  }
  return low
}
