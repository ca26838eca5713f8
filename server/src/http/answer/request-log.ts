import type { FastifyReply, FastifyRequest } from 'fastify'
import { maskTokens } from '../../access/token-mask.ts'
import type { ProblemError } from '../../model/errors.ts'
import type { HttpPorts } from '../http-ports.ts'
import { traceContext } from '../request/request-headers.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Ids of the jobs, or the execution, that the request made. */
    made: readonly string[]
  }
}

/**
 * Reports an answered request: one event and one line. Without its query and headers: filters name items, headers carry secrets. An access token is
 * named by its id.
 */
export function reportRequest(
  { logger, telemetry }: Pick<HttpPorts, 'logger' | 'telemetry'>,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { operation } = request.routeOptions.config
  const status = reply.raw.writableFinished ? reply.statusCode : 499 // the client left before its answer was out
  const { caller } = request
  const trace = traceContext(request)
  const durationMs = Math.round(reply.elapsedTime * 10) / 10
  if (telemetry.listens('request.ended')) {
    const statusClass = `${Math.floor(status / 100)}xx`
    const requested = { operation: operation?.operationId ?? null, requestId: request.id, route: routeOf(request) }
    const traced = { made: request.made, subscription: caller.subscription, trace }
    telemetry.emit('request.ended', { ...requested, ...traced, status, statusClass, durationMs })
  }
  const fields = {
    requestId: request.id,
    method: request.method,
    path: maskTokens(request.url.split('?')[0]!),
    operation: operation?.operationId,
    status,
    durationMs,
    address: request.callerAddress,
    ...(caller.subscription !== '' && { subscription: caller.subscription }),
    ...(caller.token !== null && { tokenId: caller.token.id }),
    ...(trace !== null && { traceId: trace.traceparent.split('-')[1] }),
  }
  // Reads are polls, by the thousand: only what changes something, or fails, is worth a line by default. Refused tokens have lines of their own.
  if (status === 401) logger.debug(fields, 'Request answered')
  else if (status >= 500) logger.warn(fields, 'Request answered')
  else if (request.method === 'GET' || request.method === 'HEAD') logger.debug(fields, 'Request answered')
  else logger.info(fields, 'Request answered')
}

function routeOf({ method, routeOptions: { config } }: FastifyRequest): string {
  return config.operation === undefined ? method : `${method} ${config.operation.path}`
}

/** Reports a refusal for want of capacity. */
export function reportRefusal(
  problem: ProblemError,
  request: FastifyRequest,
  { telemetry }: Pick<HttpPorts, 'telemetry'>,
): void {
  if (problem.code !== 'overloaded') return
  telemetry.emit('request.overloaded', { operation: request.routeOptions.config.operation?.operationId ?? null })
}
