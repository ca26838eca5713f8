import openapi from '@waybill/spec/openapi.json' with { type: 'json' }
import { JSON_MEDIA_TYPE } from '../json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

/** Made once: all answers are the same bytes. */
const document = Buffer.from(JSON.stringify(openapi))

export const getOpenapi: OperationHandler<'getOpenapi'> = async (call) =>
  call.reply.header('content-type', JSON_MEDIA_TYPE).header('cache-control', 'no-cache').send(document)
