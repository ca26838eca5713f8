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
