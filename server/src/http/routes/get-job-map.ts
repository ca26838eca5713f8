import type { JobId } from '../../model/ids.ts'
import { foundJob } from '../answer/job-answer.ts'
import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

/** The `default` of the parameter. */
const DEFAULT_BUCKETS = 500

export const getJobMap: OperationHandler<'getJobMap', 'jobMaps'> = async ({ ports, path, query, caller, ...call }) => {
  const jobId = path.jobId as JobId
  const { buckets = DEFAULT_BUCKETS } = query
  const { subscription } = caller
  const map = foundJob(await ports.jobMaps.map({ jobId, subscription, caller: call.shareKey, buckets }), jobId)
  return sendJson(call.reply.header('cache-control', READ_CACHE_CONTROL), 200, map)
}
