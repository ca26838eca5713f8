import { Readable } from 'node:stream'
import type { OperationId } from '@waybill/spec'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../../model/errors.ts'
import type { HttpPorts } from '../http-ports.ts'
import { problemAnswer } from './problem.ts'

/** A server that takes over does so within seconds. */
const RETRY_SECONDS = 1
/** Headers of the answer that is not given. */
const OF_ANSWER = ['content-length', 'content-disposition', 'etag', 'link', 'accept-ranges'] as const

/**
 * Returns what is sent in place of an answer about live jobs when this server has lost its lease, right before it leaves: another server may run
 * them. Undefined: the answer itself. Changes are answered, as they are durable, and the database knows who may write.
 */
export function withoutLease(
  { request, reply, payload }: { request: FastifyRequest; reply: FastifyReply; payload: unknown },
  { lease, paths }: Pick<HttpPorts, 'lease' | 'paths'>,
): string | undefined {
  if (lease.holds()) return undefined
  const { operation } = request.routeOptions.config
  if (operation === undefined || reply.statusCode >= 400 || !OF_LIVE_JOBS.has(operation.operationId)) return undefined
  if (payload instanceof Readable) payload.destroy()
  const problem = leaseLost()
  const { status, headers, body } = problemAnswer(problem, { requestId: request.id, path: null, paths })
  request.problemCode = problem.code
  for (const name of OF_ANSWER) reply.removeHeader(name)
  void reply.code(status).headers(headers)
  return JSON.stringify(body)
}

/** Operations whose answers depend on the jobs that this server runs. */
const OF_LIVE_JOBS: ReadonlySet<OperationId> = new Set([
  ...(['listJobs', 'getJob', 'listItems', 'getItem', 'getResults', 'getResultsCsv', 'getJobMap', 'search'] as const),
  ...(['listExecutions', 'getExecution', 'listParked', 'listChannels', 'getChannel', 'getStats'] as const),
  ...(['listWebhookDeliveries', 'listJobWebhookDeliveries'] as const),
])

/**
 * Changes that write nothing where this server finds nothing to change: only the lease says that what it finds is so. Refused before anything is done.
 */
const OF_LIVE_STATE: ReadonlySet<OperationId> = new Set([
  ...(['pauseJob', 'resumeJob', 'cancelJob', 'releaseJob', 'actOnJobs', 'pauseExecution', 'resumeExecution'] as const),
  ...(['cancelExecution', 'resolveParked', 'pauseChannel', 'resumeChannel', 'unblockChannel'] as const),
  ...(['enableWebhookEndpoint', 'disableWebhookEndpoint'] as const),
])

/** @throws ProblemError `owner_unavailable`: the operation goes by what is in memory, and this server has lost its lease */
export function requireLease(request: FastifyRequest, { lease }: Pick<HttpPorts, 'lease'>): void {
  const { operation } = request.routeOptions.config
  if (operation !== undefined && OF_LIVE_STATE.has(operation.operationId) && !lease.holds()) throw leaseLost()
}

/** This server cannot say how jobs are that have not ended. */
export function leaseLost(): ProblemError {
  return new ProblemError({
    code: 'owner_unavailable',
    detail:
      'Cannot answer about jobs that have not ended as this server must hold its lease: it has not reached the database for a while',
    retryAfterSeconds: RETRY_SECONDS,
  })
}
