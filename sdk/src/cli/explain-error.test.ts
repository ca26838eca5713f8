import type { Problem } from '@waybill/spec'
import { describe, expect, test } from 'vitest'
import { createApiError } from '../api-errors.ts'
import { ConnectionError, RequestTimeoutError, UploadError, WaitTimeoutError } from '../errors.ts'
import type { JobHandle } from '../job-handle.ts'
import { RefusedFileError, StoppedError, UsageError } from './cli-errors.ts'
import { chooseConnection } from './connection.ts'
import { type ErrorContext, explainError, formatExplanation } from './explain-error.ts'

const url = 'http://localhost:8080'
const context: ErrorContext = { connection: chooseConnection(undefined, {}, null), jobId: null, mayHaveSent: false }
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
    expect(explainError(error, context).exitCode).toBe(exitCode)
  })

  test('says what to do', () => {
    expect(explainError(refusal(400, { channels: ['a', 'b'] }), context).advice).toContain('a, b')
    expect(explainError(refusal(409), context)).toMatchObject({ advice: null, code: 'some_code', requestId: 'req_1' })
  })

  test.each([
    [undefined, {}, null, `No server answers at ${url} (the default): start it there, or set --url or WAYBILL_URL`],
    ['http://a:1', {}, null, 'No server answers at http://a:1 (from --url): start it there, or set another --url'],
    [undefined, { WAYBILL_URL: 'http://b:1' }, null, 'http://b:1 (from WAYBILL_URL)'],
    [undefined, {}, { url: 'http://c:1', token: 't' }, 'http://c:1 (from waybill login)'],
  ])('names the server that does not answer, and who named it: %s %o %o', (option, env, login, advice) => {
    const connection = chooseConnection(option, env, login)
    expect(explainError(new ConnectionError('x'), { ...context, connection }).advice).toContain(advice)
  })

  test.each([
    [
      {},
      null,
      `${url} (the default) requires an access token, and none was sent: set WAYBILL_TOKEN, or run: waybill login --url ${url}`,
    ],
    [
      {},
      { url: 'https://other.example', token: 't' },
      'the saved token is for https://other.example and is not sent elsewhere',
    ],
    [{ WAYBILL_TOKEN: 't' }, null, 'does not accept the token in WAYBILL_TOKEN: correct or unset it'],
    [
      {},
      { url, token: 't' },
      `does not accept the token that waybill login saved: replace it with: waybill login --url ${url}`,
    ],
  ])('says what is missing of a token: %o %o', (env, login, advice) => {
    // Named by an option where the login is for another server.
    const connection = { ...chooseConnection(url, env, login), urlFrom: 'default' as const }
    expect(explainError(refusal(401), { ...context, connection }).advice).toContain(advice)
  })

  test('says of work that is being taken over that it is safe, and may be asked for again', () => {
    const refused = createApiError('Cannot do it', {
      ...{ status: 503, code: 'owner_unavailable', problem: null, requestId: null, retryAfterMs: 1000 },
    })
    expect(explainError(refused, context)).toMatchObject({
      ...{ exitCode: 3, code: 'owner_unavailable' },
      advice: expect.stringContaining('repeat the command in some seconds') as string,
    })
    expect(explainError(refusal(503), context).advice).toBeNull()
  })

  test('names the job that the command was about, or that the error knows', () => {
    expect(explainError(refusal(404), { ...context, jobId: 'job_2' }).job).toBe('job_2')
    expect(explainError(uploadError(refusal(400)), context).job).toBe('job_1')
    expect(explainError(new WaitTimeoutError('x', job, null), context).job).toBe('job_1')
    expect(explainError(new StoppedError('x', 'job_3'), context).job).toBe('job_3')
    expect(explainError(new ConnectionError('x'), context).job).toBeNull()
  })

  test('gives the key that repeats a submission whose answer was lost, if it may have been sent', () => {
    const lost = Object.assign(new ConnectionError('x'), { idempotencyKey: 'key-1' })
    expect(explainError(lost, context)).toMatchObject({ idempotencyKey: null })
    const explained = explainError(lost, { ...context, mayHaveSent: true })
    expect(explained).toMatchObject({ idempotencyKey: 'key-1' })
    expect(explained.advice).toContain('--idempotency-key key-1 never creates a duplicate')
  })

  test('says in a line that a server speaks no https', () => {
    const cause = Object.assign(new Error('406D4C:error:0A00010B:SSL routines\n'), {
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
    })
    const error = new ConnectionError(`Cannot GET it: ${cause.message}`, {
      cause: new TypeError('fetch failed', { cause }),
    })
    expect(
      explainError(error, { ...context, connection: chooseConnection('https://localhost:8080', {}, null) }),
    ).toMatchObject({
      exitCode: 3,
      message: 'Cannot reach https://localhost:8080 as its server must speak https: it does not',
      advice: 'Without encryption it may be there: --url http://localhost:8080',
    })
  })

  test('gives programs every place that is wrong', () => {
    const errors = [{ line: 2, detail: 'must have an id' }]
    expect(explainError(uploadError(refusal(400, { errors })), context)).toMatchObject({
      message: 'Cannot go on',
      code: 'some_code',
      places: errors,
    })
  })

  // The first place was said twice, the fourth not at all.
  test('shows people every place once, by the lines of their file', () => {
    const errors = [2, 3, 5, 6, 9].map((line) => ({ line, pointer: '/data/shop', detail: 'must have 1 to 256 bytes' }))
    const refused = refusal(400, { errors })
    const file = { fileName: 'p.csv', indexOf: (line: number) => line - 2, lineOf: (index: number) => 10 * index }
    const explanation = explainError(new RefusedFileError(refused, file), context)
    expect(explanation.places[2]).toEqual({ ...errors[2], index: 3, fileLine: 30 })
    expect(formatExplanation(explanation, 'p.csv')).toEqual([
      'Cannot do it (some_code, req_1):',
      ...[0, 10, 30, 40, 70].map((line) => `  line ${line} of p.csv /data/shop: must have 1 to 256 bytes`),
    ])
  })
})
