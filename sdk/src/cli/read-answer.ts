import type { Problem } from '@waybill/spec'
import { createApiError } from '../api-errors.ts'

/**
 * Returns the data of an operation that the client has no method for.
 * @throws {ApiError} the server refused
 */
export function dataOf<Data>({ data, error, response }: RawAnswer<Data>): Data {
  if (data !== undefined) return data
  const { code, detail, requestId } = error as Problem
  const message = `${detail} (${[code, requestId].filter(Boolean).join(', ')})`
  throw createApiError(message, {
    status: response.status,
    code,
    problem: error as Problem,
    requestId: requestId ?? null,
    retryAfterMs: null,
  })
}

interface RawAnswer<Data> {
  readonly data?: Data
  readonly error?: unknown
  readonly response: Response
}
