import type { OperationId } from '@waybill/spec'
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { READ_CACHE_CONTROL } from './json-answer.ts'
import type { Call } from '../operation-handler.ts'

/**
 * Answers with pieces as fast as the client takes them: one piece at a time is in memory. When they fail, the
 * connection is closed and the log has the cause: the status was sent long before.
 */
export function sendStream(
  call: Pick<Call<OperationId, 'logger'>, 'ports' | 'request' | 'reply'>,
  pieces: AsyncIterable<Buffer>,
): FastifyReply {
  const { ports, request, reply } = call
  const stream = Readable.from(pieces, { objectMode: false })
  stream.on('error', (error) => {
    if (reply.raw.destroyed) return // the client left
    ports.logger.error({ requestId: request.id, err: error }, 'Answer broke off')
  })
  // Some proxies collect answers unless asked not to.
  return reply.header('cache-control', READ_CACHE_CONTROL).header('x-accel-buffering', 'no').send(stream)
}
