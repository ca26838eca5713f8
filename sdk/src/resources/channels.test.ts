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

  it.each(['..', '.', '', 'Shop', '/x'])('refuse the name %j, which would be another path', async (name) => {
    const { channels, requests } = setUp(inTurn(answer(200, channel)))
    await expect(channels.delete(name)).rejects.toThrow(
      `Cannot delete channel as its name must begin with a lower-case letter or digit: current value is ${JSON.stringify(name)}`,
    )
    expect(requests).toHaveLength(0)
  })
})
