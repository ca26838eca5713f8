import type { ParkedDecision, ParkedReceipt } from '@waybill/spec'
import type { JobId } from '../../model/ids.ts'
import { foundJob } from '../job-answer.ts'
import { sendJson } from '../json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const resolveParked: OperationHandler<'resolveParked'> = async (call) => {
  const { parts, subscription } = call
  const { items, decision } = (await call.json()) as ParkedDecision
  for (const id of new Set(items.map(({ jobId }) => jobId as JobId))) {
    foundJob(await parts.progress.find(id, subscription), id)
  }
  // Started in the order given, durable together.
  const resolved = await Promise.all(
    items.map(({ jobId, index }) => parts.parked.resolve({ subscription, jobId: jobId as JobId, index }, decision)),
  )
  const notParked = items.filter((_, n) => !resolved[n])
  const receipt: ParkedReceipt = { resolved: items.length - notParked.length, notParked }
  return sendJson(call.reply, 200, receipt)
}
