import { READ_CACHE_CONTROL, sendJson } from '../json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getLimits: OperationHandler<'getLimits'> = async (call) =>
  sendJson(call.reply.header('cache-control', READ_CACHE_CONTROL), 200, call.limits)
