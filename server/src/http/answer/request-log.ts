import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '../../runtime/logger.ts'

/** One line a request. Without its query and headers: filters name items, headers carry secrets. */
export function logResponse(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const { operation } = request.routeOptions.config
  const status = reply.raw.writableFinished ? reply.statusCode : 499 // the client left before its answer was out
  const fields = {
    requestId: request.id,
    method: request.method,
    path: request.url.split('?')[0],
    operation: operation?.operationId,
    status,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
  }
  // Reads are polls, by the thousand: only what changes something, or fails, is worth a line by default.
  if (status >= 500) logger.warn(fields, 'Request answered')
  else if (request.method === 'GET' || request.method === 'HEAD') logger.debug(fields, 'Request answered')
  else logger.info(fields, 'Request answered')
}
