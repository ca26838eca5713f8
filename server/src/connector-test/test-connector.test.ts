import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PermanentError, RetryLater, throwForStatus } from '../connectors/connector-errors.ts'
import {
  type BatchContext,
  type DeliverableItem,
  defineConnector,
  type ItemContext,
} from '../connectors/define-connector.ts'
import { answerJson, FakeShop } from '../connectors/testing/fake-shop.ts'
import { testConnector } from './test-connector.ts'
import type { TestConnectorOptions, TestItem } from './test-options.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const close of closing.splice(0).reverse()) await close()
})

const items = (...ids: string[]): TestItem[] => ids.map((id) => ({ id }))

describe('testConnector', () => {
  it('delivers each item with the context of a call', async () => {
    const seen: [DeliverableItem, Partial<ItemContext>][] = []
    const connector = defineConnector({
      deliverItem(item, { attempt, idempotencyKey, credentials, job, epoch, signal }) {
        seen.push([item, { attempt, idempotencyKey, credentials, job, epoch }])
        return { frozen: Object.isFrozen(item), aborted: signal.aborted }
      },
    })
    const data = { price: 1990, at: new Date(0), none: undefined }
    const outcomes = await testConnector(connector, [{ id: 'sku-1', action: 'delete', data }, { id: 'sku-2' }], {
      credentials: { type: 'bearer', token: 't0ken-value' },
      job: { id: 'job_7', subscription: 'acme', channel: 'shop', objectType: 'product', action: 'create' },
      attempt: 3,
    })
    expect(outcomes).toEqual([
      { index: 0, id: 'sku-1', status: 'succeeded', result: { frozen: true, aborted: false }, warnings: [] },
      { index: 1, id: 'sku-2', status: 'succeeded', result: { frozen: true, aborted: false }, warnings: [] },
    ])
    expect(seen).toEqual([
      [
        {
          ...{ index: 0, id: 'sku-1', partitionKey: 'sku-1', action: 'delete', attempt: 3, idempotencyKey: 'job_7/0' },
          data: { price: 1990, at: '1970-01-01T00:00:00.000Z' },
        },
        {
          ...{ attempt: 3, idempotencyKey: 'job_7/0', credentials: { type: 'bearer', token: 't0ken-value' }, epoch: 1 },
          job: { id: 'job_7', subscription: 'acme', channel: 'shop', objectType: 'product', action: 'delete' },
        },
      ],
      [
        {
          index: 1,
          id: 'sku-2',
          partitionKey: 'sku-2',
          action: 'create',
          data: null,
          attempt: 3,
          idempotencyKey: 'job_7/1',
        },
        {
          ...{ attempt: 3, idempotencyKey: 'job_7/1', credentials: { type: 'bearer', token: 't0ken-value' }, epoch: 1 },
          job: { id: 'job_7', subscription: 'acme', channel: 'shop', objectType: 'product', action: 'create' },
        },
      ],
    ])
  })

  it('judges what is thrown and returned as the server does', async () => {
    const acts: Record<string, () => unknown> = {
      fine: () => undefined,
      permanent: () => Promise.reject(new PermanentError('no price')),
      later: () => Promise.reject(new RetryLater(5000, 'busy')),
      own: () => {
        throw Object.assign(new Error('sold out'), { code: 'sold_out' })
      },
      thrown: () => Promise.reject(new Error('oops')),
      large: () => 'x'.repeat(70_000),
      bigint: () => 5n,
      secret: () => 't0ken-value',
    }
    const connector = { deliverItem: ({ id }: DeliverableItem) => acts[id]!() }
    const options: TestConnectorOptions = { credentials: { type: 'bearer', token: 't0ken-value' } }
    const outcomes = await testConnector(connector, items(...Object.keys(acts)), options)
    const later = { httpStatus: null, holdsChannel: false, delayMs: 5000 }
    expect(outcomes).toMatchObject([
      { status: 'succeeded', result: null, warnings: [] },
      { status: 'failed', code: 'permanent', detail: 'no price', retryable: false, httpStatus: null },
      { status: 'retry_later', code: 'retry_later', detail: 'busy', ...later },
      { status: 'failed', code: 'sold_out', retryable: true },
      { status: 'failed', code: 'thrown', title: 'The connector threw Error', detail: 'oops', retryable: true },
      { status: 'succeeded', result: null, warnings: [{ code: 'result_dropped' }] },
      { status: 'succeeded', result: null, warnings: [{ code: 'result_dropped' }] },
      { status: 'succeeded', result: '***' },
    ])
  })

  it('judges a refused request by its status', async () => {
    const shop = new FakeShop()
    const origin = await shop.start()
    closing.push(() => shop.stop())
    shop.answer = ({ url }, response) => {
      answerJson(response, { error: url }, { status: Number(url.slice(1)), headers: { 'retry-after': '7' } })
    }
    const connector = {
      async deliverItem({ id }: DeliverableItem, { fetch }: ItemContext) {
        return throwForStatus(await fetch(`${origin}/${id}`, { method: 'PUT', authorize: true })).json()
      },
    }
    const options: TestConnectorOptions = { credentials: { type: 'header', name: 'x-key', value: 'k3y-value' } }
    expect(await testConnector(connector, items('200', '422', '500', '429', '503'), options)).toMatchObject([
      { status: 'succeeded', result: { error: '/200' } },
      { status: 'failed', code: 'http_422', httpStatus: 422, detail: '{"error":"/422"}', retryable: false },
      { status: 'failed', code: 'http_500', httpStatus: 500, retryable: true },
      { status: 'retry_later', code: 'http_429', delayMs: 7000, holdsChannel: true },
      { status: 'retry_later', code: 'http_503', delayMs: 7000, holdsChannel: true },
    ])
    expect(shop.requests.map(({ headers }) => headers['x-key'])).toEqual(Array(5).fill('k3y-value'))
    const refused = await testConnector(connector, items('200'), { ...options, allowPrivateAddresses: false })
    expect(refused).toMatchObject([{ status: 'failed', code: 'connection_failed', retryable: true }])
  })

  it('cuts batches by size, action and key, and keeps the order of keys', async () => {
    const calls: string[][] = []
    const connector = {
      async deliverBatch(batch: readonly DeliverableItem[], { job }: BatchContext) {
        calls.push([job.action, ...batch.map(({ id }) => id)])
        return batch.map(({ id }) => (id === 'c' ? new PermanentError('no c') : { id }))
      },
    }
    const given: TestItem[] = [
      { id: 'a' },
      { id: 'b', action: 'delete' },
      { id: 'a2', partitionKey: 'a' },
      { id: 'c' },
      { id: 'd' },
      { id: 'a3', partitionKey: 'a' },
    ]
    const outcomes = await testConnector(connector, given, { batchSize: 2 })
    expect(calls).toEqual([
      ['update', 'a', 'c'],
      ['delete', 'b'],
      ['update', 'd'],
      ['update', 'a2'],
      ['update', 'a3'],
    ])
    expect(outcomes.map(({ id, status }) => [id, status])).toEqual(
      given.map(({ id }) => [id, id === 'c' ? 'failed' : 'succeeded']),
    )
    calls.length = 0
    await testConnector(connector, items('x', 'y'), { batchSize: 10, job: { partitionBy: 'job' } })
    expect(calls).toEqual([
      ['update', 'x'],
      ['update', 'y'],
    ])
    calls.length = 0
    await testConnector(connector, items('x', 'x'), { batchSize: 10, job: { partitionBy: 'none' } })
    expect(calls).toEqual([['update', 'x', 'x']])
  })

  it.each<[string, (batch: readonly unknown[]) => unknown, string]>([
    ['a list of another length', (batch) => batch.slice(1), 'a list of 1'],
    ['no list', () => undefined, 'undefined'],
  ])('fails a batch that is answered with %s', async (_what, answer, detail) => {
    const connector = { deliverBatch: (batch: readonly unknown[]) => answer(batch) as unknown[] }
    const outcomes = await testConnector(connector, items('a', 'b'), { batchSize: 2 })
    expect(outcomes).toMatchObject(
      Array(2).fill({
        ...{ status: 'failed', code: 'invalid_answer', retryable: true },
        detail: expect.stringContaining(`for each of 2 items: it returned ${detail}`) as string,
      }),
    )
  })

  it('ends calls that take too long, whether they stop or not', async () => {
    const connector = {
      deliverItem: ({ id }: DeliverableItem, { signal }: ItemContext) =>
        new Promise((resolve, reject) => {
          if (id === 'quick') resolve('done')
          if (id === 'stops') signal.addEventListener('abort', () => reject(new Error('aborted')))
          if (id === 'delivers') signal.addEventListener('abort', () => resolve('done after all'))
        }),
    }
    const given = [...items('quick', 'stops', 'delivers', 'hangs'), { id: 'behind', partitionKey: 'hangs' }]
    const outcomes = await testConnector(connector, given, { timeoutMs: 20, abortGraceMs: 20 })
    const timeout = { status: 'failed', code: 'timeout', retryable: true }
    expect(outcomes).toMatchObject([
      { status: 'succeeded', result: 'done' },
      { ...timeout, detail: 'No answer within 20 ms' },
      { status: 'succeeded', result: 'done after all' },
      { ...timeout, detail: expect.stringContaining('its thread was ended') as string },
      timeout,
    ])
  })

  it('needs no timer of its own, nor for no items', async () => {
    vi.useFakeTimers()
    expect(await testConnector({ deliverItem: async () => 'ok' }, items('a'))).toMatchObject([{ result: 'ok' }])
    expect(await testConnector({ deliverItem() {} }, [])).toEqual([])
  })

  it('loads a module by its path or URL', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'waybill-connector-'))
    closing.push(() => rm(folder, { recursive: true }))
    const path = join(folder, 'own.mjs')
    await writeFile(path, 'export default { deliverItem: ({ id }) => ({ id }) }')
    for (const place of [path, pathToFileURL(path)]) {
      expect(await testConnector(place, items('a'))).toMatchObject([{ status: 'succeeded', result: { id: 'a' } }])
    }
    await writeFile(join(folder, 'both.mjs'), 'export default { deliverItem() {}, deliverBatch() {} }')
    await expect(testConnector(join(folder, 'both.mjs'), [])).rejects.toThrow(/both\.mjs as its .* it has both/)
    await expect(testConnector(join(folder, 'absent.mjs'), [])).rejects.toThrow(
      /\/connector must be a connector or a file: there is no/,
    )
  })

  it.each<[unknown, string]>([
    [
      null,
      'Cannot use the connector as its default export must have one of deliverItem and deliverBatch: it exports no default',
    ],
    [{}, 'it has neither'],
    [{ deliverItem() {}, deliverBatch() {} }, 'it has both'],
  ])('refuses %j', async (connector, reason) => {
    await expect(testConnector(connector as never, [])).rejects.toThrow(reason)
  })

  it.each<[unknown, TestConnectorOptions, string]>([
    [[{ id: 'a' }, {}], {}, '/items/1/id must be a string: it is missing'],
    [[{ id: '' }], {}, '/items/0/id must have 1 to 256 bytes'],
    [[{ id: 'a', price: 5 }], {}, '/items/0/price is not a field of an item'],
    [[{ id: 'a', action: 'upsert' }], {}, '/items/0/action must be one of create, update, delete'],
    [[{ id: 'a', data: 5n }], {}, '/items/0 must be JSON'],
    [[undefined], {}, '/items/0 must be JSON'],
    [[{ id: 'a', data: 'x'.repeat(2 ** 20) }], {}, '/items/0 must have at most 1048576 bytes'],
    [[{ id: 'a' }], { job: { partitionBy: '/data/shop' } }, '/items/0/data/shop must be a string, number or boolean'],
    ['a', {}, '/items must be a list of items'],
    [[], { batchSize: 0 }, '/options/batchSize must be'],
    [[], { timeoutMs: 1.5 }, '/options/timeoutMs must be integer'],
    [[], { attempt: 0 }, '/options/attempt must be'],
    [[], { credentials: { type: 'bearer' } as never }, '/options/credentials/token'],
    [[], { credentials: { type: 'bearer', token: 'a\nb' } }, '/options/credentials/token must'],
    [[], { credentials: { type: 'hmac', header: 'x', secret: 's', content: 'nope' } }, '/options/credentials/content'],
    [[], { job: { action: 'upsert' as never } }, '/options/job/action must be'],
    [[], { retries: 5 } as never, '/options/retries'],
  ])('refuses faulty items and options: %#', async (given, options, message) => {
    const run = testConnector({ deliverItem() {} }, given as TestItem[], options)
    await expect(run).rejects.toThrow(TypeError)
    await expect(run).rejects.toThrow(`Cannot test the connector as ${message}`)
  })
})
