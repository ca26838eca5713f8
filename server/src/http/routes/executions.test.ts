import type { Execution } from '@waybill/spec'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakePorts, fakeSnapshot, TOKEN } from '../testing/fake-ports.ts'
import { buildHttp } from '../server.ts'

const headers = { authorization: `Bearer ${TOKEN}` }
const stages = [{ name: 'products', jobs: [] }]

let ports: FakePorts
let app: FastifyInstance

beforeEach(() => {
  ports = new FakePorts()
  app = buildHttp(ports)
})

afterEach(async () => {
  await app.close()
})

function execution(id: string, more: Partial<Execution> = {}): Execution {
  const { job } = fakeSnapshot(1, 'running')
  const links = { self: '/v1/executions/x', jobs: '/v1/jobs?executionId=x', cancel: '', pause: '', resume: '' }
  const { counts, createdAt } = job
  const base = {
    id,
    subscription: 'default',
    status: 'running',
    done: false,
    outcome: null,
    counts,
    progress: null,
  } as const
  return { ...base, stages: [], createdAt, links, ...more }
}

describe('createExecution', () => {
  it('passes on the body and the key, and answers with the execution', async () => {
    const seen: unknown[] = []
    ports.executions.create = async ({ body, ...request }) => {
      let text = ''
      for await (const chunk of body) text += Buffer.from(chunk).toString()
      seen.push({ ...request, text })
      return { id: 'a/b', body: '{"id":"a/b"}', replayed: true }
    }
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/executions',
      headers: { ...headers, 'idempotency-key': 'k' },
      payload: { stages },
    })
    expect([answer.statusCode, answer.json()]).toEqual([202, { id: 'a/b' }])
    expect(answer.headers).toMatchObject({ location: '/v1/executions/a%2Fb', 'idempotent-replayed': 'true' })
    expect(seen).toEqual([
      {
        subscription: 'default',
        caller: 'token:admin',
        mediaType: 'application/json',
        idempotencyKey: 'k',
        traceparent: null,
        text: JSON.stringify({ stages }),
      },
    ])
  })

  it('takes JSON, 16 MiB of it', async () => {
    const lines = await app.inject({
      method: 'POST',
      url: '/v1/executions',
      headers: { ...headers, 'content-type': 'application/x-ndjson' },
      payload: '{}',
    })
    expect(lines.statusCode).toBe(415)
    ports.executions.create = async ({ body }) => {
      for await (const _ of body);
      throw new Error('it was not refused')
    }
    const large = await app.inject({
      method: 'POST',
      url: '/v1/executions',
      headers: { ...headers, 'content-type': 'application/json' },
      payload: 'x'.repeat(16 * 1024 * 1024 + 1),
    })
    expect(large.json()).toMatchObject({ code: 'body_too_large', limit: { name: 'maxExecutionBodyBytes' } })
  })
})

describe('getExecution', () => {
  it('finds one by any id there may be', async () => {
    for (const id of ['nightly 2026/01', 'x'.repeat(128), '\u{1F4E6}'.repeat(128)]) {
      ports.executionsById.set(id, execution(id))
      const answer = await app.inject({ method: 'GET', url: `/v1/executions/${encodeURIComponent(id)}`, headers })
      expect([answer.statusCode, answer.json<Execution>().id]).toEqual([200, id])
      expect(answer.headers).not.toHaveProperty('retry-after')
    }
  })

  it('reports when to poll again', async () => {
    const progress = { ratio: 0.5, itemsPerSecond: 1, etaSeconds: 41, estimatedEndAt: null, decidedBy: null }
    ports.executionsById.set('a', execution('a', { progress }))
    ports.executionsById.set('b', execution('b', { progress: { ...progress, etaSeconds: 4000 } }))
    ports.executionsById.set('c', execution('c', { progress, done: true }))
    const hints = await Promise.all(
      ['a', 'b', 'c'].map(
        async (id) => (await app.inject({ method: 'GET', url: `/v1/executions/${id}`, headers })).headers,
      ),
    )
    expect(hints.map((given) => given['retry-after'])).toEqual(['11', '30', undefined])
  })

  it('answers 404 when there is none', async () => {
    for (const id of ['none', 'x'.repeat(129)]) {
      const answer = await app.inject({ method: 'GET', url: `/v1/executions/${id}`, headers })
      expect(answer.json<{ code: string }>().code).toBe(id === 'none' ? 'execution_not_found' : 'bad_request')
    }
  })
})
