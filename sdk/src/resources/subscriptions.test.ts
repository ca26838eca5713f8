import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, breakConnection, createFakeServer, type Handler, inTurn, refuse } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

function setUp(handler: Handler) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  const calls = () => server.requests.map(({ method, url }) => `${method} ${url.pathname}`)
  return { waybill, requests: server.requests, calls }
}

const acme = { name: 'acme/eu', origin: 'api', weight: 2 }

describe('subscriptions', () => {
  it('are listed page by page, read, set and returned to the defaults', async () => {
    const { waybill, requests, calls } = setUp(({ method, url }) => {
      if (method === 'DELETE') return new Response(null, { status: 204 })
      if (url.pathname !== '/v1/subscriptions') return answer(200, acme)
      const isFirst = url.searchParams.get('pageToken') === null
      return answer(200, { subscriptions: [acme], ...(isFirst && { nextPageToken: 'next' }) })
    })
    const listed: unknown[] = []
    for await (const subscription of waybill.subscriptions.list()) listed.push(subscription)
    expect(listed).toEqual([acme, acme])
    expect(await waybill.subscriptions.put('acme/eu', { weight: 2 })).toEqual(acme)
    expect(await waybill.subscriptions.get('acme/eu')).toEqual(acme)
    expect(await waybill.subscriptions.delete('acme/eu')).toBeUndefined()
    const path = '/v1/subscriptions/acme%2Feu'
    expect(calls()).toEqual([
      ...['GET /v1/subscriptions', 'GET /v1/subscriptions', `PUT ${path}`, `GET ${path}`, `DELETE ${path}`],
    ])
    expect(JSON.parse(requests[2]!.body)).toEqual({ weight: 2 })
  })

  it('are deleted once when the answer got lost', async () => {
    const { waybill, calls } = setUp(inTurn(breakConnection, refuse(404, 'subscription_not_found')))
    await waybill.subscriptions.delete('acme')
    expect(calls()).toHaveLength(2)
  })

  it.each(['', '.', '..'])('refuse the name %j, which would be another path', async (name) => {
    const { waybill, requests } = setUp(inTurn(answer(200, acme)))
    await expect(waybill.subscriptions.get(name)).rejects.toThrow(TypeError)
    expect(requests).toHaveLength(0)
  })
})
