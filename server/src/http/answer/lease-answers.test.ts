import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { fakeSnapshot, JOB_ID } from '../testing/fake-snapshot.ts'
import { buildHttp } from '../server.ts'

let ports: FakePorts
let app: FastifyInstance

beforeEach(() => {
  ports = new FakePorts()
  app = buildHttp(ports)
  ports.show(fakeSnapshot(7, 'running'))
})

afterEach(() => app.close())

function get(url: string, headers: Record<string, string> = {}) {
  return app.inject({ url, headers: { authorization: `Bearer ${TOKEN}`, ...headers } })
}

it.each([`/v1/jobs/${JOB_ID}`, '/v1/jobs', `/v1/jobs/${JOB_ID}/items`, `/v1/jobs/${JOB_ID}/results`, '/v1/channels'])(
  'a server without its lease answers %s with owner_unavailable, and with nothing of the answer',
  async (url) => {
    expect((await get(url)).statusCode).toBe(200)
    ports.holdsLease = false
    const { statusCode, headers, json } = await get(url)
    expect([statusCode, headers['retry-after'], headers['etag'], headers['content-type']]).toEqual([
      ...[503, '1', undefined, 'application/problem+json; charset=utf-8'],
    ])
    expect(json<object>()).toMatchObject({ code: 'owner_unavailable', status: 503 })
    ports.holdsLease = true
    expect((await get(url)).statusCode).toBe(200)
  },
)

it('a lease that ends while a request waits counts, also for 304 and HEAD', async () => {
  ports.holdsLease = false
  expect((await get(`/v1/jobs/${JOB_ID}`, { 'if-none-match': 'W/"7"' })).statusCode).toBe(503)
  const head = await app.inject({
    ...{ method: 'HEAD', url: `/v1/jobs/${JOB_ID}` },
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  expect([head.statusCode, head.body]).toEqual([503, ''])
})

it('refusals, and answers about nothing that runs, are as they are', async () => {
  ports.holdsLease = false
  expect((await get('/v1/jobs/job_00000000000000000000000000000000')).statusCode).toBe(404)
  expect((await get('/v1/self')).statusCode).toBe(200)
  expect((await app.inject({ url: '/healthz/live' })).statusCode).toBe(200)
  expect((await app.inject({ url: '/v1/jobs' })).statusCode).toBe(401)
})

it.each([
  '/v1/channels/shop-us/pause',
  '/v1/channels/shop-us/resume',
  `/v1/jobs/${JOB_ID}/pause`,
  `/v1/jobs/${JOB_ID}/cancel`,
])('POST %s goes by what is in memory, and is refused without the lease before anything is done', async (url) => {
  ports.holdsLease = false
  const { statusCode, json } = await app.inject({
    ...{ method: 'POST', url },
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  expect([statusCode, json<{ code: string }>().code]).toEqual([503, 'owner_unavailable'])
})
