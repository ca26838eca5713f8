import type { FastifyInstance } from 'fastify'
import { afterEach, expect, it } from 'vitest'
import { ProblemError } from '../../model/errors.ts'
import { FakePorts, JOB_ID, TOKEN } from '../testing/fake-ports.ts'
import { buildHttp } from '../server.ts'

let app: FastifyInstance

afterEach(async () => {
  await app.close()
})

const limits = { weight: 2, maxPendingItems: 100, maxOpenJobs: 1000, maxRunningCalls: null }

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
