import { sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getLiveness: OperationHandler<'getLiveness'> = async (call) =>
  sendJson(call.reply.header('cache-control', 'no-store'), 200, { status: 'ok' })
