import { sendAcceptedExecution } from '../answer/execution-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const pauseExecution: OperationHandler<'pauseExecution', 'executions'> = async (call) => {
  await call.ports.executions.pause(call.path.executionId, call.caller.subscription)
  return sendAcceptedExecution(call)
}
