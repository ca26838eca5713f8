import type { Problem } from '@waybill/spec'
import { describe, expect, test } from 'vitest'
import { createApiError } from '../api-errors.ts'
import { ConnectionError, RequestTimeoutError, UploadError, WaitTimeoutError } from '../errors.ts'
import type { JobHandle } from '../job-handle.ts'
import { StoppedError, UsageError } from './cli-errors.ts'
import { explainError } from './explain-error.ts'

const url = 'http://localhost:8080'
const job = { id: 'job_1', last: null } as JobHandle

function refusal(status: number, problem: Partial<Problem> = {}) {
  const details = { status, code: 'some_code', problem: problem as Problem, requestId: 'req_1', retryAfterMs: null }
  return createApiError('Cannot do it', details)
}

function uploadError(cause: unknown) {
  return new UploadError('Cannot go on', { job, nextIndex: 5, itemIndex: null, cause })
}

describe('explainError', () => {
  test.each([
    [new UsageError('x'), 2],
    [new TypeError('x'), 2],
    [refusal(400), 3],
    [refusal(503), 3],
    [new ConnectionError('x'), 3],
    [new RequestTimeoutError('x', 1), 3],
    [new Error('a mistake of ours'), 3],
    [new StoppedError('x'), 4],
    [new WaitTimeoutError('x', job, null), 4],
    [uploadError(new UsageError('x')), 2],
    [uploadError(refusal(400)), 3],
  ])('ends %s with %i', (error, exitCode) => {
    expect(explainError(error, url).exitCode).toBe(exitCode)
  })

  test('says what to do', () => {
    expect(explainError(refusal(401), url).advice).toContain('waybill login')
    expect(explainError(refusal(400, { channels: ['a', 'b'] }), url).advice).toContain('a, b')
    expect(explainError(new ConnectionError('x'), url).advice).toContain(url)
    expect(explainError(refusal(409), url)).toMatchObject({ advice: null, code: 'some_code', requestId: 'req_1' })
  })

  test('says in a line that a server speaks no https', () => {
    const cause = Object.assign(new Error('406D4C:error:0A00010B:SSL routines\n'), {
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
    })
    const error = new ConnectionError(`Cannot GET it: ${cause.message}`, {
      cause: new TypeError('fetch failed', { cause }),
    })
    expect(explainError(error, 'https://localhost:8080')).toMatchObject({
      exitCode: 3,
      message: 'Cannot reach https://localhost:8080 as its server must speak https: it does not',
      advice: 'Without encryption it may be there: --url http://localhost:8080',
    })
  })

  test('gives programs every place that is wrong', () => {
    const errors = [{ line: 2, detail: 'must have an id' }]
    expect(explainError(uploadError(refusal(400, { errors })), url)).toMatchObject({
      message: 'Cannot go on',
      code: 'some_code',
      places: errors,
    })
  })
})
