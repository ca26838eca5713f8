import { describe, expect, it, vi } from 'vitest'
import * as apiErrors from './api-errors.ts'
import * as errors from './errors.ts'

const details = { code: 'job_not_found', problem: null, requestId: 'req_1', retryAfterMs: null }

describe('createApiError', () => {
  it.each([
    [400, 'BadRequestError', apiErrors.isBadRequestError],
    [401, 'AuthenticationError', apiErrors.isAuthenticationError],
    [403, 'PermissionError', apiErrors.isPermissionError],
    [404, 'NotFoundError', apiErrors.isNotFoundError],
    [409, 'ConflictError', apiErrors.isConflictError],
    [410, 'GoneError', apiErrors.isGoneError],
    [413, 'PayloadTooLargeError', apiErrors.isPayloadTooLargeError],
    [422, 'UnprocessableError', apiErrors.isUnprocessableError],
    [429, 'RateLimitError', apiErrors.isRateLimitError],
    [500, 'ServerError', apiErrors.isServerError],
    [503, 'ServerError', apiErrors.isServerError],
    [599, 'ServerError', apiErrors.isServerError],
  ] as const)('makes %i a %s that its guard knows', (status, name, guard) => {
    const error = apiErrors.createApiError('Cannot get job', { ...details, status })
    expect(error).toBeInstanceOf(apiErrors[name])
    expect(error).toMatchObject({ name, status, code: 'job_not_found', requestId: 'req_1', retryAfterMs: null })
    expect(guard(error)).toBe(true)
    expect(apiErrors.isApiError(error)).toBe(true)
    expect(errors.isWaybillError(error)).toBe(true)
    expect(errors.isConnectionError(error)).toBe(false)
  })

  it('makes any other status a plain ApiError that no guard of a status knows', () => {
    const error = apiErrors.createApiError('Cannot get job', { ...details, status: 418 })
    expect(error.name).toBe('ApiError')
    const guards = Object.entries(apiErrors).filter(([name]) => name.startsWith('is') && name !== 'isApiError')
    expect(guards).toHaveLength(10)
    for (const [, guard] of guards) expect((guard as (error: unknown) => boolean)(error)).toBe(false)
  })
})

describe('the type guards', () => {
  it('know errors of another copy of the package', async () => {
    vi.resetModules()
    const other = await import('./errors.ts')
    const otherApi = await import('./api-errors.ts')
    expect(other.WaybillError).not.toBe(errors.WaybillError)
    const connection = new other.ConnectionError('Cannot get job')
    expect(connection).not.toBeInstanceOf(errors.ConnectionError)
    expect(errors.isConnectionError(connection)).toBe(true)
    expect(errors.isRequestTimeoutError(connection)).toBe(false)
    const missing = otherApi.createApiError('Cannot get job', { ...details, status: 404 })
    expect(missing).not.toBeInstanceOf(apiErrors.ApiError)
    expect(apiErrors.isNotFoundError(missing)).toBe(true)
    expect(errors.isRequestTimeoutError(new other.RequestTimeoutError('Cannot get job', 5))).toBe(true)
    expect(errors.isStreamTruncatedError(new other.StreamTruncatedError('Cannot read', 5))).toBe(true)
  })

  it('know nothing else', () => {
    for (const value of [undefined, null, 'text', 7, {}, new Error('x'), new TypeError('x')]) {
      expect(errors.isWaybillError(value)).toBe(false)
      expect(apiErrors.isApiError(value)).toBe(false)
      expect(apiErrors.isServerError(value)).toBe(false)
    }
  })
})
