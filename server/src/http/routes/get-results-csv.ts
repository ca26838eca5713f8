import { ProblemError } from '../../model/errors.ts'
import { hasScope } from '../../model/caller.ts'
import type { JobId } from '../../model/ids.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import { csvCells, csvHeader, csvRows } from '../answer/csv.ts'
import { foundJob } from '../answer/job-answer.ts'
import type { Call, OperationHandler } from '../operation-handler.ts'
import { sendStream } from '../answer/stream-answer.ts'

/** Rows that are written at once, unless they are long: well below a slice of the event loop. */
const ROWS_AT_ONCE = 100
/** Characters of cells that are written at once; one row may have more. */
const CHARACTERS_AT_ONCE = 64 * 1024

/** The ports that it uses. */
type GetResultsCsvPorts = 'progress' | 'itemReads' | 'logger'

export const getResultsCsv: OperationHandler<'getResultsCsv', GetResultsCsvPorts> = async (call) => {
  const id = call.path.jobId as JobId
  const snapshot = foundJob(await call.ports.progress.find(id, call.caller.subscription), id)
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

async function* csvFile(call: Call<'getResultsCsv', GetResultsCsvPorts>, jobId: JobId): AsyncGenerator<Buffer> {
  yield Buffer.from(csvHeader())
  const { shareKey, caller } = call
  const reader = { subscription: caller.subscription, caller: shareKey, unredacted: hasScope(caller, 'admin') }
  const slice = new TimeSlice(shareKey)
  let rows: ReturnType<typeof csvCells>[] = []
  let characters = 0
  let fromIndex = 0
  for (;;) {
    const page = foundJob(await call.ports.itemReads.results({ jobId, ...reader, fromIndex }), jobId)
    for (const item of page.items) {
      const cells = csvCells(item)
      rows.push(cells)
      for (const cell of cells) if (typeof cell === 'string') characters += cell.length
      if (rows.length === ROWS_AT_ONCE || characters >= CHARACTERS_AT_ONCE) {
        yield Buffer.from(csvRows(rows))
        rows = []
        characters = 0
      }
      if (slice.over) await slice.next()
    }
    if (page.end) break
    fromIndex = page.nextIndex
  }
  yield Buffer.from(csvRows(rows))
}
