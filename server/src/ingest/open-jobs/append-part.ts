import { ProblemError, type ProblemPlace } from '../../model/errors.ts'
import type { JobId } from '../../model/ids.ts'
import { markAppended } from '../../model/job-phase.ts'
import { addRejected, type LiveJob } from '../../model/live-job.ts'
import {
  MAX_APPEND_BODY_BYTES,
  MAX_ENVELOPE_BYTES,
  MAX_ITEM_BYTES,
  MAX_ITEMS_PER_APPEND,
  MAX_ITEMS_PER_NDJSON_REQUEST,
  MAX_LINE_BYTES,
} from '../../model/limits.ts'
import { failpoint } from '../../runtime/failpoint.ts'
import type { TimeSlice } from '../../runtime/time-slice.ts'
import { ByteLines, LineTooLongError, readBody } from '../body/read-body.ts'
import { lineTooLong } from '../ingest-lines.ts'
import { requireStillLive } from '../../store/find-job.ts'
import type { RejectedItems } from '../../store/item-store.ts'
import { cutRejectedItems, REJECTED_PER_WRITE } from '../chunks/cut-rejected-items.ts'
import type { ChunkCutter } from '../chunks/write-chunks.ts'
import type { BodyMediaType, BodyStream, IngestOptions } from '../ingest-ports.ts'
import { isBlank, ItemIntake } from '../chunks/item-intake.ts'
import { reportItems } from '../report-items.ts'
import { JsonBodyScanner } from '../body/json-body-scanner.ts'
import { limitPassed } from '../check/refusals.ts'
import { StoredLines } from '../chunks/stored-lines.ts'
import type { UploadPlace } from '../body/upload-budget.ts'

export interface AppendRequest {
  readonly id: JobId
  readonly subscription: string
  readonly caller: string
  /** Index, in the job, of the part's first item. */
  readonly fromIndex: number
  /** NDJSON, or a JSON array. */
  readonly mediaType: BodyMediaType
  readonly body: BodyStream
}

export interface AppendReceipt {
  readonly nextIndex: number
  readonly accepted: number
  /** Items that were stored already. */
  readonly deduplicated: number
}

const ACTION = 'append items'
const LIMIT = { name: 'maxItemsPerAppend', items: MAX_ITEMS_PER_APPEND }
const LF = 10
/** Lines that are compared between two looks at the clock. */
const LINES_PER_LOOK = 100

/**
 * Appends a part to an open job, all of it or nothing: what is stored already is compared, the rest becomes chunks of one transaction.
 * The caller ensures that nothing else changes the job meanwhile.
 * @throws ProblemError `upload_gap`, `item_conflict`, `invalid_item`, `too_many_items` and faults of the body
 */
export async function appendPart(
  job: LiveJob,
  request: AppendRequest,
  context: { readonly deps: IngestOptions; readonly place: UploadPlace },
): Promise<AppendReceipt> {
  const { deps, place } = context
  const { record } = job
  const before = record.total
  const { channel } = record.envelope
  if (request.fromIndex > before) throw uploadGap(request.fromIndex, before)
  const blocks = await (request.mediaType === 'application/json'
    ? readArray(request, place)
    : readLines(request, place))
  const known = await compareKnown(blocks, { job, request, deps, slice: place.slice })
  const receivedAtMs = deps.clock.nowMs()
  const intake = intakeOf(job, { request, deps, known, nowMs: receivedAtMs })
  const { slice } = place
  for (const block of known.rest) {
    for (let rest = block; rest.length > 0;) {
      if (slice.over) await slice.next()
      const present = rest
      rest = rest.subarray(slice.run(() => intake.take(present)))
    }
  }
  intake.finish()
  const { cutter } = intake
  const accepted = cutter.index - before
  const touchedAtMs = deps.clock.nowMs()
  checkTotal(cutter, deps)
  if (accepted > 0) {
    const rejected = intake.takeRejectedItems()
    const rejectedAhead = intake.failed > REJECTED_PER_WRITE
    try {
      if (rejectedAhead) await writeAhead(job, rejected, deps)
      requireStillLive(deps.liveJobs, [job])
      await deps.store.appendPart({
        ref: record.ref,
        owner: { channel, term: deps.termOf(channel) },
        chunks: cutter.take(),
        outcomes: rejectedAhead ? [] : rejected.map(({ outcomes }) => outcomes),
        rejectedAhead,
        total: cutter.index,
        touchedAtMs,
      })
    } catch (error) {
      if (rejectedAhead) await discard(job, deps)
      throw error
    }
    FAILPOINT: failpoint('ingest.part.durable')
    markAppended(record, { total: cutter.index, touchedAtMs })
    for (const { firstIndex } of cutter.memory) job.chunkStarts.push(firstIndex)
    addRejected(job, intake.failed, receivedAtMs)
    deps.progress.changed(job)
    reportItems(record, intake, deps.telemetry)
  } else if (record.phase === 'open') markAppended(record, { total: before, touchedAtMs })
  return { nextIndex: record.total, accepted, deduplicated: known.items }
}

/** Writes which items are rejected at ingest, a few ms at a time: they are not visible before the part is appended. */
async function writeAhead(
  { record }: LiveJob,
  rejected: readonly RejectedItems[],
  { store }: IngestOptions,
): Promise<void> {
  const { ref, subscription, envelope } = record
  // An earlier part may have been discarded when nothing could be written.
  await store.discardJob(ref)
  for (const group of cutRejectedItems(rejected)) {
    await store.writeRejectedItems({ ref, subscription, channel: envelope.channel }, group)
    FAILPOINT: failpoint('ingest.rejected.durable')
  }
}

/** Removes what was written of a part. Never throws: what cannot be removed now is removed before the next part, or at the next start. */
async function discard({ record }: LiveJob, { store, logger }: IngestOptions): Promise<void> {
  try {
    await store.discardJob(record.ref)
  } catch (error) {
    logger.warn({ ref: record.ref, error: String(error) }, 'Cannot remove what was written of a part: it will be later')
  }
}

/** The lines of a part that are stored already. */
interface KnownLines {
  readonly items: number
  /** Lines of the body that were compared. */
  readonly lines: number
  /** The lines after them. */
  readonly rest: readonly Buffer[]
}

async function compareKnown(
  blocks: readonly Buffer[],
  { job, request, deps, slice }: { job: LiveJob; request: AppendRequest; deps: IngestOptions; slice: TimeSlice },
): Promise<KnownLines> {
  const overlap = job.record.total - request.fromIndex
  const stored = new StoredLines(job, deps.store)
  let items = 0
  let lines = 0
  for (const [n, block] of blocks.entries()) {
    for (let at = 0; at < block.length;) {
      if (items === overlap) return { items, lines, rest: [block.subarray(at), ...blocks.slice(n + 1)] }
      const end = block.indexOf(LF, at)
      const line = block.subarray(at, end)
      at = end + 1
      lines++
      if (isBlank(line)) continue
      const index = request.fromIndex + items
      if (!stored.has(index)) await stored.load(index)
      if (!stored.equals(index, line))
        throw itemConflict(index, placeOf(request, { item: items, line: lines, pointer: '' }))
      if (++items > LIMIT.items) throw tooManyItems()
      if (items % LINES_PER_LOOK === 0 && slice.over) await slice.next()
    }
  }
  return { items, lines, rest: [] }
}

function intakeOf(
  job: LiveJob,
  { request, deps, known, nowMs }: { request: AppendRequest; deps: IngestOptions; known: KnownLines; nowMs: number },
): ItemIntake {
  const { record } = job
  return new ItemIntake(
    {
      job: record,
      epoch: deps.store.epoch,
      nowMs,
      start: { chunk: job.chunkStarts.length, index: record.total },
      limit: LIMIT,
      place: (at) => placeOf(request, at),
      action: ACTION,
      brokenJson: request.mediaType === 'application/json' ? 'body' : 'item',
    },
    known,
  )
}

function placeOf(
  request: AppendRequest,
  at: { item: number; line: number; pointer: string },
): Omit<ProblemPlace, 'detail'> {
  if (request.mediaType === 'application/json') return { pointer: `/${at.item}${at.pointer}` }
  return at.pointer === '' ? { line: at.line } : { line: at.line, pointer: at.pointer }
}

const BODY_LIMIT = { name: 'maxAppendBodyBytes', bytes: MAX_APPEND_BODY_BYTES }

async function readLines(request: AppendRequest, place: UploadPlace): Promise<Buffer[]> {
  const lines = new ByteLines(MAX_LINE_BYTES)
  const blocks: Buffer[] = []
  try {
    for await (const bytes of readBody(request.body, { limit: BODY_LIMIT, slice: place.slice, fingerprint: null })) {
      place.hold(bytes.length)
      for (const block of lines.push(bytes)) blocks.push(Buffer.from(block))
    }
    for (const block of lines.end()) blocks.push(Buffer.from(block))
  } catch (error) {
    throw error instanceof LineTooLongError ? lineTooLong(countLines(blocks) + 1) : error
  }
  return blocks
}

async function readArray(request: AppendRequest, place: UploadPlace): Promise<Buffer[]> {
  const limits = {
    maxItems: LIMIT.items,
    maxItemsName: LIMIT.name,
    maxItemBytes: MAX_ITEM_BYTES,
    maxEnvelopeBytes: MAX_ENVELOPE_BYTES,
  }
  const scanner = new JsonBodyScanner('body', limits)
  const { slice } = place
  for await (const bytes of readBody(request.body, { limit: BODY_LIMIT, slice, fingerprint: null })) {
    place.hold(bytes.length)
    slice.run(() => scanner.push(bytes))
  }
  scanner.end()
  return scanner.takeBlocks()
}

function countLines(blocks: readonly Buffer[]): number {
  let lines = 0
  for (const block of blocks) for (let at = block.indexOf(LF); at >= 0; at = block.indexOf(LF, at + 1)) lines++
  return lines
}

/** More could never become pending, so the job could never be sealed; nor has a job more chunks than it may have items. */
function checkTotal(cutter: ChunkCutter, deps: IngestOptions): void {
  const { maxPendingItems } = deps.limits
  if (cutter.chunk > MAX_ITEMS_PER_NDJSON_REQUEST) {
    const required = 'the parts of a job must be larger, as its chunks must be at most'
    throw limitPassed({
      code: 'too_many_items',
      name: 'maxItemsPerNdjsonRequest',
      value: MAX_ITEMS_PER_NDJSON_REQUEST,
      required,
    })
  }
  if (cutter.index <= maxPendingItems) return
  const required = 'the items of a job must be at most'
  throw limitPassed({ code: 'too_many_items', name: 'maxPendingItems', value: maxPendingItems, required })
}

function tooManyItems(): ProblemError {
  const required = 'the number of items must be at most'
  return limitPassed({ code: 'too_many_items', name: LIMIT.name, value: LIMIT.items, required })
}

function uploadGap(fromIndex: number, nextIndex: number): ProblemError {
  return new ProblemError({
    code: 'upload_gap',
    detail: `Cannot ${ACTION} as fromIndex must be at most ${nextIndex}, the next index: current value is ${fromIndex}`,
    members: { nextIndex },
  })
}

function itemConflict(index: number, place: Omit<ProblemPlace, 'detail'>): ProblemError {
  const detail = `must equal the stored item ${index}: current value differs`
  return new ProblemError({
    code: 'item_conflict',
    detail: `Cannot ${ACTION} as item ${index} is stored with other content`,
    errors: [{ ...place, detail }],
    errorCount: 1,
    members: { index },
  })
}
