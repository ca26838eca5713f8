import { setupServer } from 'msw/node'
import { afterEach, expect, it } from 'vitest'
import { createClient } from '../../create-client.ts'
import { createMockWaybill, type MockWaybillOptions } from '../create-mock-waybill.ts'

const baseUrl = 'http://waybill.test'
let stop = (): void => undefined

function start(options: MockWaybillOptions = {}) {
  const mock = createMockWaybill({ baseUrl, ...options })
  const server = setupServer(...mock.handlers)
  server.listen()
  stop = () => {
    server.close()
    mock.reset()
  }
  return { mock, channels: createClient({ baseUrl, retry: false }).channels }
}

afterEach(() => {
  stop()
})

const item = { id: 'sku-1', data: { price: 1 } }

it('a call is answered as the mock was asked to, and makes no job', async () => {
  const { mock, channels } = start({ channels: ['shop-eu'], resultOf: ({ id }) => ({ shopId: `shop-${id}` }) })
  const good = await channels.test('shop-eu', { item, send: true })
  expect(good).toMatchObject({ sent: true, answer: { status: 200, body: '{"shopId":"shop-sku-1"}' } })
  expect(good.result).toMatchObject({ outcome: 'succeeded', result: { shopId: 'shop-sku-1' } })
  mock.failItem('sku-1', { status: 422, detail: 'price: must be higher', times: 1 })
  const failing = { answer: { status: 422, body: 'price: must be higher' }, result: { error: { code: 'http_422' } } }
  expect(await channels.test('shop-eu', { item, send: true })).toMatchObject(failing)
  // Each test is a first call.
  expect(await channels.test('shop-eu', { item, send: true })).toMatchObject(failing)
  expect(mock.jobs).toEqual([])
})

it('the request of a channel with templates is not rendered', async () => {
  const connector = {
    type: 'http',
    url: 'https://shop.example/',
    request: { update: { path: '/p/{item.id}' } },
  } as const
  const { channels } = start({ channels: { templated: { connector }, plain: {} } })
  expect((await channels.test('templated', { item })).request).toBeNull()
  expect((await channels.test('plain', { item })).request).toMatchObject({
    method: 'POST',
    url: 'https://plain.example/',
  })
})

it('a call takes a unit of the rate limit, also in virtual time', async () => {
  const rateLimit = { limit: 1, periodMs: 60_000 }
  const { mock, channels } = start({ channels: { slow: { rateLimit } }, time: 'virtual' })
  expect((await channels.test('slow', { item, send: true })).sent).toBe(true)
  await expect(channels.test('slow', { item, send: true })).rejects.toMatchObject({ code: 'channel_held' })
  mock.advance(60_000)
  expect((await channels.test('slow', { item, send: true })).sent).toBe(true)
})

it('a long body is shown to its first 64 KiB', async () => {
  const { channels } = start({ channels: ['shop-eu'] })
  const { request } = await channels.test('shop-eu', { item: { id: 'a', data: 'é'.repeat(40_000) } })
  expect(request!.bodyTruncated).toBe(true)
  expect(new TextEncoder().encode(request!.body!).length).toBeLessThanOrEqual(64 * 1024)
  expect(request!.bodyBytes).toBeGreaterThan(80_000)
})
