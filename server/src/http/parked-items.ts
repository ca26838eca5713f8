import type { ChannelRegistry } from '../limits/channel-registry.ts'
import { DEFAULT_PARK_SECONDS } from '../model/channel.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { Outcomes } from '../outcomes/outcomes.ts'
import type { Scheduler } from '../schedule/scheduler.ts'
import type { ParkedEntry, ParkedPart } from './app-parts.ts'

export interface ParkedItemsOptions {
  readonly liveJobs: LiveJobs
  readonly channels: Pick<ChannelRegistry, 'get'>
  readonly scheduler: Pick<Scheduler, 'parkedItems' | 'resolveParked'>
  readonly outcomes: Pick<Outcomes, 'durable'>
}

/** What the routes ask of items that wait for a decision: the scheduler knows them by their places, callers by their jobs. */
export function parkedItems({ liveJobs, channels, scheduler, outcomes }: ParkedItemsOptions): ParkedPart {
  return {
    list({ jobId, channel, after, ...query }) {
      const job = jobId === undefined ? undefined : liveJobs.byId(jobId)
      // Somebody else's job is no job (SEC-1).
      if (jobId !== undefined && job?.record.subscription !== query.subscription) return []
      const found = scheduler.parkedItems({
        ...query,
        ...(channel !== undefined && { channel }),
        ...(job !== undefined && { jobRef: job.record.ref }),
        ...(after !== null && { after }),
      })
      return found.flatMap(({ jobRef, index, sinceMs }): ParkedEntry[] => {
        const record = liveJobs.byRef(jobRef)?.record
        if (record === undefined) return []
        const { channel: name } = record.envelope
        const seconds = channels.get(name)?.config.parkForSeconds ?? DEFAULT_PARK_SECONDS
        return [{ jobRef, jobId: record.id, index, channel: name, sinceMs, untilMs: sinceMs + seconds * 1000 }]
      })
    },
    async resolve({ subscription, jobId, index }, decision) {
      const record = liveJobs.byId(jobId)?.record
      if (record?.subscription !== subscription) return false
      if (!scheduler.resolveParked(record.ref, index, decision)) return false
      // What was decided must not be undone by a start. That a key which is skipped comes to its end, in steps, is not waited for.
      await outcomes.durable()
      return true
    },
  }
}
