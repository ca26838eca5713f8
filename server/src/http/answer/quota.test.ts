import type { FastifyInstance } from 'fastify'
import { afterEach, expect, it } from 'vitest'
import { ProblemError } from '../../model/errors.ts'
import { FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { JOB_ID } from '../testing/fake-snapshot.ts'
import { buildHttp } from '../server.ts'

let app: FastifyInstance

afterEach(async () => {
  await app.close()
})

const limits = { weight: 2, maxPendingItems: 100, maxOpenJobs: 1000, maxRunningCalls: null, requestRate: null }

function submit() {
  const payload = { channel: 'sandbox', objectType: 'product', action: 'update', items: [] }
  return app.inject({ method: 'POST', url: '/v1/jobs', headers: { authorization: `Bearer ${TOKEN}` }, payload })
}

it('reports a quota with its remainder', async () => {
  const ports = new FakePorts({ subscriptions: { default: limits } })
  app = buildHttp(ports)
  ports.pending = 30
  ports.ingest.submitJob = async () => ({ id: JOB_ID, status: 202, body: '{}', replayed: false })
  expect((await submit()).headers).toMatchObject({
    'ratelimit-policy': '"pending-items";q=100;qu="items"',
    ratelimit: '"pending-items";r=70',
  })
  const answer = await app.inject({ method: 'GET', url: '/v1/limits', headers: { authorization: `Bearer ${TOKEN}` } })
  expect(answer.json()).toMatchObject({ subscription: limits })
})

it('an exhausted quota reports when to retry', async () => {
  const ports = new FakePorts({ subscriptions: { default: limits } })
  app = buildHttp(ports)
  ports.pending = 105
  ports.ingest.submitJob = () =>
    Promise.reject(new ProblemError({ code: 'quota_exceeded', detail: 'too many', retryAfterSeconds: 4.2 }))
  const answer = await submit()
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([429, 'quota_exceeded'])
  expect(answer.headers).toMatchObject({
    'retry-after': '5',
    'ratelimit-policy': '"pending-items";q=100;qu="items"',
    ratelimit: '"pending-items";r=0;t=5',
  })
})

it('reports nothing without a quota', async () => {
  const ports = new FakePorts({ subscriptions: { other: limits } })
  app = buildHttp(ports)
  ports.ingest.submitJob = async () => ({ id: JOB_ID, status: 202, body: '{}', replayed: false })
  expect((await submit()).headers).not.toHaveProperty('ratelimit')
})

it('reports both quotas, on answers of every kind, and refuses what is beyond that of requests', async () => {
  const ports = new FakePorts({ subscriptions: { acme: { ...limits, requestRate: { perMinute: 120, burst: 4 } } } })
  const scopes = new Set(['jobs:write'] as const)
  ports.authenticate = () => Promise.resolve({ subscription: 'acme', scopes, actor: 'token', token: null })
  app = buildHttp(ports)
  ports.pending = 30
  ports.ingest.submitJob = async () => ({ id: JOB_ID, status: 202, body: '{}', replayed: false })
  expect((await submit()).headers).toMatchObject({
    'ratelimit-policy': '"requests";q=4;w=2, "pending-items";q=100;qu="items"',
    ratelimit: '"requests";r=3, "pending-items";r=70',
  })
  const get = (url: string) => app.inject({ method: 'GET', url, headers: { authorization: 'Bearer x' } })
  const forbidden = await get('/v1/jobs')
  expect([forbidden.statusCode, forbidden.headers['ratelimit']]).toEqual([403, '"requests";r=2'])
  const invalid = await get('/v1/limits?x=1')
  expect([invalid.statusCode, invalid.headers['ratelimit']]).toEqual([400, '"requests";r=1'])
  expect((await get('/v1/self')).headers['ratelimit']).toBe('"requests";r=0;t=1')
  const refused = await submit()
  expect(refused.statusCode).toBe(429)
  expect(refused.json()).toMatchObject({
    code: 'rate_limited',
    limit: { name: 'subscription.requestRate', value: 120 },
  })
  expect(refused.headers).toMatchObject({
    'retry-after': '1',
    'ratelimit-policy': '"requests";q=4;w=2, "pending-items";q=100;qu="items"',
    ratelimit: '"requests";r=0;t=1, "pending-items";r=70',
  })
  ports.subscriptions.put('acme', { ...limits, requestRate: null })
  expect((await get('/v1/self')).headers).not.toHaveProperty('ratelimit')
})

it('the admin token is not counted', async () => {
  const ports = new FakePorts({ subscriptions: { default: { ...limits, requestRate: { perMinute: 1, burst: 1 } } } })
  app = buildHttp(ports)
  for (let n = 0; n < 3; n++) {
    const answer = await app.inject({ method: 'GET', url: '/v1/self', headers: { authorization: `Bearer ${TOKEN}` } })
    expect([answer.statusCode, answer.headers['ratelimit']]).toEqual([200, undefined])
  }
})

it('requests without a valid token are bounded by address, and keep no valid one out', async () => {
  const ports = new FakePorts()
  app = buildHttp(ports)
  const ask = (url: string, remoteAddress: string, token = 'wrong') =>
    app.inject({ method: 'GET', url, remoteAddress, headers: { authorization: `Bearer ${token}` } })
  const statuses = new Map<number, number>()
  for (let n = 0; n < 1020; n++) {
    const { statusCode } = await ask('/v1/self', `2001:db8::1:${n.toString(16)}`)
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
  }
  expect([...statuses]).toEqual([
    [401, 1000],
    [429, 20],
  ])
  const refused = await ask('/openapi.json', '2001:db8:0:0:ffff::1')
  expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([429, 'rate_limited'])
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  expect((await ask('/v1/self', '2001:db8::1', TOKEN)).statusCode).toBe(200)
  expect((await ask('/v1/self', '2001:db8:0:1::1')).statusCode).toBe(401)
  expect((await ask('/healthz/live', '2001:db8::1')).statusCode).toBe(200)
})
