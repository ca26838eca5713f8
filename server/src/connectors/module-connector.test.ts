import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type ChannelConfig, defaultRetry, type ModuleConnectorConfig } from '../model/channel.ts'
import type { OutcomeDetail } from '../model/item.ts'
import { FLAG_PERMANENT, FLAG_RETRY_AFTER, FLAG_RETRY_LATER, FLAG_RETRYABLE } from '../model/outcome-batch.ts'
import { silentLogger } from '../runtime/logger.ts'
import type { Call, Connector, ConnectorSetup, ItemAnswer } from './connector.ts'
import { createConnector } from './create-connector.ts'
import { PermanentError, RetryLater } from './connector-errors.ts'
import { defineConnector } from './define-connector.ts'
import { returnNames, throwNames } from './testing/rubbish.fixture.ts'
import { answerOfResult, answerOfThrown } from './module-answer.ts'
import { callItemOf } from './testing/fake-call-item.ts'
import { SecretMask } from './secret-mask.ts'

function setup(fixture: string): ConnectorSetup {
  const path = fileURLToPath(new URL(`./testing/${fixture}.fixture.ts`, import.meta.url))
  const connector: ModuleConnectorConfig = {
    type: 'module',
    path,
    batchSize: 10,
    timeoutMs: 1000,
    abortGraceMs: 100,
    allowPrivateAddresses: false,
  }
  const config: ChannelConfig = {
    connector,
    rateLimit: null,
    concurrency: 4,
    retry: defaultRetry,
    circuit: null,
    maxRetryAfterMs: 3_600_000,
    rateLimitHeaders: null,
    itemSchema: null,
    parkForSeconds: 1,
    trace: null,
    payload: null,
    credentials: {},
  }
  return { channel: 'shop', config, allowPrivateAddresses: false, logger: silentLogger, throttle: () => {} }
}

function call(...datas: object[]): Call {
  return {
    job: {
      jobId: 'job_1',
      subscription: 'acme',
      channel: 'shop',
      objectType: 'product',
      action: 'update',
      partitionBy: 'item',
    },
    items: datas.map((data, n) => callItemOf(JSON.stringify({ id: `i${n}`, data }), { index: n, attempt: 2 })),
    epoch: 7,
    credentials: { type: 'bearer', token: 't' },
    signal: new AbortController().signal,
    timeLeftMs: 5000,
    timedOut: false,
    onTimedOut: null,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
    tracestate: null,
  }
}

async function deliverOne(connector: Connector, data: object): Promise<ItemAnswer> {
  const answers = await connector.deliver(call(data))
  expect(answers).toHaveLength(1)
  return answers[0]!
}

function detailOf(answer: ItemAnswer): OutcomeDetail {
  return answer.detail === null ? {} : (JSON.parse(answer.detail) as OutcomeDetail)
}

const DROPPED = ['function', 'symbol', 'bigint', 'cycle', 'toJSON that throws', 'large', 'large in UTF-8']

describe('module connector', () => {
  it('gives an item as a frozen object and a context', async () => {
    const connector = await createConnector(setup('rubbish'))
    const { result } = detailOf(await deliverOne(connector, { name: 'x' }))
    expect(result).toEqual({
      item: {
        index: 0,
        id: 'i0',
        partitionKey: 'i0',
        action: 'update',
        data: { name: 'x' },
        attempt: 2,
        idempotencyKey: 'job_1/0',
      },
      frozen: true,
      job: { id: 'job_1', subscription: 'acme', channel: 'shop', objectType: 'product', action: 'update' },
      attempt: 2,
      epoch: 7,
      idempotencyKey: 'job_1/0',
      credentials: { type: 'bearer', token: 't' },
    })
  })

  it.each(returnNames)('takes an item as delivered whatever is returned: %s', async (returns) => {
    const answer = await deliverOne(await createConnector(setup('rubbish')), { returns })
    if (returns === 'then that throws') {
      expect(detailOf(answer).error).toMatchObject({ code: 'thrown', detail: 'then' })
      return
    }
    expect(answer.succeeded).toBe(true)
    if (DROPPED.includes(returns))
      expect(detailOf(answer)).toMatchObject({ result: null, warnings: [{ code: 'result_dropped' }] })
    else expect(detailOf(answer).warnings).toBeUndefined()
  })

  it.each<[string, string]>([
    ...throwNames.map((name): [string, string] => ['throws', name]),
    ...throwNames.map((name): [string, string] => ['rejects', name]),
  ])('fails an item whose delivery %s %s', async (how, what) => {
    const nowMs = Date.now()
    const answer = await deliverOne(await createConnector(setup('rubbish')), { [how]: what })
    expect(answer.succeeded).toBe(false)
    const { error } = detailOf(answer)
    const codes: Record<string, string> = {
      permanent: 'permanent',
      ...Object.fromEntries(throwNames.filter((name) => name.startsWith('later')).map((name) => [name, 'retry_later'])),
    }
    expect(error).toMatchObject({ code: codes[what] ?? 'thrown', origin: 'connector', status: null })
    expect(Buffer.byteLength(error!.detail!)).toBeLessThanOrEqual(1024)
    if (what === 'error') expect(error!.detail).toBe('plain')
    if (what === 'text') expect(error!.detail).toBe('just text')
    if (what === 'permanent') expect(answer.flags).toBe(FLAG_PERMANENT)
    if (what === 'later') {
      expect(answer.flags).toBe(FLAG_RETRYABLE | FLAG_RETRY_AFTER | FLAG_RETRY_LATER)
      expect(answer.retryAtMs).toBeGreaterThanOrEqual(nowMs + 5000)
    }
    if (what === 'later for ever') expect(answer.retryAtMs - nowMs).toBeLessThan(86_500_000)
  })

  it('takes one result for each item of a batch', async () => {
    const connector = await createConnector(setup('batches'))
    const answers = await connector.deliver(call({}, {}, {}))
    expect(answers.map((answer) => detailOf(answer).result)).toEqual([{ id: 'i0' }, { id: 'i1' }, { id: 'i2' }])
    expect((await connector.deliver(call({ returns: 'later' }, {}))).every(({ succeeded }) => succeeded)).toBe(true)
    expect((await connector.deliver(call({ returns: 'holes' }, {}))).every(({ succeeded }) => succeeded)).toBe(true)
  })

  it('fails the items of a batch in whose place an error stands', async () => {
    const connector = await createConnector(setup('batches'))
    const answers = await connector.deliver(call({ returns: 'errors' }, {}, {}))
    expect(answers.map(({ succeeded }) => succeeded)).toEqual([true, false, true])
    expect(detailOf(answers[1]!).error?.detail).toBe('no i1')
    expect(answers[1]!.flags).toBe(FLAG_PERMANENT)
  })

  it.each(['nothing', 'too few', 'too many', 'no list', 'trap'])(
    'fails every item of a batch that returns %s (RTY-4)',
    async (returns) => {
      const answers = await (await createConnector(setup('batches'))).deliver(call({ returns }, {}))
      expect(answers.map((answer) => detailOf(answer).error?.code)).toEqual(['invalid_answer', 'invalid_answer'])
    },
  )

  it('fails every item of a batch that throws', async () => {
    const answers = await (await createConnector(setup('batches'))).deliver(call({ returns: 'throws' }, {}))
    expect(answers.map((answer) => detailOf(answer).error?.detail)).toEqual(['all of them', 'all of them'])
  })

  it.each([
    ['neither', 'has neither'],
    ['both', 'has both'],
    ['nothing', 'exports no default'],
    ['broken', 'missing is not defined'],
    ['absent', 'absent.fixture.ts'],
  ])('cannot be made, with the reason, when the module is %s', async (fixture, reason) => {
    await expect(createConnector(setup(fixture))).rejects.toThrow(reason)
  })
})

describe('defineConnector', () => {
  it('returns its arguments', () => {
    const connector = { deliverItem: () => {} }
    expect(defineConnector(connector)).toBe(connector)
  })

  it.each<[unknown, string, number]>([
    [Object.assign(new Error('no'), { code: 'sold_out' }), 'sold_out', FLAG_RETRYABLE],
    [Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED', FLAG_RETRYABLE],
    [Object.assign(new PermanentError('no'), { code: 'price_missing' }), 'price_missing', FLAG_PERMANENT],
    [Object.assign(new RetryLater(5), { code: 'busy' }), 'busy', FLAG_RETRYABLE | FLAG_RETRY_AFTER | FLAG_RETRY_LATER],
    [new PermanentError('no'), 'permanent', FLAG_PERMANENT],
    [new RetryLater(5), 'retry_later', FLAG_RETRYABLE | FLAG_RETRY_AFTER | FLAG_RETRY_LATER],
    [new DOMException('too late', 'TimeoutError'), 'thrown', 0],
    [Object.assign(new Error('no'), { code: '' }), 'thrown', 0],
    [Object.assign(new Error('no'), { code: 'a\nb' }), 'thrown', 0],
    [Object.assign(new Error('no'), { code: 'x'.repeat(129) }), 'thrown', 0],
    [Object.assign(new Error('no'), { code: 'worker_crashed' }), 'thrown', 0],
  ])('gives an error its code: %s %s', (thrown, code, flags) => {
    const answer = answerOfThrown(thrown, { nowMs: 1000 })
    expect([detailOf(answer).error?.code, answer.flags]).toEqual([code, flags])
  })

  it('keeps no secret of what is thrown or returned', () => {
    const mask = new SecretMask(['s3cret-token'])
    const error = Object.assign(new Error(`${'x'.repeat(1020)}s3cret-token`), {
      code: 's3cret-token',
      name: 's3cret-token',
    })
    for (const answer of [
      answerOfThrown(error, { nowMs: 0, mask }),
      answerOfThrown({ message: 'headers: {"authorization":"Bearer s3cret-token"}' }, { nowMs: 0, mask }),
      answerOfResult({ sent: { authorization: 'Bearer s3cret-token' } }, mask),
    ]) {
      expect(answer.detail).toContain('***')
      expect(answer.detail).not.toContain('s3c')
    }
  })

  it('exports errors that control the verdict', () => {
    expect(answerOfThrown(new PermanentError('no'), { nowMs: 0 }).flags).toBe(FLAG_PERMANENT)
    expect(answerOfThrown(new RetryLater(2000), { nowMs: 1000 })).toMatchObject({
      flags: FLAG_RETRYABLE | FLAG_RETRY_AFTER | FLAG_RETRY_LATER,
      retryAtMs: 3000,
    })
    expect(answerOfThrown(new RetryLater(0), { nowMs: 1000 })).toMatchObject({
      flags: FLAG_RETRYABLE | FLAG_RETRY_AFTER | FLAG_RETRY_LATER,
      retryAtMs: 1000,
    })
  })
})
