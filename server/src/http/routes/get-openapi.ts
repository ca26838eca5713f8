import openapi from '@waybill/spec/openapi.json' with { type: 'json' }
import { sendJsonText } from '../json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

const document = JSON.stringify(openapi)

export const getOpenapi: OperationHandler<'getOpenapi'> = async (call) =>
  sendJsonText(call.reply.header('cache-control', 'no-cache'), 200, document)
