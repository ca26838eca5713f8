import { expect, it } from 'vitest'
import { delivered, failed } from '../connectors/answer.ts'
import { defaultRetry } from '../model/channel.ts'
import { FLAG_RETRY_LATER } from '../model/outcome-batch.ts'
import { judgeTest } from './judge-test.ts'

const failure = {
  code: 'http_503',
  origin: 'connector',
  title: 't',
  detail: null,
  httpStatus: 503,
  retryable: true,
} as const

it('a success has its result as it was kept, and its warnings', () => {
  const warnings = [{ code: 'w', detail: 'd', pointer: null }]
  const deep = '['.repeat(20_000) + ']'.repeat(20_000)
  expect(
    judgeTest(delivered({ httpStatus: 200, result: deep, warnings }), { retry: defaultRetry, payload: null }, 0),
  ).toEqual({
    ...{ verdict: 'succeeded', retryAtMs: null, error: null },
    ...{ warnings, result: deep },
  })
  expect(
    judgeTest(
      delivered({ httpStatus: 204, result: undefined, warnings: [] }),
      { retry: defaultRetry, payload: null },
      0,
    ).result,
  ).toBeNull()
})

it('a failure is tried again after the longest of the random waits', () => {
  const judged = judgeTest(failed(failure), { retry: { ...defaultRetry, maxAttempts: 2 }, payload: null }, 5000)
  expect(judged).toMatchObject({ verdict: 'retry', retryAtMs: 6000, error: { code: 'http_503' }, result: null })
})

it('a failure of a channel without a second attempt is the end', () => {
  expect(judgeTest(failed(failure), { retry: { ...defaultRetry, maxAttempts: 1 }, payload: null }, 5000)).toMatchObject(
    {
      ...{ verdict: 'failed', retryAtMs: null },
    },
  )
})

it('a Retry-After, and a module that asks for a delay, count as no attempt', () => {
  const once = { ...defaultRetry, maxAttempts: 1 }
  expect(judgeTest(failed({ ...failure, retryAtMs: 9000 }), { retry: once, payload: null }, 5000)).toMatchObject({
    ...{ verdict: 'throttled', retryAtMs: 9000 },
  })
  const later = failed({ ...failure, code: 'retry_later', httpStatus: 0, hint: true, retryAtMs: 9000 })
  expect(
    judgeTest({ ...later, flags: later.flags | FLAG_RETRY_LATER }, { retry: once, payload: null }, 5000).verdict,
  ).toBe('throttled')
})

it('a connector that says that nothing mends it is believed', () => {
  expect(judgeTest(failed({ ...failure, hint: false }), { retry: defaultRetry, payload: null }, 0).verdict).toBe(
    'failed',
  )
})
