import type { ChannelTest, TestedResult } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { describeTest } from './describe-test.ts'

const request = {
  ...{ method: 'PUT', url: 'https://shop.example/p/1', headers: [{ name: 'authorization', value: '***' }] },
  ...{ body: '{"price":1}', bodyBytes: 11, bodyTruncated: false },
}
const answer = {
  ...{ status: 422, headers: [{ name: 'content-type', value: 'text/plain' }], durationMs: 41.5 },
  ...{ body: 'no', bodyBytes: 2, bodyTruncated: false },
}
const succeeded: TestedResult = {
  ...{ outcome: 'succeeded', verdict: 'succeeded', retryAt: null, warnings: [], error: null, result: null },
}
const error: TestedResult['error'] & object = {
  code: 'http_422',
  origin: 'connector',
  title: 'The connector answered with status 422',
  status: 422,
  detail: 'no',
  retryable: false,
  pointer: null,
}
const failed: TestedResult = { ...succeeded, outcome: 'failed', verdict: 'failed', error }

describe('describeTest', () => {
  it('shows a request that was not sent', () => {
    expect(describeTest({ sent: false, request, answer: null, result: null })).toEqual([
      ...['PUT https://shop.example/p/1', 'authorization: ***', '', '{', '  "price": 1', '}', '', 'not sent'],
    ])
  })

  it('shows what came back, and how it was judged', () => {
    expect(describeTest({ sent: true, request: { ...request, body: null }, answer, result: failed })).toEqual([
      ...['PUT https://shop.example/p/1', 'authorization: ***', ''],
      ...['HTTP 422 in 41.5 ms', 'content-type: text/plain', '', 'no', ''],
      'failed: http_422: no (an item of a job would not be tried again)',
    ])
  })

  it('shows the result of a module, and what it remarked', () => {
    const warnings = [{ code: 'small', detail: 'blurred', pointer: '/data/image' }]
    const result = { ...succeeded, warnings, result: { revision: 7 } }
    expect(describeTest({ sent: true, request: null, answer: null, result })).toEqual([
      ...['{', '  "revision": 7', '}', '', 'warning: small at /data/image: blurred', 'succeeded'],
    ])
  })

  it.each<[Partial<TestedResult>, string]>([
    [{ verdict: 'retry', retryAt: '2026-01-15T08:00:01.000Z' }, 'tried again by 2026-01-15T08:00:01.000Z)'],
    [{ verdict: 'throttled', retryAt: '2026-01-15T08:00:01.000Z' }, '01.000Z, which does not count as an attempt)'],
    [{ verdict: 'parked' }, 'would wait for a decision)'],
    [
      { error: { ...error, code: 'price_odd', pointer: '/data/price' } },
      'failed: price_odd (422) at /data/price: no (',
    ],
    [{ error: { ...error, detail: null } }, 'The connector answered with status 422 ('],
  ])('names what follows: %j', (more, text) => {
    expect(describeTest({ sent: true, request, answer, result: { ...failed, ...more } }).at(-1)).toContain(text)
  })

  it('says that a body is only the beginning, and keeps control characters out of the terminal', () => {
    const hostile: ChannelTest['answer'] = {
      ...answer,
      body: 'a\u001b[2Jb\r\nc',
      bodyBytes: 300_000,
      bodyTruncated: true,
    }
    const lines = describeTest({ sent: true, request: null, answer: hostile, result: succeeded })
    expect(lines.slice(3)).toEqual(['a\\u001b[2Jb', 'c', '... (the beginning of 300,000 bytes)', '', 'succeeded'])
  })
})
