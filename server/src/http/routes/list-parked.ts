import type { ParkedItem } from '@waybill/spec'
import type { JobId, JobRef } from '../../model/ids.ts'
import { readItemsOf } from '../answer/failed-items.ts'
import { cutPage, serializeAll } from '../answer/json-answer.ts'
import { sendPage } from '../answer/send-page.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listParked: OperationHandler<'listParked', 'parked' | 'pageTokens' | 'itemReads'> = async (call) => {
  const { limits, ports } = call
  const { subscription } = call.caller
  const { channel, jobId, pageSize } = call.query
  const scope = ['listParked', subscription, channel, jobId]
  const limit = Math.min(pageSize ?? limits.defaultPageSize, limits.maxPageSize)
  const parked = ports.parked.list({
    subscription,
    channel,
    jobId: jobId as JobId | undefined,
    after: placeOf(ports.pageTokens.cursorOf(call.query.pageToken, scope)),
    limit: limit + 1,
  })

  const views = (await readItemsOf(parked.slice(0, limit), call)).map((found): ParkedItem | null => {
    // A decision may have been made between the two reads.
    if (found?.[1].status !== 'waiting') return null
    const [{ channel, sinceMs, untilMs, behind: waitingBehind }, item] = found
    const [since, until] = [sinceMs, untilMs].map((ms) => new Date(ms).toISOString()) as [string, string]
    return { channel, since, until, waitingBehind, item }
  })
  const { entries, last } = cutPage(await serializeAll(views, call.shareKey), limits.maxPageBytes)
  const isMore = last < parked.length - 1
  return sendPage(call, {
    name: 'parked',
    entries,
    nextPageToken: isMore ? ports.pageTokens.tokenOf(`${parked[last]!.jobRef}/${parked[last]!.index}`, scope) : null,
  })
}

function placeOf(cursor: string | null): { jobRef: JobRef; index: number } | null {
  if (cursor === null) return null
  const [jobRef, index] = cursor.split('/')
  return { jobRef: Number(jobRef) as JobRef, index: Number(index) }
}
