import type { ChannelRegistry } from '../../limits/channel-registry.ts'
import { DEFAULT_PARK_SECONDS } from '../../model/channel.ts'
import type { JobId, JobRef } from '../../model/ids.ts'
import type { LiveJobs } from '../../model/live-job.ts'
import { findLiveJob } from '../../store/find-job.ts'
import type { Scheduler } from '../scheduler.ts'
import type { ParkedDecision } from './parking.ts'

/** Items that wait for a decision, as their callers know them. */
export interface ParkedItems {
  /** In the order of `after`: those that come behind it. */
  list(query: ParkedItemsQuery): readonly ParkedEntry[]
  /** Resolves when it is durable. False: the item is not parked, or no longer. @throws ProblemError `owner_unavailable` */
  resolve(item: ParkedItemId, decision: ParkedDecision): Promise<boolean>
}

export interface ParkedItemId {
  readonly subscription: string
  readonly jobId: JobId
  readonly index: number
}

export interface ParkedItemsQuery {
  readonly subscription: string
  readonly channel?: string | undefined
  readonly jobId?: JobId | undefined
  /** Null: from the first one on. */
  readonly after: { readonly jobRef: JobRef; readonly index: number } | null
  readonly limit: number
}

export interface ParkedEntry {
  readonly jobRef: JobRef
  readonly jobId: JobId
  readonly index: number
  readonly channel: string
  readonly sinceMs: number
  /** When it is skipped. */
  readonly untilMs: number
  /** Items behind it in its key; null: too many to count. */
  readonly behind: number | null
}

export interface ParkedItemsOptions {
  readonly liveJobs: LiveJobs
  readonly channels: Pick<ChannelRegistry, 'get'>
  readonly scheduler: Pick<Scheduler, 'parkedItems' | 'resolveParked'>
  /** @throws ProblemError `owner_unavailable`: the channel is another server's, and has not what was decided */
  readonly outcomes: { durable(channel: string): Promise<void> }
}

/** Finds parked items by their jobs: the scheduler knows them by their places. */
export function parkedItems({ liveJobs, channels, scheduler, outcomes }: ParkedItemsOptions): ParkedItems {
  return {
    async resolve({ subscription, jobId, index }, decision) {
      const record = findLiveJob(liveJobs, jobId, subscription)?.record
      if (record === undefined || !scheduler.resolveParked(record.ref, index, decision)) return false
      // What was decided must not be undone by a start. That a key which is skipped comes to its end, in steps, is not waited for.
      await outcomes.durable(record.envelope.channel)
      return true
    },
    list({ jobId, channel, after, ...query }) {
      const job = jobId === undefined ? undefined : findLiveJob(liveJobs, jobId, query.subscription)
      if (job === null) return []
      const found = scheduler.parkedItems({
        ...query,
        ...(channel !== undefined && { channel }),
        ...(job !== undefined && { jobRef: job.record.ref }),
        ...(after !== null && { after }),
      })
      return found.flatMap(({ jobRef, index, sinceMs, behind }): ParkedEntry[] => {
        const record = liveJobs.byRef(jobRef)?.record
        if (record === undefined) return []
        const { channel: name } = record.envelope
        const seconds = channels.get(name)?.config.parkForSeconds ?? DEFAULT_PARK_SECONDS
        return [{ jobRef, jobId: record.id, index, channel: name, sinceMs, untilMs: sinceMs + seconds * 1000, behind }]
      })
    },
  }
}
