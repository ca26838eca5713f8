import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, breakConnection, createFakeServer, type Handler, inTurn } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

const channel = { name: 'shop-eu', origin: 'api' }
const config = { connector: { type: 'http', url: 'https://shop.test/deliver' }, concurrency: 4 } as const

function setUp(handler: Handler) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  return { channels: waybill.channels, requests: server.requests }
}

describe('channels', () => {
  it('are read, set, paused, resumed and deleted', async () => {
    const { channels, requests } = setUp(({ method, url }) => {
      if (method === 'DELETE') return new Response(null, { status: 204 })
      return answer(method === 'PUT' ? 201 : 200, url.pathname === '/v1/channels' ? { channels: [channel] } : channel)
    })
    expect(await channels.list()).toEqual([channel])
    expect(await channels.get('shop-eu')).toEqual(channel)
    expect(await channels.put('shop-eu', config)).toEqual(channel)
    expect(await channels.pause('shop-eu')).toEqual(channel)
    expect(await channels.resume('shop-eu')).toEqual(channel)
    expect(await channels.delete('shop-eu')).toBeUndefined()
    expect(requests.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      'GET /v1/channels',
      'GET /v1/channels/shop-eu',
      'PUT /v1/channels/shop-eu',
      'POST /v1/channels/shop-eu/pause',
      'POST /v1/channels/shop-eu/resume',
      'DELETE /v1/channels/shop-eu',
    ])
    expect(JSON.parse(requests[2]!.body)).toEqual(config)
  })

  it('are paused and resumed again when the answer gets lost', async () => {
    const { channels, requests } = setUp(
      inTurn(breakConnection, answer(200, channel), breakConnection, answer(200, channel)),
    )
    await channels.pause('shop-eu')
    await channels.resume('shop-eu')
    expect(requests).toHaveLength(4)
  })

  it('are tested with one item: without a call again when the answer gets lost, with a call once', async () => {
    const tested = { sent: false, request: null, answer: null, result: null }
    const { channels, requests } = setUp(inTurn(breakConnection, answer(200, tested), breakConnection))
    const test = { item: { id: 'sku-1', data: { price: 1 } }, objectType: 'product' }
    expect(await channels.test('shop-eu', test)).toEqual(tested)
    await expect(channels.test('shop-eu', { ...test, send: true })).rejects.toThrow('must be reachable')
    expect(requests.map(({ method, url, body }) => [method, url.pathname, JSON.parse(body) as unknown])).toEqual([
      ['POST', '/v1/channels/shop-eu/test', test],
      ['POST', '/v1/channels/shop-eu/test', test],
      ['POST', '/v1/channels/shop-eu/test', { ...test, send: true }],
    ])
  })

  it('have credentials, which are listed, set and deleted by subscription', async () => {
    const entry = { subscription: 'acme', target: 'connector', type: 'bearer' }
    const { channels, requests } = setUp(({ method }) => {
      if (method === 'DELETE') return new Response(null, { status: 204 })
      return answer(200, method === 'GET' ? { credentials: [entry] } : entry)
    })
    const credentials = { type: 'bearer', token: 'token-of-acme' } as const
    expect(await channels.listCredentials('shop-eu')).toEqual([entry])
    expect(await channels.setCredentials('shop-eu', { subscription: 'a/c me', credentials })).toEqual(entry)
    expect(await channels.deleteCredentials('shop-eu', { subscription: '*', target: 'payload' })).toBeUndefined()
    expect(requests.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual([
      'GET /v1/channels/shop-eu/credentials',
      'PUT /v1/channels/shop-eu/credentials/a%2Fc%20me',
      'DELETE /v1/channels/shop-eu/credentials/*?target=payload',
    ])
    expect(JSON.parse(requests[1]!.body)).toEqual(credentials)
    await expect(channels.deleteCredentials('shop-eu', { subscription: '..' })).rejects.toThrow('must be a name or *')
  })

  it('wait for a call as long as a channel may allow it', async () => {
    const timing = createFakeTiming()
    const never = createFakeServer(() => new Promise<Response>(() => {}))
    const waybill = createClientIn(timing, {
      baseUrl: 'https://waybill.test',
      fetch: never.fetch,
      requestTimeoutMs: 50,
    })
    await expect(waybill.channels.test('shop-eu', { item: { id: 'a' } })).rejects.toThrow('within 50 ms')
    const leaving = new AbortController()
    const sending = waybill.channels.test('shop-eu', { item: { id: 'a' }, send: true }, { signal: leaving.signal })
    const ended = await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, 200, 'still waits'))])
    expect(ended).toBe('still waits')
    leaving.abort(new Error('enough'))
    await expect(sending).rejects.toThrow('enough')
  })

  it.each(['..', '.', '', 'Shop', '/x'])('refuse the name %j, which would be another path', async (name) => {
    const { channels, requests } = setUp(inTurn(answer(200, channel)))
    await expect(channels.delete(name)).rejects.toThrow(
      `Cannot delete channel as its name must begin with a lower-case letter or digit: current value is ${JSON.stringify(name)}`,
    )
    expect(requests).toHaveLength(0)
  })
})
