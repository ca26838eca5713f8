import { sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { diskFullProblem, storeDamagedProblem, storeUnavailableProblem } from '../answer/problem.ts'

/** A server that is shutting down answers before any handler is called. */
export const getReadiness: OperationHandler<'getReadiness', 'readiness'> = async (call) => {
  const readiness = call.ports.readiness()
  if (readiness === 'disk_full') throw diskFullProblem()
  if (readiness === 'store_damaged') throw storeDamagedProblem()
  if (readiness === 'store_unavailable') throw storeUnavailableProblem()
  return sendJson(call.reply.header('cache-control', 'no-store'), 200, { status: 'ok' })
}
