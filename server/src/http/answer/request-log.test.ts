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
    await fetch(`${url}/healthz/live`, { headers: { 'x-request-id': 'mine-1' } })
    await fetch(`${url}/nowhere`)
    const durationMs = expect.any(Number) as number
    await eventually(() => heard).toEqual([
      ['request.ended', { operation: 'getLiveness', requestId: 'mine-1', status: 200, statusClass: '2xx', durationMs }],
      ['request.ended', expect.objectContaining({ operation: null, status: 404, statusClass: '4xx' })],
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
