import { isApiError } from '../api-errors.ts'
import { isConnectionError, isRequestTimeoutError } from '../errors.ts'

/** Whether the same request may be answered otherwise later: 408, 425, 429 and 5xx. */
export function isPassingStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429
}

/** Whether the same request may succeed later. */
export function isPassingError(error: unknown): boolean {
  if (isConnectionError(error) || isRequestTimeoutError(error)) return true
  return isApiError(error) && isPassingStatus(error.status)
}

/** The `Retry-After` that an error carries, as the header it was. */
export function retryAfterOf(error: unknown): Headers | null {
  if (!isApiError(error) || error.retryAfterMs === null) return null
  return new Headers({ 'Retry-After': String(error.retryAfterMs / 1000) })
}
