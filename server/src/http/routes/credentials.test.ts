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

function ask(method: 'GET' | 'PUT' | 'DELETE', url: string, payload?: object | string) {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    ...(payload !== undefined && { 'content-type': 'application/json' }),
  }
  return app.inject({ method, url, headers, ...(payload !== undefined && { payload }) })
}

const shop = { connector: { type: 'http', url: 'https://shop.example/deliver' } }
const withPayload = { ...shop, payload: { resolveUrl: 'https://pim.example/{id}' } }
const bearer = { type: 'bearer', token: 'token-of-acme' }
const at = (subscription: string, query = '') =>
  `/v1/channels/shop/credentials/${encodeURIComponent(subscription)}${query}`
const list = async () =>
  (await ask('GET', '/v1/channels/shop/credentials')).json<{ credentials: object[] }>().credentials
const config = () => ports.channels.get('shop')!.config

describe('credentials of a channel', () => {
  it('are durable before they hold, listed without secrets, and removed', async () => {
    await ask('PUT', '/v1/channels/shop', withPayload)
    const { version } = ports.channels.get('shop')!
    const set = await ask('PUT', at('acme'), bearer)
    const entry = {
      ...{ subscription: 'acme', target: 'connector', type: 'bearer', origin: 'api', inUse: true },
      ...{ sentTo: 'https://shop.example', updatedAt: new Date(ports.clock.nowMs()).toISOString() },
    }
    expect([set.statusCode, set.json()]).toEqual([200, entry])
    expect(ports.savedCredentials).toMatchObject([{ channel: 'shop', subscription: 'acme', credentials: bearer }])
    expect([config().credentials, ports.channels.get('shop')!.version]).toEqual([{ acme: bearer }, version + 1])

    const shared = { type: 'basic', username: 'all', password: 'password-of-all' }
    await ask('PUT', at('*', '?target=payload'), shared)
    expect(config().payload!.credentials).toEqual({ '*': shared })
    expect(await list()).toMatchObject([{ subscription: '*', target: 'payload', sentTo: 'https://pim.example' }, entry])
    const shown = await Promise.all(['/credentials', ''].map((path) => ask('GET', `/v1/channels/shop${path}`)))
    expect(shown.map(({ body }) => body).join()).not.toMatch(/token-of-acme|password-of-all/)

    expect((await ask('DELETE', at('acme'))).statusCode).toBe(204)
    expect(ports.removedCredentials).toEqual([{ channel: 'shop', subscription: 'acme', target: 'connector' }])
    expect(config().credentials).toEqual({})
    expect((await ask('DELETE', at('acme'))).json()).toMatchObject({ code: 'credentials_not_found' })
    expect((await ask('DELETE', at('*'))).json()).toMatchObject({ code: 'credentials_not_found' })
  })

  it('are not stored with the channel, and stay while it leads to the same origin', async () => {
    await ask('PUT', '/v1/channels/shop', shop)
    await ask('PUT', at('acme'), bearer)
    await ask('PUT', '/v1/channels/shop', { connector: { ...shop.connector, url: 'https://shop.example/other' } })
    expect(ports.saved.at(-1)).toMatchObject({ config: { credentials: {} } })
    expect(config().credentials).toEqual({ acme: bearer })
    await ask('PUT', '/v1/channels/shop', { connector: { ...shop.connector, url: 'https://evil.example/other' } })
    expect(config().credentials).toEqual({})
    expect(ports.removedCredentials).toMatchObject([{ subscription: 'acme' }])
    expect(await list()).toEqual([])
    await ask('PUT', '/v1/channels/shop', shop)
    expect(config().credentials).toEqual({})
  })

  it('go with their channel', async () => {
    await ask('PUT', '/v1/channels/shop', shop)
    await ask('PUT', at('acme'), bearer)
    await ask('DELETE', '/v1/channels/shop')
    await ask('PUT', '/v1/channels/shop', shop)
    expect([config().credentials, await list()]).toEqual([{}, []])
  })

  it('of the file are listed, count after those of the API, and are not removed', async () => {
    const inFile = ports.channels.get('from-file')!
    inFile.own = { ...inFile.own, credentials: { acme: { type: 'header', name: 'x-key', value: 'in-file' } } }
    const path = '/v1/channels/from-file/credentials'
    const entries = async () => (await ask('GET', path)).json<{ credentials: object[] }>().credentials
    expect(await entries()).toMatchObject([{ subscription: 'acme', origin: 'file', type: 'header', updatedAt: null }])
    expect((await ask('DELETE', `${path}/acme`)).json()).toMatchObject({ code: 'credentials_not_found' })
    await ask('PUT', `${path}/acme`, bearer)
    expect(inFile.config.credentials).toEqual({ acme: bearer })
    expect(await entries()).toMatchObject([{ subscription: 'acme', origin: 'api', type: 'bearer' }])
    await ask('DELETE', `${path}/acme`)
    expect(inFile.config.credentials).toMatchObject({ acme: { type: 'header' } })
  })

  it.each([
    ['"s3cret"', '', 'must be an object'],
    [{ token: 's3cret' }, '/type', 'is missing'],
    [{ type: 's3cret' }, '/type', 'must be one of bearer, basic, header, hmac, oauth2_client_credentials'],
    [{ type: 'bearer' }, '/token', 'is missing'],
    [{ type: 'bearer', token: { s3cret: 1 } }, '/token', 'must be'],
    [{ type: 'bearer', token: 's3cret\n' }, '/token', 'must'],
    [{ type: 'bearer', token: 's3cret', name: 'x' }, '/name', 'does not exist'],
    [{ type: 'basic', username: 'ac:me', password: 's3cret' }, '/username', 'must'],
    [{ type: 'header', name: 'host', value: 's3cret' }, '/name', 'must'],
    [{ type: 'hmac', header: 'x', secret: 's3cret', content: 'nope' }, '/content', 'Unknown variable'],
    [{ type: 'hmac', header: 'x', secret: 's3cret', algorithm: 'md5' }, '/algorithm', 'must'],
    [
      { type: 'oauth2_client_credentials', tokenUrl: 'x', clientId: 'a', clientSecret: 's3cret' },
      '/tokenUrl',
      'must be',
    ],
    [
      { type: 'oauth2_client_credentials', tokenUrl: 'https://localhost/', clientId: 'a', clientSecret: 's3cret' },
      ...(['/tokenUrl', 'must be public'] as const),
    ],
  ])('%j are refused without being repeated', async (body, pointer, detail) => {
    await ask('PUT', '/v1/channels/shop', shop)
    const answer = await ask('PUT', at('acme'), body)
    expect(answer.statusCode).toBe(400)
    const errors = answer.json<{ errors: { pointer: string; detail: string }[] }>().errors
    expect(errors).toEqual([{ pointer, detail: expect.stringContaining(detail) as string }])
    expect(JSON.stringify({ ...answer.json<object>() }).replace(/must be one of.*/, '')).not.toContain('s3cret')
    expect(ports.savedCredentials).toEqual([])
  })

  it('of a payload that the channel has not, and beyond the limit, are refused', async () => {
    await ask('PUT', '/v1/channels/shop', shop)
    expect((await ask('PUT', at('acme', '?target=payload'), bearer)).json()).toMatchObject({ code: 'bad_request' })
    expect((await ask('PUT', at('acme', '?target=other'), bearer)).json()).toMatchObject({ code: 'bad_request' })
    const ofShop = { channel: 'shop', target: 'connector', origin: null, updatedAtMs: 1 } as const
    for (let n = 0; n < 1000; n++) {
      const credentials = { type: 'bearer', token: 'x' } as const
      ports.channels.putCredentials({ ...ofShop, subscription: `s${n}`, credentials })
    }
    expect((await ask('PUT', at('acme'), bearer)).json()).toMatchObject({
      code: 'credentials_limit_reached',
      limit: { name: 'maxCredentialsPerChannel', value: 1000 },
    })
    expect((await ask('PUT', at('s1'), bearer)).statusCode).toBe(200)
  })
})
