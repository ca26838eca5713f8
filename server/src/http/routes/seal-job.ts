import type { SealRequest } from '@waybill/spec'
import type { JobId } from '../../model/ids.ts'
import { foundJob, sendAccepted } from '../answer/job-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const sealJob: OperationHandler<'sealJob', 'ingest' | 'progress' | 'paths'> = async (call) => {
  const id = call.path.jobId as JobId
  const { itemCount } = (await call.json()) as SealRequest
  const { subscription } = call.caller
  await call.ports.ingest.sealJob({ id, subscription, caller: call.shareKey, itemCount })
  return sendAccepted(call, foundJob(await call.ports.progress.find(id, subscription), id))
}
