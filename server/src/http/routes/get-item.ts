import { ProblemError } from '../../model/errors.ts'
import { hasScope } from '../../model/caller.ts'
import type { JobId } from '../../model/ids.ts'
import { foundJob } from '../answer/job-answer.ts'
import { ItemsJson } from '../answer/item-json.ts'
import { READ_CACHE_CONTROL } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getItem: OperationHandler<'getItem', 'itemReads' | 'progress'> = async (call) => {
  const { itemReads, progress } = call.ports
  const jobId = call.path.jobId as JobId
  const { index } = call.path
  const { subscription } = call.caller
  const reader = { subscription, caller: call.shareKey, unredacted: hasScope(call.caller, 'admin') }
  const item = await itemReads.item({ jobId, ...reader, index, data: true })
  if (item === null) {
    const { job } = foundJob(await progress.find(jobId, subscription), jobId)
    throw new ProblemError({
      code: 'item_not_found',
      detail: `Cannot find the item as its index must be below the job's ${job.counts.total} items: it is ${index}`,
    })
  }
  call.reply.header('cache-control', READ_CACHE_CONTROL)
  const json = new ItemsJson().item(item)
  item.release?.()
  return json.send(call.reply)
}
