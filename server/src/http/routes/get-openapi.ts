import openapi from '@waybill/spec/openapi.json' with { type: 'json' }
import { JSON_MEDIA_TYPE } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

/** By prefix, each made once: all answers are the same bytes. */
const documents = new Map<string, Buffer>()

export const getOpenapi: OperationHandler<'getOpenapi', 'paths'> = async ({ ports, reply }) => {
  const { prefix } = ports.paths
  const document = documents.get(prefix) ?? documentOf(prefix)
  documents.set(prefix, document)
  return reply.header('content-type', JSON_MEDIA_TYPE).header('cache-control', 'no-cache').send(document)
}

/** The server of the document is the one that answers with it, so also under its prefix. */
function documentOf(prefix: string): Buffer {
  const servers = openapi.servers.map((server) => ({ ...server, url: prefix + server.url }))
  return Buffer.from(JSON.stringify(prefix === '' ? openapi : { ...openapi, servers }))
}
