import { describe, expect, it } from 'vitest'
import type { OutcomeDetail } from '../model/item.ts'
import { FLAG_PERMANENT, FLAG_RETRY_AFTER, FLAG_RETRYABLE } from '../model/outcome-batch.ts'
import type { ItemAnswer } from './connector.ts'
import { judgeHttpAnswer } from './http-answer.ts'
import { SecretMask } from './secret-mask.ts'

const mask = new SecretMask(['s3cret/token+1'])
const nothing = { retryAtMs: 0, tokenRenewed: false, mask }

function judge(
  indexes: number[],
  body: string,
  options: { status?: number; unread?: string } = {},
): readonly ItemAnswer[] {
  const items = indexes.map((index) => ({ index, attempt: 1, line: '{}' }))
  return judgeHttpAnswer({ items }, { status: 200, unread: null, ...options, body: Buffer.from(body) }, nothing)
}

function detailOf(answer: ItemAnswer | undefined): OutcomeDetail {
  return answer?.detail == null ? {} : (JSON.parse(answer.detail) as OutcomeDetail)
}

const summary = (answers: readonly ItemAnswer[]): string[] =>
  answers.map((answer) => (answer.succeeded ? 'ok' : detailOf(answer).error!.code))

describe('judgeHttpAnswer', () => {
  it.each([
    ['empty', '', undefined],
    ['no JSON', '<html>', undefined],
    ['JSON', ' {"remoteId": 5}\n', { remoteId: 5 }],
    ['null', 'null', null],
    ['another kind of results', '{"results": 5}', { results: 5 }],
    ['results of its own', '{"results": [{"name": "x"}]}', { results: [{ name: 'x' }] }],
  ])('takes 2xx with a body that is %s as success of a call of one', (_name, body, result) => {
    const [answer] = judge([3], body)
    expect(answer).toMatchObject({ succeeded: true, httpStatus: 200 })
    expect(detailOf(answer).result).toEqual(result)
  })

  it.each([
    ['an empty list', '{"results": []}', ['invalid_answer']],
    ['another item', '{"results": [{"index": 4, "status": "succeeded"}]}', ['invalid_answer']],
    [
      'the item twice',
      '{"results": [{"index": 3, "status": "succeeded"}, {"index": 3, "status": "failed"}]}',
      ['invalid_answer'],
    ],
    ['an unknown status', '{"results": [{"index": 3, "status": "ok"}]}', ['invalid_answer']],
    ['success', '{"results": [{"index": 3, "status": "succeeded"}]}', ['ok']],
    ['failure', '{"results": [{"index": 3, "status": "failed"}]}', ['rejected']],
    [
      'failure with a code',
      '{"results": [{"index": 3, "status": "failed", "error": {"code": "sold_out"}}]}',
      ['sold_out'],
    ],
  ])('judges a call of one by results with %s', (_name, body, expected) => {
    expect(summary(judge([3], body))).toEqual(expected)
  })

  it('fails the items that the answer to a call of many does not include (RTY-4)', () => {
    const body = JSON.stringify({
      results: [
        { index: 7, status: 'succeeded' },
        { index: 9, status: 'failed', error: {} },
        { index: 12, status: 'succeeded' },
      ],
    })
    expect(summary(judge([7, 8, 9, 10], body))).toEqual(['ok', 'invalid_answer', 'rejected', 'invalid_answer'])
  })

  it.each([
    ['empty', ''],
    ['no JSON', 'OK'],
    ['other JSON', '{"ok":true}'],
    ['a list', '[1,2]'],
  ])('fails all items of a call of many when the body is %s', (_name, body) => {
    expect(summary(judge([1, 2], body))).toEqual(['invalid_answer', 'invalid_answer'])
  })

  it('fails all items of a call of many when the answer was too long to read', () => {
    expect(summary(judge([1, 2], '{"results": [', { unread: 'it is longer than 1 MiB' }))).toEqual([
      'invalid_answer',
      'invalid_answer',
    ])
  })

  it.each([
    [301, false],
    [400, false],
    [404, false],
    [422, false],
    [408, true],
    [425, true],
    [429, true],
    [500, true],
    [503, true],
    [599, true],
  ])('fails each item on status %d', (status, retryable) => {
    const answers = judge([1, 2], 'because', { status })
    expect(summary(answers)).toEqual([`http_${status}`, `http_${status}`])
    expect(answers[0]!.httpStatus).toBe(status)
    expect(detailOf(answers[0]).error).toMatchObject({ status, retryable, detail: 'because', origin: 'connector' })
  })

  it('keeps the hints of the answer', () => {
    const results = [true, false, undefined].map((retryable, index) => ({
      index,
      status: 'failed',
      error: { code: 'x', retryable },
    }))
    expect(judge([0, 1, 2], JSON.stringify({ results })).map(({ flags }) => flags)).toEqual([
      FLAG_RETRYABLE,
      FLAG_PERMANENT,
      0,
    ])
  })

  it('keeps at most 1 KiB of an error page, and whole characters', () => {
    const [answer] = judge([1], 'ä'.repeat(2000), { status: 500 })
    expect(Buffer.byteLength(detailOf(answer).error!.detail!)).toBe(1024)
    const [odd] = judge([1], `x${'ä'.repeat(2000)}`, { status: 500 })
    expect(detailOf(odd).error!.detail).toBe(`x${'ä'.repeat(511)}`)
  })

  it('keeps results and warnings of each item, and drops what is too large', () => {
    const results = [
      {
        index: 0,
        status: 'succeeded',
        result: { id: 1 },
        warnings: [{ code: 'w', detail: 'd', pointer: '/data' }, 'nonsense', { detail: 5 }],
      },
      { index: 1, status: 'succeeded', result: 'x'.repeat(70_000) },
    ]
    const answers = judge([0, 1], JSON.stringify({ results }))
    expect(detailOf(answers[0])).toEqual({
      result: { id: 1 },
      warnings: [
        { code: 'w', detail: 'd', pointer: '/data' },
        { code: 'warning', detail: '', pointer: null },
      ],
    })
    expect(detailOf(answers[1])).toMatchObject({ result: null, warnings: [{ code: 'result_dropped' }] })
  })

  it('keeps no secret of an answer that echoes its request', () => {
    const secret = 's3cret/token+1'
    const kept = [
      judge([1], `<pre>Authorization: Bearer ${secret}</pre>${'x'.repeat(2000)}`, { status: 500 }),
      judge([1], `${'x'.repeat(1015)}${secret}`, { status: 500 }),
      judge([1, 2], secret),
      judge([1], JSON.stringify({ [secret]: [{ deep: secret }], id: 1 })),
      judge([1], '{"echo":"s3cret\\/token\\u002B1"}'),
      judge([0], JSON.stringify({ results: [{ index: 0, status: 'succeeded', result: { echo: secret } }] })),
      judge([0], JSON.stringify({ results: [{ index: 0, status: secret }] })),
      judge(
        [0],
        JSON.stringify({
          results: [
            {
              index: 0,
              status: 'failed',
              error: { code: secret, title: secret, detail: `${'y'.repeat(4090)}${secret}`, pointer: `/${secret}` },
              warnings: [{ code: secret, detail: `${'y'.repeat(1020)}${secret}`, pointer: secret }],
            },
          ],
        }),
      ),
    ].flatMap((answers) => answers.map(({ detail }) => detail))
    expect(kept).toHaveLength(9)
    for (const detail of kept) expect(detail).not.toMatch(/s3c/)
    expect(kept[0]).toContain('Bearer ***</pre>')
    expect(JSON.parse(kept[4]!)).toMatchObject({ result: { '***': [{ deep: '***' }], id: 1 } })
  })

  it('carries the end of a Retry-After and a renewed token to each item', () => {
    const items = [{ index: 1, attempt: 1, line: '{}' }]
    const [throttled] = judgeHttpAnswer(
      { items },
      { status: 429, body: Buffer.alloc(0), unread: null },
      { ...nothing, retryAtMs: 99 },
    )
    expect(throttled).toMatchObject({ flags: FLAG_RETRY_AFTER, retryAtMs: 99 })
    const [refused] = judgeHttpAnswer(
      { items },
      { status: 401, body: Buffer.alloc(0), unread: null },
      { ...nothing, tokenRenewed: true },
    )
    expect(refused!.flags).toBe(FLAG_RETRYABLE)
  })
})
