import { problemCodes, type Problem } from '@waybill/spec'
import type { ApiPaths } from '@waybill/spec/rules'
import { maskTokens } from '../../access/token-mask.ts'
import { ProblemError, type ProblemPlace, stoppingProblem } from '../../model/errors.ts'
import { ownerUnavailable } from '../../store/find-job.ts'
import { StoreError } from '../../store/store-error.ts'
import { AbortedError } from '../request/body-stream.ts'

/** Media type of RFC 9457. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8'

/** Delay before a retry when the disk is full: about the time an operator needs to free space. */
const DISK_FULL_RETRY_SECONDS = 10
/** The shortest time in which a backup can be restored. */
const STORE_DAMAGED_RETRY_SECONDS = 60
/** A restart of a database takes seconds. */
const STORE_UNAVAILABLE_RETRY_SECONDS = 5

/** Members of a problem that come from its request. */
export interface ProblemContext {
  readonly requestId: string
  /** The request's path, without its query. */
  readonly path: string | null
  readonly paths: ApiPaths
}

export interface ProblemAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Problem
}

/** The problem as a response. */
export function problemAnswer(problem: ProblemError, context: ProblemContext): ProblemAnswer {
  const { status, title } = problemCodes[problem.code]
  const headers: Record<string, string> = { 'content-type': PROBLEM_MEDIA_TYPE, 'cache-control': 'no-store' }
  if (problem.retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.ceil(problem.retryAfterSeconds))
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="waybill"'
  return {
    status,
    headers,
    body: {
      type: context.paths.problem(problem.code),
      title,
      status,
      detail: maskTokens(problem.message),
      code: problem.code,
      requestId: context.requestId,
      ...(context.path === null ? {} : { instance: maskTokens(context.path) }),
      ...(problem.errors === undefined ? {} : { errors: problem.errors.map(withoutTokens) }),
      ...(problem.errorCount === undefined ? {} : { errorCount: problem.errorCount }),
      ...problem.members,
    },
  }
}

function withoutTokens({ detail, ...place }: ProblemPlace): ProblemPlace {
  const { pointer } = place
  return { ...place, ...(pointer !== undefined && { pointer: maskTokens(pointer) }), detail: maskTokens(detail) }
}

/** Converts any thrown value to the problem that is reported to the caller; an unexpected error reveals nothing of the server's internals. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof StoreError) return storeProblem(error)
  if (error instanceof AbortedError) return badRequest(error.message) // no client reads it
  return fastifyProblem(error) ?? internalError()
}

export function diskFullProblem(): ProblemError {
  return new ProblemError({
    code: 'disk_full',
    detail: 'Cannot make anything durable as the disk is full',
    retryAfterSeconds: DISK_FULL_RETRY_SECONDS,
  })
}

export function storeDamagedProblem(): ProblemError {
  return new ProblemError({
    code: 'store_damaged',
    detail: 'Cannot answer as the data folder of the server must be sound: it is damaged',
    retryAfterSeconds: STORE_DAMAGED_RETRY_SECONDS,
  })
}

export function storeUnavailableProblem(): ProblemError {
  return new ProblemError({
    code: 'store_unavailable',
    detail: 'Cannot answer as the store of the server must be reachable: it is not',
    retryAfterSeconds: STORE_UNAVAILABLE_RETRY_SECONDS,
  })
}

function internalError(): ProblemError {
  return new ProblemError({
    code: 'internal_error',
    detail: 'The server failed to answer this request; the server log has the cause under this requestId',
  })
}

function storeProblem(error: StoreError): ProblemError {
  if (error.code === 'disk_full') return diskFullProblem()
  if (error.code === 'unavailable') return storeUnavailableProblem()
  if (error.code === 'damaged') return storeDamagedProblem()
  // Another server has taken over: this process ends.
  if (error.code === 'closed' || error.code === 'stale_epoch') return stoppingProblem()
  // Its channel was released while the request was carried out.
  if (error.code === 'stale_term') return ownerUnavailable(error.channels[0] ?? '')
  return internalError()
}

/** Fastify's own refusals, by their codes; null for every other error. */
function fastifyProblem(error: unknown): ProblemError | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  switch (error.code) {
    case 'FST_ERR_BAD_URL':
      return badRequest('Cannot read the path as it must be valid percent-encoded UTF-8')
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ProblemError({ code: 'not_found', detail: 'Cannot find anything under a name this long' })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ProblemError({
        code: 'unsupported_media_type',
        detail: 'Cannot read the body as its Content-Type must be a media type',
      })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return badRequest('Cannot read the body as its length must equal Content-Length')
    default:
      return null
  }
}

function badRequest(detail: string): ProblemError {
  return new ProblemError({ code: 'bad_request', detail })
}
