import { ProblemError } from '../../model/errors.ts'
import { MAX_REPLACED_BYTES_PER_ITEM, MAX_REPLACEMENTS_PER_ITEM } from '../../model/limits.ts'
import type { LiveJobs } from '../../model/live-job.ts'
import { DataRedactor, REDACTED, type Redaction } from '../../model/redaction.ts'
import type { TimeSlice } from '../../runtime/time-slice.ts'
import type { ParkedItemId, ParkedItems } from '../../schedule/parked/parked-items.ts'
import { findLiveJob } from '../../store/find-job.ts'
import type { ItemStore, StoredItem } from '../../store/item-store.ts'
import type { ConditionSource } from '../../store/store-condition.ts'
import { StoreError } from '../../store/store-error.ts'
import { invalidData } from '../body/read-decision.ts'
import { replaceData } from './replace-data.ts'

/** Looked through at once: below a millisecond. */
const STEP_BYTES = 64 * 1024

export interface DataReplacement {
  /** JSON, valid as an item's data is. */
  readonly data: Uint8Array
  /** The caller that replaces it. */
  readonly by: string
  readonly slice: TimeSlice
}

export interface ReplaceParkedOptions {
  readonly liveJobs: LiveJobs
  readonly parked: Pick<ParkedItems, 'resolve'>
  readonly redactionOf: (channel: string) => Redaction | null
  readonly store: Pick<ConditionSource, 'condition'> & Pick<ItemStore, 'readItems'>
}

/**
 * Retries a parked item with other data. Resolves when it is durable.
 * @returns false when the item is not parked, or no longer
 * @throws ProblemError `invalid_item`, `line_too_large`: it cannot have this data, or has the mark of a value that was not shown; `replaced_too_often`
 * @throws StoreError `disk_full`: there is no space for new work, and so for new data
 */
export async function replaceParked(
  item: ParkedItemId,
  { data, by, slice }: DataReplacement,
  { liveJobs, parked, redactionOf, store }: ReplaceParkedOptions,
): Promise<boolean> {
  const record = findLiveJob(liveJobs, item.jobId, item.subscription)?.record
  if (record === undefined) return false
  if (store.condition === 'low' || store.condition === 'none')
    throw new StoreError('disk_full', 'Cannot replace data as the store must have space for new work: it is full')
  const { ref, envelope } = record
  const page = await store.readItems({ ref, fromIndex: item.index, limit: 1, log: true })
  const stored = page.items[0]
  if (stored?.index !== item.index) return false
  refuseTooMany(stored, item)
  await refuseMarks(data, redactionOf(envelope.channel), slice)
  const line = await replaceData(stored.line, data, { partitionBy: envelope.partitionBy, slice })
  // It may have been decided on meanwhile: its line is then of no use, and of no harm.
  return parked.resolve(item, { line, by })
}

/** Whoever was not shown a value would write its mark over it. @throws ProblemError `invalid_item` */
async function refuseMarks(data: Uint8Array, redaction: Redaction | null, slice: TimeSlice): Promise<void> {
  if (redaction === null) return
  const redactor = new DataRedactor(redaction)
  redactor.begin(data)
  while (!slice.run(() => redactor.walk(STEP_BYTES))) if (slice.over) await slice.next()
  const [pointer] = redactor.redacted().marked
  if (pointer === undefined) return
  throw invalidData({
    pointer,
    detail: `must be the value to deliver: it is ${JSON.stringify(REDACTED)}, which stands for one that was not shown`,
  })
}

/** @throws ProblemError `replaced_too_often` */
function refuseTooMany({ line, replacements }: StoredItem, { jobId, index }: ParkedItemId): void {
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
