import type { JobId } from '../../model/ids.ts'
import { foundJob, sendAccepted } from '../answer/job-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const cancelJob: OperationHandler<'cancelJob', 'jobControl' | 'progress' | 'paths'> = async (call) => {
  const id = call.path.jobId as JobId
  await call.ports.jobControl.cancel(id, call.caller.subscription)
  return sendAccepted(call, foundJob(await call.ports.progress.find(id, call.caller.subscription), id))
}
