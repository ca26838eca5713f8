import type { ParkedDecision, ParkedReceipt } from '@waybill/spec'
import { ProblemError } from '../../model/errors.ts'
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
  if (notParked.length === items.length) {
    const [{ jobId, index }] = items as [ParkedDecision['items'][number]]
    throw new ProblemError({
      code: 'item_not_parked',
      detail: `Cannot ${decision.replace('_', ' ')} item ${index} of job ${jobId} as it must be parked: it is not${items.length > 1 ? ', nor is any other' : ''}`,
    })
  }
  const receipt: ParkedReceipt = { resolved: items.length - notParked.length, notParked }
  return sendJson(call.reply, 200, receipt)
}
