import type { Problem, ProblemCode } from '@waybill/spec'
import { errorKind, WaybillError } from './errors.ts'

/** The contents of a response with status 400 or higher. */
export interface ApiErrorDetails {
  status: number
  code: string
  problem: Problem | null
  requestId: string | null
  retryAfterMs: number | null
}

/** The server refused the request, or could not serve it. Thrown as the subclass of its status. */
export class ApiError extends WaybillError {
  override name = 'ApiError'
  /** The HTTP status. */
  readonly status: number
  /** The error code, from the closed list in the API description; `http_<status>` when the response was not Waybill's. */
  readonly code: ProblemCode | (string & {})
  /** The whole problem with the places that are wrong; null when the answer was not Waybill's (a proxy's page, say). */
  readonly problem: Problem | null
  /** Names the request in the server's log; null when the answer did not say. */
  readonly requestId: string | null
  /** How long the server asked to wait, in milliseconds; null when it did not. */
  readonly retryAfterMs: number | null

  constructor(message: string, details: ApiErrorDetails) {
    super(message)
    this.status = details.status
    this.code = details.code
    this.problem = details.problem
    this.requestId = details.requestId
    this.retryAfterMs = details.retryAfterMs
  }

  /** @internal */
  override get waybillErrorKind(): string {
    return 'ApiError'
  }
}

/** 400: the request cannot be understood or is not valid; `problem.errors` names the places. */
export class BadRequestError extends ApiError {
  override name = 'BadRequestError'
}

/** 401: the token is missing or not valid. */
export class AuthenticationError extends ApiError {
  override name = 'AuthenticationError'
}

/** 403: the caller may not do this. */
export class PermissionError extends ApiError {
  override name = 'PermissionError'
}

/** 404: there is no such thing, or it is another subscription's. */
export class NotFoundError extends ApiError {
  override name = 'NotFoundError'
}

/** 409: the request does not fit the state that the job or channel is in. */
export class ConflictError extends ApiError {
  override name = 'ConflictError'
}

/** 410: it existed and was removed. */
export class GoneError extends ApiError {
  override name = 'GoneError'
}

/** 413: the body, a line or the number of items is over a limit; `problem.limit` names it. */
export class PayloadTooLargeError extends ApiError {
  override name = 'PayloadTooLargeError'
}

/** 422: the request contradicts an earlier one. */
export class UnprocessableError extends ApiError {
  override name = 'UnprocessableError'
}

/** 429: too many requests; `retryAfterMs` says how long to wait. */
export class RateLimitError extends ApiError {
  override name = 'RateLimitError'
}

/** 500 and above: the server, or something before it, could not serve the request. */
export class ServerError extends ApiError {
  override name = 'ServerError'
}

const classByStatus: Record<number, typeof ApiError> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionError,
  404: NotFoundError,
  409: ConflictError,
  410: GoneError,
  413: PayloadTooLargeError,
  422: UnprocessableError,
  429: RateLimitError,
}

/** Makes the error of a status. */
export function createApiError(message: string, details: ApiErrorDetails): ApiError {
  const ErrorClass = details.status >= 500 ? ServerError : (classByStatus[details.status] ?? ApiError)
  return new ErrorClass(message, details)
}

/** Whether the server answered with a status from 400 on. */
export function isApiError(error: unknown): error is ApiError {
  return errorKind(error) === 'ApiError'
}

function hasStatus(error: unknown, status: number): boolean {
  return isApiError(error) && error.status === status
}

export function isBadRequestError(error: unknown): error is BadRequestError {
  return hasStatus(error, 400)
}

export function isAuthenticationError(error: unknown): error is AuthenticationError {
  return hasStatus(error, 401)
}

export function isPermissionError(error: unknown): error is PermissionError {
  return hasStatus(error, 403)
}

export function isNotFoundError(error: unknown): error is NotFoundError {
  return hasStatus(error, 404)
}

export function isConflictError(error: unknown): error is ConflictError {
  return hasStatus(error, 409)
}

export function isGoneError(error: unknown): error is GoneError {
  return hasStatus(error, 410)
}

export function isPayloadTooLargeError(error: unknown): error is PayloadTooLargeError {
  return hasStatus(error, 413)
}

export function isUnprocessableError(error: unknown): error is UnprocessableError {
  return hasStatus(error, 422)
}

export function isRateLimitError(error: unknown): error is RateLimitError {
  return hasStatus(error, 429)
}

export function isServerError(error: unknown): error is ServerError {
  return isApiError(error) && error.status >= 500
}
