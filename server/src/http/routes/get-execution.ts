import { foundExecution, retryAfterSeconds } from '../answer/execution-answer.ts'
import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getExecution: OperationHandler<'getExecution', 'executions'> = async (call) => {
  const { reply } = call
  const { subscription } = call.caller
  const { executionId } = call.path
  const execution = foundExecution(await call.ports.executions.view(executionId, subscription), executionId)
  const seconds = retryAfterSeconds(execution)
  if (seconds !== null) reply.header('retry-after', seconds)
  return sendJson(reply.header('cache-control', READ_CACHE_CONTROL), 200, execution)
}
