import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { ProblemError } from '../../model/errors.ts'
import { hearEvents } from '../../runtime/testing/heard-events.ts'
import { eventually, FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { buildHttp } from '../server.ts'

const apps: FastifyInstance[] = []

function build(fake: FakePorts): FastifyInstance {
  const app = buildHttp(fake)
  apps.push(app)
  return app
}

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

describe('telemetry of requests', () => {
  it('has an event of each request that was answered', async () => {
    const fake = new FakePorts()
    const heard = hearEvents(fake.telemetry, 'request.ended')
    const url = await build(fake).listen({ port: 0, host: '127.0.0.1' })
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await fetch(`${url}/healthz/live`, { headers: { 'x-request-id': 'mine-1', traceparent, tracestate: 'v=1' } })
    await fetch(`${url}/nowhere`)
    const durationMs = expect.any(Number) as number
    await eventually(() => heard).toEqual([
      [
        'request.ended',
        {
          ...{ operation: 'getLiveness', requestId: 'mine-1', route: 'GET /healthz/live', subscription: '', made: [] },
          ...{ status: 200, statusClass: '2xx', durationMs, trace: { traceparent, tracestate: 'v=1' } },
        },
      ],
      [
        'request.ended',
        expect.objectContaining({ operation: null, route: 'GET', status: 404, statusClass: '4xx', trace: null }),
      ],
    ])
  })

  it('has an event of each refusal for want of capacity', async () => {
    const fake = new FakePorts()
    const heard = hearEvents(fake.telemetry, 'request.overloaded')
    fake.ingest.submitJob = () => Promise.reject(new ProblemError({ code: 'overloaded', detail: 'full' }))
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-ndjson' }
    const app = build(fake)
    await app.inject({ method: 'POST', url: '/v1/jobs', headers, payload: '{}' })
    await app.inject({
      method: 'POST',
      url: '/v1/jobs',
      headers: { ...headers, 'content-type': 'text/csv' },
      payload: '',
    })
    expect(heard).toEqual([['request.overloaded', { operation: 'submitJob' }]])
  })
})

describe('the caller of a request', () => {
  it.each([
    { trustedProxies: [], caller: '10.0.0.7', shareKey: '10.0.0.7' },
    { trustedProxies: ['10.0.0.0/24'], caller: '2001:db8::1:2', shareKey: '2001:db8:0:0::/64' },
  ])('is what the connection or trusted proxies report: $trustedProxies', async (expected) => {
    const fake = new FakePorts({ trustedProxies: expected.trustedProxies })
    const app = build(fake)
    let shareKey = ''
    app.addHook('onResponse', async (request) => {
      shareKey = request.shareKey
    })
    const headers = {
      'x-forwarded-for': '127.0.0.1, 2001:db8::1:2',
      'x-real-ip': '127.0.0.1',
      forwarded: 'for=127.0.0.1',
    }
    await app.inject({ method: 'POST', url: '/v1/jobs', headers, remoteAddress: '10.0.0.7' })
    expect(fake.logged).toMatchObject([
      { message: 'Token refused', fields: { address: expected.shareKey } },
      { message: 'Request answered', fields: { address: expected.caller } },
    ])
    expect(shareKey).toBe(expected.shareKey)
  })
})
