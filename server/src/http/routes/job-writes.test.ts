import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeItem } from '../testing/fake-item.ts'
import { eventually, FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { fakeSnapshot, JOB_ID } from '../testing/fake-snapshot.ts'
import { buildHttp } from '../server.ts'

const headers = { authorization: `Bearer ${TOKEN}` }

let ports: FakePorts
let app: FastifyInstance

beforeEach(() => {
  ports = new FakePorts()
  app = buildHttp(ports)
})

afterEach(async () => {
  await app.close()
})

describe('appendItems', () => {
  it('passes on the index at which the part begins, and answers with the receipt', async () => {
    const seen: unknown[] = []
    const received: Uint8Array[] = []
    ports.ingest.appendItems = async ({ body, ...request }) => {
      for await (const chunk of body) received.push(chunk)
      seen.push(request)
      return { nextIndex: 12, accepted: 2, deduplicated: 0 }
    }
    const answer = await app.inject({
      method: 'POST',
      url: `/v1/jobs/${JOB_ID}/items?fromIndex=10`,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      payload: '[{"id":"a"},{"id":"b"}]',
    })
    expect([answer.statusCode, answer.json()]).toEqual([200, { nextIndex: 12, accepted: 2, deduplicated: 0 }])
    expect(seen).toEqual([
      { id: JOB_ID, subscription: 'default', caller: 'token:admin', fromIndex: 10, mediaType: 'application/json' },
    ])
  })

  it('requires the index at which the part begins', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: `/v1/jobs/${JOB_ID}/items`,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      payload: '[]',
    })
    expect(answer.json()).toMatchObject({
      code: 'bad_request',
      errors: [{ parameter: 'fromIndex', detail: 'is missing' }],
    })
  })
})

describe('pauseJob, resumeJob and releaseJob', () => {
  it.each(['pause', 'resume', 'release'])('%s a job, and answer with it', async (action) => {
    ports.show(fakeSnapshot(3, 'paused', { retryAfterSeconds: 4 }))
    const answer = await app.inject({ method: 'POST', url: `/v1/jobs/${JOB_ID}/${action}`, headers })
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { id: JOB_ID, status: 'paused' }])
    expect(answer.headers).toMatchObject({ location: `/v1/jobs/${JOB_ID}`, 'retry-after': '4' })
    expect(ports.asked).toEqual([action])
  })

  it.each(['pause', 'resume', 'release'])('%s refuses a job that has ended', async (action) => {
    ports.show(fakeSnapshot(3, 'ended'))
    const answer = await app.inject({ method: 'POST', url: `/v1/jobs/${JOB_ID}/${action}`, headers })
    expect(answer.json()).toMatchObject({ status: 409, code: 'job_ended' })
  })
})

describe('sealJob, cancelJob and deleteJob', () => {
  it('answer with the job and when to ask again', async () => {
    ports.show(fakeSnapshot(3, 'running', { retryAfterSeconds: 4 }))
    for (const [path, payload] of [
      ['seal', { itemCount: 3 }],
      ['cancel', undefined],
    ] as const) {
      const answer = await app.inject({
        method: 'POST',
        url: `/v1/jobs/${JOB_ID}/${path}`,
        headers,
        ...(payload && { payload }),
      })
      expect(answer.statusCode).toBe(202)
      expect(answer.headers).toMatchObject({ location: `/v1/jobs/${JOB_ID}`, 'retry-after': '4' })
      expect(answer.json()).toMatchObject({ id: JOB_ID })
    }
  })

  it.each([
    [{}, '/itemCount', 'bad_request'],
    [{ itemCount: -1 }, '/itemCount', 'bad_request'],
    [{ itemCount: 1, force: true }, '/force', 'unknown_field'],
  ])('refuse to seal with %j', async (payload, pointer, code) => {
    const answer = await app.inject({ method: 'POST', url: `/v1/jobs/${JOB_ID}/seal`, headers, payload })
    expect(answer.json()).toMatchObject({ code, errors: [{ pointer }] })
  })

  it('delete only what has ended', async () => {
    ports.show(fakeSnapshot(3, 'running'))
    const early = await app.inject({ method: 'DELETE', url: `/v1/jobs/${JOB_ID}`, headers })
    expect([early.statusCode, early.json<{ code: string }>().code]).toEqual([409, 'job_not_ended'])
    ports.show(fakeSnapshot(4, 'ended'))
    expect((await app.inject({ method: 'DELETE', url: `/v1/jobs/${JOB_ID}`, headers })).statusCode).toBe(204)
    expect((await app.inject({ method: 'DELETE', url: `/v1/jobs/${JOB_ID}`, headers })).statusCode).toBe(404)
  })
})

describe('deliverItem', () => {
  const item = { channel: 'sandbox', objectType: 'product', action: 'update', item: { id: 'a' } }

  function deliver(more: Record<string, string> = {}) {
    return app.inject({ method: 'POST', url: '/v1/items', headers: { ...headers, ...more }, payload: item })
  }

  beforeEach(() => {
    ports.ingest.deliverItem = async ({ body }) => {
      for await (const _ of body);
      ports.show(fakeSnapshot(1, 'pending'))
      ports.items.set(0, fakeItem(0, { status: 'pending', data: { big: true } }))
      return { id: JOB_ID, status: 202, body: '{}', replayed: false }
    }
  })

  it('answers 200 as soon as the item has ended', async () => {
    const answer = deliver({ prefer: 'wait=10' })
    await eventually(() => ports.waits.size).toBe(1)
    ports.show(fakeSnapshot(2, 'running'))
    await eventually(() => ports.waits.size).toBe(1)
    ports.items.set(0, fakeItem(0, { status: 'failed', data: { big: true } }))
    ports.show(fakeSnapshot(3, 'ended'))
    const { statusCode, json, headers: given } = await answer
    expect([statusCode, given.location, given['preference-applied']]).toEqual([200, `/v1/jobs/${JOB_ID}`, 'wait=10'])
    expect(json()).toMatchObject({ done: true, job: { status: 'ended' }, item: { status: 'failed' } })
    expect(json<{ item: object }>().item).not.toHaveProperty('data')
  })

  it('answers 202 after a second when the request does not say how long to wait', async () => {
    const answer = deliver()
    await eventually(() => ports.waits.size).toBe(1)
    ports.clock.advance(1000)
    const { statusCode, json, headers: given } = await answer
    expect([statusCode, json<{ done: boolean }>().done, given['preference-applied']]).toEqual([202, false, undefined])
  })

  it('does not wait when asked not to, or when the server stops', async () => {
    expect((await deliver({ prefer: 'wait=0' })).statusCode).toBe(202)
    const answer = deliver({ prefer: 'wait=30' })
    await eventually(() => ports.waits.size).toBe(1)
    void app.close()
    expect((await answer).statusCode).toBe(202)
  })

  it('shows the end of the job with the end of its item', async () => {
    ports.itemReads.item = async () => {
      ports.show(fakeSnapshot(2, 'ended'))
      return { item: fakeItem(0) }
    }
    expect((await deliver({ prefer: 'wait=0' })).json()).toMatchObject({
      done: true,
      job: { done: true },
      item: { status: 'succeeded' },
    })
  })

  it('reports that the job is gone when it was deleted meanwhile', async () => {
    ports.itemReads.item = async () => null
    expect((await deliver({ prefer: 'wait=0' })).json()).toMatchObject({ status: 410, code: 'job_purged' })
  })

  it('takes JSON only', async () => {
    expect((await deliver({ 'content-type': 'application/x-ndjson' })).statusCode).toBe(415)
  })
})
