import { replaceData } from '../ingest/retry/replace-data.ts'
import type { ChannelRegistry } from '../limits/channel-registry.ts'
import { DEFAULT_PARK_SECONDS } from '../model/channel.ts'
import { ProblemError } from '../model/errors.ts'
import type { JobRecord } from '../model/job.ts'
import { MAX_REPLACED_BYTES_PER_ITEM, MAX_REPLACEMENTS_PER_ITEM } from '../model/limits.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { Outcomes } from '../outcomes/outcomes.ts'
import type { ParkedDecision } from '../schedule/parked/parking.ts'
import type { Scheduler } from '../schedule/scheduler.ts'
import { findLiveJob } from '../store/find-job.ts'
import type { ItemStore, StoredItem } from '../store/item-store.ts'
import type { ConditionSource } from '../store/store-condition.ts'
import { StoreError } from '../store/store-error.ts'
import type { ParkedEntry, ParkedPart, ParkedPlace } from './app-parts.ts'

export interface ParkedItemsOptions {
  readonly liveJobs: LiveJobs
  readonly channels: Pick<ChannelRegistry, 'get'>
  readonly scheduler: Pick<Scheduler, 'parkedItems' | 'resolveParked'>
  readonly outcomes: Pick<Outcomes, 'durable'>
  readonly store: Pick<ConditionSource, 'condition'> & Pick<ItemStore, 'readItems'>
}

/** What the routes ask of items that wait for a decision: the scheduler knows them by their places, callers by their jobs. */
export function parkedItems({ liveJobs, channels, scheduler, outcomes, store }: ParkedItemsOptions): ParkedPart {
  const recordOf = ({ subscription, jobId }: ParkedPlace): JobRecord | undefined =>
    findLiveJob(liveJobs, jobId, subscription)?.record
  const resolve = async (place: ParkedPlace, decision: ParkedDecision): Promise<boolean> => {
    const record = recordOf(place)
    if (record === undefined || !scheduler.resolveParked(record.ref, place.index, decision)) return false
    // What was decided must not be undone by a start. That a key which is skipped comes to its end, in steps, is not waited for.
    await outcomes.durable()
    return true
  }
  return {
    resolve,
    list({ jobId, channel, after, ...query }) {
      const job = jobId === undefined ? undefined : findLiveJob(liveJobs, jobId, query.subscription)
      if (job === null) return []
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
    async replace(place, { data, by, slice }) {
      const record = recordOf(place)
      if (record === undefined) return false
      if (store.condition === 'low' || store.condition === 'none')
        throw new StoreError('disk_full', 'Cannot replace data as the store must have room for new work: it is full')
      const { ref, envelope } = record
      const { index } = place
      const page = await store.readItems({ ref, fromIndex: index, limit: 1, log: true })
      const stored = page.items[0]
      if (stored?.index !== index) return false
      refuseTooMany(stored, place)
      const line = await replaceData(stored.line, data, { partitionBy: envelope.partitionBy, slice })
      // It may have been decided on meanwhile: its line is then of no use, and of no harm.
      return resolve(place, { line, by })
    },
  }
}

/** @throws ProblemError `replaced_too_often` */
function refuseTooMany({ line, replacements }: StoredItem, { jobId, index }: ParkedPlace): void {
  const bytes = replacements.reduce((sum, { byteLength }) => sum + byteLength, line.length)
  const passed =
    replacements.length >= MAX_REPLACEMENTS_PER_ITEM
      ? { name: 'maxReplacementsPerItem', value: MAX_REPLACEMENTS_PER_ITEM, what: 'times' }
      : bytes > MAX_REPLACED_BYTES_PER_ITEM
        ? { name: 'maxReplacedBytesPerItem', value: MAX_REPLACED_BYTES_PER_ITEM, what: 'bytes' }
        : null
  if (passed === null) return
  const { name, value, what } = passed
  throw new ProblemError({
    code: 'replaced_too_often',
    detail: `Cannot replace the data of item ${index} of ${jobId} as at most ${value} ${what} of it may be replaced: the limit is reached`,
    members: { limit: { name, value } },
  })
}
