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
