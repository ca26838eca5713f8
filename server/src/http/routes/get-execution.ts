import { ProblemError } from '../../model/errors.ts'
import { retryAfterSeconds } from '../execution-answer.ts'
import { READ_CACHE_CONTROL, sendJson } from '../json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getExecution: OperationHandler<'getExecution'> = async (call) => {
  const { reply, subscription } = call
  const { executionId } = call.path
  const execution = await call.parts.executions.view(executionId, subscription)
  if (execution === null) {
    throw new ProblemError({
      code: 'execution_not_found',
      detail: `Cannot find execution ${executionId} as there is none of this id for the caller`,
    })
  }
  const seconds = retryAfterSeconds(execution)
  if (seconds !== null) reply.header('retry-after', seconds)
  return sendJson(reply.header('cache-control', READ_CACHE_CONTROL), 200, execution)
}
