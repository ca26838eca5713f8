import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakePorts, httpChannel, TOKEN } from '../testing/fake-ports.ts'
import { buildHttp } from '../server.ts'

let ports: FakePorts
let app: FastifyInstance

beforeEach(() => {
  ports = new FakePorts()
  app = buildHttp(ports)
})

afterEach(async () => {
  await app.close()
})

function ask(method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object) {
  return app.inject({ method, url, headers: { authorization: `Bearer ${TOKEN}` }, ...(payload && { payload }) })
}

const shop = { connector: { type: 'http', url: 'https://shop.example/deliver' } }

describe('listChannels and getChannel', () => {
  it('show configuration and state, and no secret', async () => {
    const { channels } = (await ask('GET', '/v1/channels')).json<{ channels: { name: string }[] }>()
    expect(channels.map(({ name }) => name)).toEqual(['from-file', 'sandbox'])
    const answer = await ask('GET', '/v1/channels/from-file')
    expect(answer.json()).toMatchObject({
      name: 'from-file',
      origin: 'file',
      connector: { type: 'http', headers: { authorization: '***' }, batchSize: 1 },
      rateLimit: null,
      concurrency: 64,
      state: {
        paused: false,
        blockedUntil: null,
        runningCalls: 2,
        itemsPerSecond: 1.23,
        counts: { pending: 1, waiting: 0, running: 2 },
      },
      links: { jobs: '/v1/jobs?channel=from-file' },
    })
    expect(answer.body).not.toContain('secret')
    expect(answer.headers['cache-control']).toBe('private, no-cache')
  })

  it('report the end of a Retry-After', async () => {
    ports.channels.get('from-file')!.gate.blockUntil(ports.clock.monotonicUs() + 5_000_000)
    const until = new Date(ports.clock.nowMs() + 5000).toISOString()
    expect((await ask('GET', '/v1/channels/from-file')).json()).toMatchObject({ state: { blockedUntil: until } })
  })

  it.each(['nope', 'No%20Name'])('know no channel %s', async (name) => {
    const answer = await ask('GET', `/v1/channels/${name}`)
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'channel_not_found'])
  })
})

describe('putChannel', () => {
  it('makes a channel with its defaults, durably, and replaces it', async () => {
    const made = await ask('PUT', '/v1/channels/shop', shop)
    expect([made.statusCode, made.headers.location]).toEqual([201, '/v1/channels/shop'])
    expect(made.json()).toMatchObject({
      origin: 'api',
      connector: { timeoutMs: 10_000, batchSize: 1 },
      retry: { maxAttempts: 8 },
    })
    expect(ports.saved).toEqual([{ name: 'shop', config: httpChannel('https://shop.example/deliver'), paused: false }])
    const replaced = await ask('PUT', '/v1/channels/shop', {
      ...shop,
      concurrency: 3,
      rateLimit: { limit: 5, periodMs: 1000 },
    })
    expect(replaced.statusCode).toBe(200)
    expect(replaced.json()).toMatchObject({
      concurrency: 3,
      rateLimit: { limit: 5, periodMs: 1000, burst: 1, unit: 'calls' },
    })
  })

  it('keeps a value that is sent masked, and stays paused', async () => {
    await ask('PUT', '/v1/channels/shop', { connector: { ...shop.connector, headers: { 'x-key': 'abc' } } })
    await ask('POST', '/v1/channels/shop/pause')
    await ask('PUT', '/v1/channels/shop', {
      connector: { ...shop.connector, headers: { 'x-key': '***', 'x-other': 'y' } },
    })
    expect(ports.saved.at(-1)).toMatchObject({
      config: { connector: { headers: { 'x-key': 'abc', 'x-other': 'y' } } },
      paused: true,
    })
    expect((await ask('GET', '/v1/channels/shop')).json()).toMatchObject({ state: { paused: true } })
  })

  it('makes a channel paused while the server was started with --paused, and does not pause one that was resumed', async () => {
    await app.close()
    ports = new FakePorts({ paused: true })
    app = buildHttp(ports)
    const started: boolean[] = []
    ports.channels.onChange(({ gate }) => void started.push(!gate.paused))
    expect((await ask('PUT', '/v1/channels/shop', shop)).json()).toMatchObject({ state: { paused: true } })
    expect(ports.saved.at(-1)).toMatchObject({ name: 'shop', paused: true })
    expect(started).toEqual([false])
    await ask('POST', '/v1/channels/shop/resume')
    expect((await ask('PUT', '/v1/channels/shop', shop)).json()).toMatchObject({ state: { paused: false } })
    // One that is removed and made again is a new one.
    await ask('DELETE', '/v1/channels/shop')
    expect((await ask('PUT', '/v1/channels/shop', shop)).json()).toMatchObject({ state: { paused: true } })
  })

  it('keeps an item schema, and shows the faults of one', async () => {
    const itemSchema = { type: 'object', properties: { price: { type: 'number' } } }
    expect((await ask('PUT', '/v1/channels/shop', { ...shop, itemSchema })).json()).toMatchObject({ itemSchema })
    expect(ports.saved.at(-1)).toMatchObject({ config: { itemSchema } })
    const faulty = { properties: { 'a/b': { type: 'text', pattern: '(' } }, $ref: 'https://shop.example/schema' }
    const refused = await ask('PUT', '/v1/channels/shop', { ...shop, itemSchema: faulty })
    expect([refused.statusCode, refused.json()]).toMatchObject([
      400,
      {
        code: 'bad_request',
        errors: [
          { pointer: '/itemSchema/properties/a~1b/type' },
          { pointer: '/itemSchema/properties/a~1b/pattern' },
          { pointer: '/itemSchema/$ref' },
        ],
        errorCount: 3,
      },
    ])
    expect((await ask('PUT', '/v1/channels/shop', { ...shop, itemSchema: true })).json()).toMatchObject({
      errors: [{ pointer: '/itemSchema' }],
    })
    expect((await ask('PUT', '/v1/channels/shop', { ...shop, itemSchema: null })).json()).toMatchObject({
      itemSchema: null,
    })
  })

  it.each(['htps://shop.example?key=k3y', 'https://shop example?key=k3y', 'k3y'])(
    'repeat nothing of a URL that is refused: %s',
    async (url) => {
      const { statusCode, body } = await ask('PUT', '/v1/channels/shop', { connector: { type: 'http', url } })
      expect([statusCode, body.includes('/connector/url'), body.includes('k3y')]).toEqual([400, true, false])
    },
  )

  const secretUrl = 'https://shop.example/deliver?key=k3y&flag&key=2nd#end'

  it('shows no value of the URL, and keeps those that are sent masked', async () => {
    const made = await ask('PUT', '/v1/channels/shop', { connector: { type: 'http', url: secretUrl } })
    const masked = 'https://shop.example/deliver?key=***&***&key=***'
    expect(made.json()).toMatchObject({ connector: { url: masked } })
    const url = 'https://shop.example/other?key=***&new=1&key=***&***'
    expect((await ask('PUT', '/v1/channels/shop', { connector: { type: 'http', url } })).statusCode).toBe(200)
    expect(ports.saved.at(-1)).toMatchObject({
      config: { connector: { url: 'https://shop.example/other?key=k3y&new=1&key=2nd&flag' } },
    })
    const unknown = 'https://shop.example/other?other=***'
    const refused = await ask('PUT', '/v1/channels/shop', { connector: { type: 'http', url: unknown } })
    expect(refused.json()).toMatchObject({ code: 'bad_request', errors: [{ pointer: '/connector/url' }] })
  })

  it.each([
    'https://evil.example/',
    'http://shop.example/',
    'https://shop.example:8443/',
    'https://shop.example.evil.example/',
  ])('keeps no stored secret for a URL that becomes %s', async (url) => {
    const headers = { 'x-key': 's3cret' }
    await ask('PUT', '/v1/channels/shop', { connector: { type: 'http', url: secretUrl, headers } })
    ports.channels.get('shop')!.config = {
      ...ports.channels.get('shop')!.config,
      credentials: { default: { type: 'bearer', token: 's3cret' } },
    }
    const byHeader = await ask('PUT', '/v1/channels/shop', {
      connector: { type: 'http', url, headers: { 'x-key': '***' } },
    })
    expect(byHeader.json()).toMatchObject({ code: 'bad_request', errors: [{ pointer: '/connector/headers/x-key' }] })
    expect(byHeader.body).toContain('keeps the stored one only while the origin of url is https://shop.example')
    const byUrl = await ask('PUT', '/v1/channels/shop', { connector: { type: 'http', url: `${url}?key=***` } })
    expect(byUrl.json()).toMatchObject({ code: 'bad_request', errors: [{ pointer: '/connector/url' }] })
    expect(ports.saved).toHaveLength(1)
    expect((await ask('PUT', '/v1/channels/shop', { connector: { type: 'http', url } })).statusCode).toBe(200)
    expect(ports.saved.at(-1)).toMatchObject({ config: { connector: { headers: {} }, credentials: {} } })
  })

  it('keeps the secrets of a payload as those of the connector', async () => {
    const resolveUrl = 'https://pim.example/t0k3n9f8e7d6c5b4a3/{objectType}/{id}?key=secret'
    const headers = { 'x-pim': 'secret' }
    const made = await ask('PUT', '/v1/channels/shop', { ...shop, payload: { resolveUrl, headers, timeoutMs: 500 } })
    expect(made.statusCode).toBe(201)
    const shown = {
      resolveUrl: 'https://pim.example/***/{objectType}/{id}?key=***',
      ...{ batchSize: 1, timeoutMs: 500, allowPrivateAddresses: false },
      headers: { 'x-pim': '***' },
      retry: { maxAttempts: 8, backoff: { initialMs: 1000, factor: 2, maxMs: 300_000 } },
    }
    expect(made.json<{ payload: unknown }>().payload).toEqual(shown)
    const { body } = await ask('GET', '/v1/channels/shop')
    expect(body).not.toMatch(/secret|t0k3n/)

    const kept = await ask('PUT', '/v1/channels/shop', { ...shop, payload: { ...shown, batchSize: 1, retry: {} } })
    expect(kept.statusCode).toBe(200)
    expect(ports.saved.at(-1)).toMatchObject({ config: { payload: { resolveUrl, headers, credentials: {} } } })

    const elsewhere = { ...shown, resolveUrl: 'https://evil.example/{id}' }
    const moved = await ask('PUT', '/v1/channels/shop', { ...shop, payload: elsewhere })
    expect(moved.json()).toMatchObject({ code: 'bad_request', errors: [{ pointer: '/payload/headers/x-pim' }] })
    expect(moved.body).toContain('only while the origin of resolveUrl is https://pim.example')
    const masked = { resolveUrl: 'https://evil.example/{id}?key=***' }
    const unknown = await ask('PUT', '/v1/channels/shop', { ...shop, payload: masked })
    expect(unknown.json()).toMatchObject({ code: 'bad_request', errors: [{ pointer: '/payload/resolveUrl' }] })

    expect((await ask('PUT', '/v1/channels/shop', shop)).json()).toMatchObject({ payload: null })
  })

  it.each([
    ...['Host', 'content-length', 'Transfer-Encoding', 'connection', 'keep-alive', 'te', 'upgrade', 'expect'].map(
      (name) => [{ [name]: 'x' }, name] as const,
    ),
    ...['Waybill-Epoch', 'waybill-attempt', 'Idempotency-Key', 'traceparent'].map(
      (name) => [{ [name]: 'x' }, name] as const,
    ),
    ...['a\r\nx: y', 'a\0', 'a\x7f', 'pri\u010de'].map((value) => [{ 'x-a': value }, 'x-a'] as const),
    [{ 'x-a': '1', 'X-A': '2' }, 'X-A'] as const,
  ])('refuses headers %j, which no call can send', async (headers, name) => {
    const answer = await ask('PUT', '/v1/channels/shop', { connector: { ...shop.connector, headers } })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ code: 'bad_request', errors: [{ pointer: `/connector/headers/${name}` }] })
    expect(ports.saved).toEqual([])
  })

  it.each([
    [{}, 'bad_request', '/connector'],
    [{ ...shop, concurency: 1 }, 'unknown_field', '/concurency'],
    [{ ...shop, circuit: { minCalls: 0 } }, 'bad_request', '/circuit/minCalls'],
    [{ ...shop, parkForSeconds: 0 }, 'bad_request', '/parkForSeconds'],
    [{ ...shop, concurrency: 0 }, 'bad_request', '/concurrency'],
    [{ connector: { ...shop.connector, batchSize: 1001 } }, 'bad_request', '/connector/batchSize'],
    [{ connector: { type: 'http', url: 'ftp://x.example' } }, 'bad_request', '/connector/url'],
    [{ connector: { type: 'http', url: 'https://a:b@x.example/' } }, 'bad_request', '/connector/url'],
    [{ connector: { type: 'http', url: 'http://localhost/' } }, 'bad_request', '/connector/url'],
    [{ connector: { type: 'sandbox' } }, 'bad_request', '/connector/type'],
    [{ connector: { ...shop.connector, headers: { 'x-new': '***' } } }, 'bad_request', '/connector/headers/x-new'],
    [{ connector: { ...shop.connector, headers: { 'bad name': 'x' } } }, 'bad_request', '/connector/headers/bad name'],
    [
      { connector: { ...shop.connector, batchSize: 5 }, rateLimit: { limit: 1, periodMs: 1, unit: 'items' } },
      'bad_request',
      '/rateLimit/burst',
    ],
    [{ ...shop, rateLimit: { limit: 0, periodMs: 1000 } }, 'bad_request', '/rateLimit/limit'],
    [{ ...shop, retry: { rules: [{ status: [409], then: 'skip' }] } }, 'bad_request', '/retry/rules/0/then'],
    [{ ...shop, retry: { rules: [{ status: ['6xx'], then: 'park' }] } }, 'bad_request', '/retry/rules/0/status/0'],
    [{ ...shop, retry: { rules: [{ status: ['599-500'], then: 'park' }] } }, 'bad_request', '/retry/rules/0/status/0'],
    [{ ...shop, payload: {} }, 'bad_request', '/payload/resolveUrl'],
    [{ ...shop, payload: { resolveUrl: 'https://p.example/x' } }, 'bad_request', '/payload/resolveUrl'],
    [{ ...shop, payload: { resolveUrl: 'https://p.example/{sku}' } }, 'bad_request', '/payload/resolveUrl'],
    [{ ...shop, payload: { resolveUrl: 'https://u:p@p.example/{id}' } }, 'bad_request', '/payload/resolveUrl'],
    [
      { ...shop, payload: { resolveUrl: 'https://p.example/{id}', batchSize: 2 } },
      'bad_request',
      '/payload/resolveUrl',
    ],
    [{ ...shop, payload: { resolveUrl: 'http://localhost/{id}' } }, 'bad_request', '/payload/resolveUrl'],
    [
      { ...shop, payload: { resolveUrl: 'http://127.0.0.1/{id}', allowPrivateAddresses: true } },
      'bad_request',
      '/payload/allowPrivateAddresses',
    ],
    [
      { ...shop, payload: { resolveUrl: 'https://p.example/{id}', headers: { host: 'x' } } },
      'bad_request',
      '/payload/headers/host',
    ],
    [
      { ...shop, payload: { resolveUrl: 'https://p.example/{id}', credentials: {} } },
      'unknown_field',
      '/payload/credentials',
    ],
    [
      { ...shop, payload: { resolveUrl: 'https://p.example/{id}', retry: { maxAttempts: 101 } } },
      'bad_request',
      '/payload/retry/maxAttempts',
    ],
    [[], 'bad_request', ''],
  ])('refuses %j with %s at %s', async (payload, code, pointer) => {
    const answer = await ask('PUT', '/v1/channels/shop', payload)
    expect(answer.statusCode).toBe(400)
    expect(answer.json<{ errors: { pointer: string }[] }>().errors.map((error) => error.pointer)).toContain(pointer)
    expect(answer.json()).toMatchObject({ code })
    expect(ports.saved).toEqual([])
  })

  it('shows ranges, the circuit and its state as they are', async () => {
    const rules = [{ status: [409, '500-599', '4xx'], then: 'park' }]
    const made = await ask('PUT', '/v1/channels/shop', {
      ...shop,
      retry: { rules },
      circuit: { minCalls: 2, openMs: 100 },
    })
    const circuit = { failureRatio: 0.5, minCalls: 2, openMs: 100 }
    const state = { circuit: { state: 'closed', until: null } }
    expect(made.json()).toMatchObject({ retry: { rules }, circuit, parkForSeconds: 86_400, state })
    expect(ports.saved[0]).toMatchObject({ config: { retry: { rules: [{ status: [409, [500, 599], '4xx'] }] } } })

    const channel = ports.channels.get('shop')!
    channel.circuit.record({ calls: 2, failed: 2 }, ports.clock.monotonicUs())
    const until = new Date(ports.clock.nowMs() + 100).toISOString()
    const open = await ask('GET', '/v1/channels/shop')
    expect(open.json()).toMatchObject({ state: { circuit: { state: 'open', until } } })
    ports.clock.advance(100)
    const probing = await ask('GET', '/v1/channels/shop')
    expect(probing.json()).toMatchObject({ state: { circuit: { state: 'half_open', until: null } } })
    const none = await ask('PUT', '/v1/channels/shop', { ...shop, circuit: null })
    expect(none.json()).toMatchObject({ circuit: null, state: { circuit: null } })
  })

  it.each([
    ['never', false, 400],
    ['file-only', false, 400],
    ['allowed', false, 201],
    ['never', true, 201],
  ] as const)('accepts allowPrivateAddresses when outbound is %s and dev is %j: %d', async (policy, dev, status) => {
    await app.close()
    ports = new FakePorts({ dev, outbound: { allowPrivateAddresses: policy } })
    app = buildHttp(ports)
    const connector = { type: 'http', url: 'http://localhost/', allowPrivateAddresses: true }
    const headers = { authorization: `Bearer ${TOKEN}`, host: 'localhost' }
    const answer = await app.inject({ method: 'PUT', url: '/v1/channels/shop', headers, payload: { connector } })
    expect(answer.statusCode).toBe(status)
    if (status === 201) return
    expect(answer.json()).toMatchObject({ errors: [{ pointer: '/connector/allowPrivateAddresses' }] })
    expect(answer.body).toContain(`outbound.allowPrivateAddresses is ${policy}`)
    expect(ports.saved).toEqual([])
  })

  it('never takes a module', async () => {
    const answer = await ask('PUT', '/v1/channels/shop', { connector: { type: 'module', path: '/etc/passwd' } })
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([403, 'module_not_settable'])
  })

  it.each(['from-file', 'sandbox'])('does not change %s', async (name) => {
    const answer = await ask('PUT', `/v1/channels/${name}`, shop)
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([403, 'channel_not_settable'])
  })

  it('refuses an invalid name', async () => {
    const answer = await ask('PUT', '/v1/channels/My%20Shop', shop)
    expect([answer.statusCode, answer.json<{ errors: object[] }>().errors]).toMatchObject([
      400,
      [{ parameter: 'channel' }],
    ])
  })

  it('shows no secret in the answer to a bad one', async () => {
    const answer = await ask('PUT', '/v1/channels/shop', {
      connector: { ...shop.connector, headers: { authorization: ['s3cret'], 'x y': 's3cret' } },
    })
    expect(answer.statusCode).toBe(400)
    expect(answer.body).not.toContain('s3cret')
  })

  it.each([
    ['text/plain', '{}', 415, 'unsupported_media_type'],
    ['application/json', '{"a":', 400, 'bad_request'],
    ['application/json', '', 400, 'bad_request'],
    ['application/json', Buffer.from([0x22, 0xff, 0x22]), 400, 'bad_request'],
    ['application/json', `"${'x'.repeat(70_000)}"`, 413, 'body_too_large'],
  ])('refuses a body of %s that is %j', async (type, payload, status, code) => {
    const answer = await app.inject({
      method: 'PUT',
      url: '/v1/channels/shop',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': type },
      payload,
    })
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code])
  })
})

describe('deleteChannel', () => {
  it('removes a channel once', async () => {
    await ask('PUT', '/v1/channels/shop', shop)
    expect((await ask('DELETE', '/v1/channels/shop')).statusCode).toBe(204)
    expect(ports.removed).toEqual(['shop'])
    expect((await ask('DELETE', '/v1/channels/shop')).json()).toMatchObject({ code: 'channel_not_found' })
  })

  it('keeps a channel that has work, and one that cannot be removed durably', async () => {
    await ask('PUT', '/v1/channels/shop', shop)
    ports.inUse = true
    const used = await ask('DELETE', '/v1/channels/shop')
    expect([used.statusCode, used.json<{ code: string }>().code]).toEqual([409, 'channel_in_use'])
    ports.inUse = false
    ports.store.removeChannel = () => Promise.reject(new Error('disk gone'))
    expect((await ask('DELETE', '/v1/channels/shop')).statusCode).toBe(500)
    expect((await ask('GET', '/v1/channels/shop')).statusCode).toBe(200)
  })

  it.each(['from-file', 'sandbox'])('keeps %s', async (name) => {
    expect((await ask('DELETE', `/v1/channels/${name}`)).json()).toMatchObject({ code: 'channel_not_settable' })
  })
})

describe('pauseChannel and resumeChannel', () => {
  it('are durable first, idempotent, and hold for every channel', async () => {
    expect((await ask('POST', '/v1/channels/from-file/pause')).json()).toMatchObject({ state: { paused: true } })
    expect((await ask('POST', '/v1/channels/from-file/pause')).json()).toMatchObject({ state: { paused: true } })
    expect(ports.saved).toEqual([{ name: 'from-file', config: null, paused: true }])
    expect((await ask('POST', '/v1/channels/from-file/resume', {})).json()).toMatchObject({ state: { paused: false } })
    expect(ports.saved.at(-1)).toMatchObject({ paused: false })
  })

  it('change nothing that cannot be made durable', async () => {
    ports.store.saveChannel = () => Promise.reject(new Error('disk gone'))
    expect((await ask('POST', '/v1/channels/from-file/pause')).statusCode).toBe(500)
    expect((await ask('GET', '/v1/channels/from-file')).json()).toMatchObject({ state: { paused: false } })
  })
})

describe('testChannel', () => {
  it('hands on the item as it was sent, for the subscription of the caller', async () => {
    const payload = { item: { id: 'a', data: { price: 1 } }, send: true, objectType: 'product', action: 'create' }
    const answer = await ask('POST', '/v1/channels/from-file/test', payload)
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { sent: false, request: null, answer: null, result: null },
    ])
    expect(ports.channelTests.asked).toEqual([
      {
        channel: 'from-file',
        ...{ subscription: 'default', caller: 'token:admin', objectType: 'product', action: 'create' },
        ...{ partitionBy: 'item', line: '{"id":"a","data":{"price":1}}', send: true },
      },
    ])
  })

  it('takes defaults for what is left out: nothing is sent', async () => {
    await ask('POST', '/v1/channels/from-file/test', { item: { id: 'a' } })
    expect(ports.channelTests.asked).toMatchObject([{ objectType: 'object', action: 'update', send: false }])
  })

  it('takes no subscription from its body', async () => {
    const answer = await ask('POST', '/v1/channels/from-file/test', { item: { id: 'a' }, subscription: 'other' })
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, 'unknown_field'])
    expect(ports.channelTests.asked).toEqual([])
  })

  it('shows a result byte for byte, however deeply it is nested', async () => {
    const result = `${'['.repeat(20_000)}12345678901234567890${']'.repeat(20_000)}`
    ports.channelTests.tested = {
      ...{ sent: true, request: null, answer: null },
      outcome: { verdict: 'succeeded', retryAtMs: null, error: null, warnings: [], result },
    }
    const answer = await ask('POST', '/v1/channels/from-file/test', { item: { id: 'a' } })
    expect(answer.body).toBe(
      `{"sent":true,"request":null,"answer":null,"result":{"outcome":"succeeded","verdict":"succeeded","retryAt":null,"warnings":[],"error":null,"result":${result}}}`,
    )
  })

  it.each([
    ['nope', { item: { id: 'a' } }, 404, 'channel_not_found'],
    ['from-file', {}, 400, 'bad_request'],
    ['from-file', { item: { id: '' } }, 400, 'invalid_item'],
    ['from-file', { item: { id: 'a' }, action: 'upsert' }, 400, 'bad_request'],
    ['from-file', { item: { id: 'a' }, partitionBy: '/data/shop' }, 400, 'invalid_item'],
  ])('of %s with %j answers %d %s', async (name, payload, status, code) => {
    const answer = await ask('POST', `/v1/channels/${name}/test`, payload)
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code])
    expect(ports.channelTests.asked).toEqual([])
  })
})
