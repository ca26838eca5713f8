import { expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, createFakeServer, inTurn, refuse } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

it('the servers are listed, and asked for again while none is active', async () => {
  const servers = [
    { id: 'srv_2', role: 'active' },
    { id: 'srv_3', role: 'standby' },
  ]
  const server = createFakeServer(inTurn(refuse(503, 'owner_unavailable'), answer(200, { servers })))
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  expect(await waybill.servers.list()).toEqual(servers)
  expect(server.requests.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual([
    'GET /v1/servers',
    'GET /v1/servers',
  ])
})
