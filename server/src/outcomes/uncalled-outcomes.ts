import type { TermOf } from '../model/channel-term.ts'
import type { JobRef } from '../model/ids.ts'
import type { OutcomeDetail } from '../model/item.ts'
import { chunkOf, type LiveJobs } from '../model/live-job.ts'
import {
  FLAG_DECIDED,
  FLAG_REPLACED,
  type ItemReplacement,
  type OutcomeBatch,
  OutcomeWriter,
  Verdict,
} from '../model/outcome-batch.ts'
import type { Logger } from '../runtime/logger.ts'
import type { ItemStore } from '../store/item-store.ts'

/** The outcome of an item that ends without a call, or the decision on a parked one: that it is retried, or (`parked`) that its key is skipped. */
export interface UncalledOutcome {
  readonly ref: JobRef
  readonly index: number
  /** The scheduler's handle of it. */
  readonly itemHandle: number
  /** Calls so far, and those of them that do not count as attempts; they stay as they were. */
  readonly attempt: number
  readonly throttled: number
  readonly verdict: typeof Verdict.failed | typeof Verdict.cancelled | typeof Verdict.retry | typeof Verdict.parked
  /** Of a key that is skipped: the last place in the order of a job whose items are. */
  readonly skipsKeyTo?: number
  /** Of one that is tried again: the data with which it is. @default with its own */
  readonly replacement?: NewData | undefined
  /** Its result or error. @default for a cancelled item none, else the error of its last call */
  readonly detail?: OutcomeDetail | Uint8Array | undefined
}

/** Data that somebody gives an item in place of its own. */
export interface NewData extends Pick<ItemReplacement, 'by'> {
  /** The item's line with that data, without a newline. */
  readonly line: Uint8Array
}

/** Encodes outcomes without a call as a batch, as those of calls are. Null: none of their jobs is live. */
export function batchOfUncalled(
  items: readonly UncalledOutcome[],
  at: { readonly liveJobs: Pick<LiveJobs, 'byRef'>; readonly termOf: TermOf; readonly nowMs: number },
): OutcomeBatch | null {
  const writer = new OutcomeWriter()
  const replacements: ItemReplacement[] = []
  for (const item of items) {
    const job = at.liveJobs.byRef(item.ref)
    if (job === undefined) continue
    writer.add({
      jobRef: item.ref,
      chunk: chunkOf(job, item.index),
      index: item.index,
      itemHandle: item.itemHandle,
      epoch: at.termOf(job.record.envelope.channel),
      attempt: item.attempt,
      httpStatus: 0,
      verdict: item.verdict,
      flags: flagsOf(item),
      throttled: item.throttled,
      startedAtMs: item.attempt === 0 ? 0 : at.nowMs, // 0: nothing was ever called
      endedAtMs: at.nowMs,
      retryAtMs: item.verdict === Verdict.retry ? at.nowMs : (item.skipsKeyTo ?? 0),
      detail: bytesOf(item.detail),
    })
    if (item.replacement === undefined) continue
    const { ref: jobRef, index, attempt, replacement } = item
    replacements.push({ jobRef, index, attempt, atMs: at.nowMs, by: replacement.by, line: replacement.line })
  }
  const batch = writer.take()
  return batch === null || replacements.length === 0 ? batch : { ...batch, replacements }
}

function flagsOf({ verdict, replacement }: UncalledOutcome): number {
  if (verdict !== Verdict.retry && verdict !== Verdict.parked) return 0
  return replacement === undefined ? FLAG_DECIDED : FLAG_DECIDED | FLAG_REPLACED
}

/** Adds the details of their last calls to the items, as far as they can be read: an item that is to end must not wait for a disk. */
export function withErrors(
  items: readonly UncalledOutcome[],
  from: { readonly store: Pick<ItemStore, 'readItems'>; readonly logger: Logger },
): Promise<UncalledOutcome[]> {
  return Promise.all(items.map(async (item) => ({ ...item, detail: await lastDetail(item, from) })))
}

async function lastDetail(
  { ref, index, verdict }: UncalledOutcome,
  { store, logger }: Parameters<typeof withErrors>[1],
): Promise<UncalledOutcome['detail']> {
  try {
    const page = await store.readItems({ ref, fromIndex: index, limit: 1 })
    const stored = page.items[0]
    if (stored?.index === index && stored.detail !== null) return stored.detail
  } catch (error) {
    logger.warn(
      { jobRef: ref, index, error: String(error) },
      'Cannot read the last error of an item that ends: it is lost',
    )
  }
  return verdict === Verdict.failed ? NO_ERROR_KNOWN : undefined
}

const NO_ERROR_KNOWN: OutcomeDetail = {
  error: {
    code: 'skipped',
    origin: 'engine',
    title: 'The item was skipped',
    status: null,
    detail: 'It was parked and then skipped; what its last call said could not be read',
    retryable: true,
    pointer: null,
  },
}

const encoder = new TextEncoder()

function bytesOf(detail: UncalledOutcome['detail']): Uint8Array | undefined {
  return detail === undefined || detail instanceof Uint8Array ? detail : encoder.encode(JSON.stringify(detail))
}
