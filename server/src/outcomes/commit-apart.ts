import type { JobRef } from '../model/ids.ts'
import type { OutcomeDetail } from '../model/item.ts'
import { chunkOf, type LiveJobs } from '../model/live-job.ts'
import {
  FLAG_REPLACED,
  type ItemReplacement,
  type OutcomeBatch,
  type OutcomeRecord,
  OutcomeView,
  OutcomeWriter,
  Verdict,
} from '../model/outcome-batch.ts'
import type { Logger } from '../runtime/logger.ts'
import type { StoreError } from '../store/store-error.ts'

export interface CommitApartOptions {
  /** Resolves with null when the batch is durable, with the store's reason when it refuses it, rejects when nothing can be durable any more. */
  readonly commit: (batch: OutcomeBatch) => Promise<StoreError | null>
  readonly liveJobs: Pick<LiveJobs, 'byRef'>
  readonly logger: Pick<Logger, 'error'>
  readonly nowMs: () => number
}

/**
 * Commits outcomes that the store refused as a whole: halves them until each that is at fault stands alone. Its item fails and says so; an
 * outcome of no known item is dropped. Whatever it is, it is never committed again, and holds nobody up.
 * @returns the outcomes as they are from now on, durable but for those that were dropped
 */
export async function commitApart(
  batches: readonly OutcomeBatch[],
  options: CommitApartOptions,
): Promise<readonly OutcomeBatch[]> {
  const done: OutcomeBatch[] = []
  const left = batches.filter((batch) => batch.count > 0)
  for (let batch = left.shift(); batch !== undefined; batch = left.shift()) {
    const refusal = await options.commit(batch)
    if (refusal === null) done.push(batch)
    else if (batch.count > 1) left.unshift(...halvesOf(batch))
    else done.push(await replace(batch, refusal, options))
  }
  return done
}

/** Ends the item of the one outcome as failed. */
async function replace(
  batch: OutcomeBatch,
  refusal: StoreError,
  { commit, liveJobs, logger, nowMs }: CommitApartOptions,
): Promise<OutcomeBatch> {
  const record = new OutcomeView(batch).record(0)
  const job = liveJobs.byRef(record.jobRef as JobRef)
  const { index, itemHandle, epoch, attempt, throttled } = record
  const item = { jobRef: record.jobRef, jobId: job?.record.id, index, itemHandle, reason: refusal.message }
  const endedAtMs = nowMs()
  const replacement = batchOf({
    ...{ jobRef: record.jobRef, index, itemHandle, epoch, attempt, throttled, endedAtMs },
    chunk: job === undefined ? 0 : chunkOf(job, index),
    httpStatus: 0,
    verdict: Verdict.failed,
    flags: 0,
    startedAtMs: attempt === 0 ? 0 : endedAtMs,
    retryAtMs: 0,
    detail: NOT_STORED,
  })
  const again = job === undefined ? refusal : await commit(replacement)
  if (again === null) logger.error(item, 'Cannot commit the outcome of an item: it has failed')
  else logger.error({ ...item, again: again.message }, 'Cannot commit the outcome of an item: it is dropped')
  return replacement
}

const notStored: OutcomeDetail = {
  error: {
    code: 'outcome_not_stored',
    origin: 'engine',
    title: 'The outcome could not be stored',
    status: null,
    detail: 'The item was called, and the store refused the outcome of the call: it may have been delivered',
    retryable: true,
    pointer: null,
  },
}
const NOT_STORED = new TextEncoder().encode(JSON.stringify(notStored))

function halvesOf(batch: OutcomeBatch): OutcomeBatch[] {
  const middle = batch.count >> 1
  return [part(batch, 0, middle), part(batch, middle, batch.count)]
}

function part(batch: OutcomeBatch, from: number, to: number): OutcomeBatch {
  const view = new OutcomeView(batch)
  const writer = new OutcomeWriter()
  for (let n = from; n < to; n++) writer.add(view.record(n))
  const half = writer.take()!
  const { replacements } = batch
  return replacements === undefined ? half : { ...half, replacements: replacementsOf(half, replacements) }
}

function replacementsOf(batch: OutcomeBatch, all: readonly ItemReplacement[]): ItemReplacement[] {
  const view = new OutcomeView(batch)
  const found: ItemReplacement[] = []
  for (let n = 0; n < view.count; n++) {
    if ((view.flags(n) & FLAG_REPLACED) === 0) continue
    const of = all.find(({ jobRef, index }) => jobRef === view.jobRef(n) && index === view.index(n))
    if (of !== undefined) found.push(of)
  }
  return found
}

function batchOf(record: OutcomeRecord): OutcomeBatch {
  const writer = new OutcomeWriter()
  writer.add(record)
  return writer.take()!
}
