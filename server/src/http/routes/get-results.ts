import { createHash } from 'node:crypto'
import type { EndedItemStatus, Item, ResultEnd, ResultLine } from '@waybill/spec'
import { hasScope } from '../../model/caller.ts'
import type { JobId } from '../../model/ids.ts'
import type { ResultsAnswer } from '../../progress/item-reads.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import { foundJob } from '../answer/job-answer.ts'
import type { Call, OperationHandler } from '../operation-handler.ts'
import { sendStream } from '../answer/stream-answer.ts'

/** Lines are sent in pieces of about this size. */
const PIECE_CHARACTERS = 64 * 1024

/** The ports that it uses. */
type GetResultsPorts = 'itemReads' | 'progress' | 'logger'

export const getResults: OperationHandler<'getResults', GetResultsPorts> = async (call) => {
  const first = await readResults(call, call.query.from ?? 0)
  call.reply
    .header('content-type', 'application/x-ndjson')
    .header('content-disposition', `attachment; filename="${call.path.jobId}.ndjson"`)
  return sendStream(call, resultLines(call, first))
}

async function readResults(call: Call<'getResults', GetResultsPorts>, fromIndex: number): Promise<ResultsAnswer> {
  const jobId = call.path.jobId as JobId
  const { subscription } = call.caller
  return foundJob(
    await call.ports.itemReads.results({
      jobId,
      subscription,
      caller: call.shareKey,
      unredacted: hasScope(call.caller, 'admin'),
      fromIndex,
      statuses: call.query.status,
    }),
    jobId,
  )
}

async function* resultLines(call: Call<'getResults', GetResultsPorts>, first: ResultsAnswer): AsyncGenerator<Buffer> {
  const sha256 = createHash('sha256')
  const slice = new TimeSlice(call.shareKey)
  let count = 0
  let firstUnended: number | null = null
  let piece = ''
  let page = first
  for (;;) {
    firstUnended ??= page.firstUnended
    for (const item of page.items) {
      piece += `${JSON.stringify(resultLine(item))}\n`
      count++
      if (piece.length >= PIECE_CHARACTERS) {
        const bytes = Buffer.from(piece)
        sha256.update(bytes)
        piece = ''
        yield bytes
      }
      if (slice.over) await slice.next()
    }
    if (page.end) break
    page = await readResults(call, page.nextIndex)
  }
  sha256.update(piece)
  const end: ResultEnd = {
    type: 'end',
    complete: firstUnended === null && (await isOver(call, page.nextIndex)),
    count,
    nextIndex: firstUnended ?? page.nextIndex,
    sha256: sha256.digest('hex'),
  }
  yield Buffer.from(`${piece}${JSON.stringify(end)}\n`)
}

/** Nothing can follow: the job is done, and had no more items than were read. */
async function isOver(call: Call<'getResults', GetResultsPorts>, nextIndex: number): Promise<boolean> {
  const snapshot = await call.ports.progress.find(call.path.jobId as JobId, call.caller.subscription)
  return snapshot !== null && snapshot.done && snapshot.job.counts.total <= nextIndex
}

function resultLine(item: Item): ResultLine {
  const { index, id, partitionKey, action, attempts, startedAt, endedAt, result, warnings, error } = item
  const status = item.status as EndedItemStatus
  return {
    type: 'item',
    index,
    id,
    partitionKey,
    action,
    status,
    attempts,
    startedAt,
    endedAt,
    result,
    warnings,
    error,
  }
}
