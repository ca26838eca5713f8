import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakePorts, TOKEN } from '../testing/fake-ports.ts'
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

describe('the secrets of a channel', () => {
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
    ports.channels.get('shop')!.own = {
      ...ports.channels.get('shop')!.own,
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
})
