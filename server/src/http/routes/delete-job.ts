import type { JobId } from '../../model/ids.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const deleteJob: OperationHandler<'deleteJob', 'jobControl'> = async (call) => {
  await call.ports.jobControl.delete(call.path.jobId as JobId, call.caller.subscription)
  return call.reply.code(204).send()
}
