import { ProblemError } from '../../model/errors.ts'
import type { JobId } from '../../model/ids.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import { csvHeader, csvRows } from '../csv.ts'
import { foundJob } from '../job-answer.ts'
import type { Call, OperationHandler } from '../operation-handler.ts'
import { sendStream } from '../stream-answer.ts'

/** Items that are turned into rows at once: well below a slice of the event loop. */
const ROWS_AT_ONCE = 100

export const getResultsCsv: OperationHandler<'getResultsCsv'> = async (call) => {
  const id = call.path.jobId as JobId
  const snapshot = foundJob(await call.parts.progress.find(id, call.subscription), id)
  if (!snapshot.done) {
    throw new ProblemError({
      code: 'job_not_ended',
      detail: `Cannot make a CSV file as the job must have ended: it is ${snapshot.status}`,
      ...(snapshot.retryAfterSeconds !== null && { retryAfterSeconds: snapshot.retryAfterSeconds }),
    })
  }
  call.reply
    .header('content-type', 'text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${id}.csv"`)
  return sendStream(call, csvFile(call, id))
}

async function* csvFile(call: Call<'getResultsCsv'>, jobId: JobId): AsyncGenerator<Buffer> {
  yield Buffer.from(csvHeader())
  const slice = new TimeSlice()
  let fromIndex = 0
  for (;;) {
    const page = foundJob(
      await call.parts.itemReads.results({ jobId, subscription: call.subscription, fromIndex }),
      jobId,
    )
    for (let at = 0; at < page.items.length; at += ROWS_AT_ONCE) {
      yield Buffer.from(csvRows(page.items.slice(at, at + ROWS_AT_ONCE)))
      if (slice.over) await slice.next()
    }
    if (page.end) return
    fromIndex = page.nextIndex
  }
}
