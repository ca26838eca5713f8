import { sendAcceptedExecution } from '../answer/execution-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const resumeExecution: OperationHandler<'resumeExecution', 'executions'> = async (call) => {
  await call.ports.executions.resume(call.path.executionId, call.caller.subscription)
  return sendAcceptedExecution(call)
}
