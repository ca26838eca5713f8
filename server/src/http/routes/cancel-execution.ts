import { sendAcceptedExecution } from '../answer/execution-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const cancelExecution: OperationHandler<'cancelExecution', 'executions'> = async (call) => {
  await call.ports.executions.cancel(call.path.executionId, call.caller.subscription)
  return sendAcceptedExecution(call)
}
