import { sendJson } from '../json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { diskFullProblem } from '../problem.ts'

/** That the server stops is answered before any handler is asked. */
export const getReadiness: OperationHandler<'getReadiness'> = async (call) => {
  if (call.parts.readiness() === 'disk_full') throw diskFullProblem()
  return sendJson(call.reply.header('cache-control', 'no-store'), 200, { status: 'ok' })
}
