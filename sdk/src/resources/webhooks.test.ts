import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, breakConnection, createFakeServer, type Handler, inTurn } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

const id = `whe_${'a'.repeat(32)}`
const jobId = `job_${'b'.repeat(32)}`
const path = `/v1/webhook-endpoints/${id}`

function setUp(handler: Handler) {
  const server = createFakeServer(handler)
  const { webhooks } = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  const calls = () => server.requests.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)
  return { webhooks, requests: server.requests, calls }
}

async function collect<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const entry of entries) all.push(entry)
  return all
}

describe('webhook endpoints', () => {
  it('are asked for by their operations', async () => {
    const { webhooks, requests, calls } = setUp(({ method, url }) => {
      if (method === 'DELETE') return new Response(null, { status: 204 })
      if (url.pathname.endsWith('/test')) return answer(202, { event: { id: 'evt_1' } })
      if (url.pathname.endsWith('/replay')) return answer(202, { replay: { id: 'whr_1', events: 2, continueAt: null } })
      return answer(
        200,
        url.pathname === '/v1/webhook-endpoints' && method === 'GET' ? { endpoints: [{ id }] } : { id },
      )
    })
    const { endpoints } = webhooks
    expect(await endpoints.create({ url: 'https://hooks.example/' })).toEqual({ id })
    expect(await endpoints.list()).toEqual([{ id }])
    expect(await endpoints.get(id)).toEqual({ id })
    expect(await endpoints.update(id, { eventTypes: ['job.ended'] })).toEqual({ id })
    await endpoints.rotateSecret(id, { graceSeconds: 60 })
    await endpoints.rotateSecret(id)
    await endpoints.revokePreviousSecret(id)
    await endpoints.enable(id, { replayMissed: false })
    await endpoints.disable(id)
    expect(await endpoints.test(id)).toEqual({ id: 'evt_1' })
    expect(await endpoints.replay(id, { since: '2026-01-15T00:00:00Z' })).toMatchObject({ events: 2 })
    expect(await endpoints.delete(id)).toBeUndefined()
    expect(calls()).toEqual([
      ...['POST /v1/webhook-endpoints', 'GET /v1/webhook-endpoints', `GET ${path}`, `PATCH ${path}`],
      ...[`POST ${path}/rotate-secret`, `POST ${path}/rotate-secret`, `POST ${path}/revoke-previous-secret`],
      ...[`POST ${path}/enable`, `POST ${path}/disable`, `POST ${path}/test`, `POST ${path}/replay`, `DELETE ${path}`],
    ])
    expect(requests.slice(3, 8).map(({ body }) => body)).toEqual([
      ...['{"eventTypes":["job.ended"]}', '{"graceSeconds":60}', '{}', '', '{"replayMissed":false}'],
    ])
  })

  it('are changed, enabled and disabled again when the answer is lost, and neither made, rotated nor replayed', async () => {
    const { webhooks, calls } = setUp(
      inTurn(
        ...[
          breakConnection,
          answer(200, { id }),
          breakConnection,
          answer(200, { id }),
          breakConnection,
          answer(200, { id }),
        ],
        ...[breakConnection, breakConnection, breakConnection, breakConnection],
      ),
    )
    const { endpoints } = webhooks
    await endpoints.update(id, { url: 'https://hooks.example/' })
    await endpoints.enable(id)
    await endpoints.disable(id)
    await expect(endpoints.create({ url: 'https://hooks.example/' })).rejects.toThrow()
    await expect(endpoints.rotateSecret(id)).rejects.toThrow()
    await expect(endpoints.test(id)).rejects.toThrow()
    await expect(endpoints.replay(id, { since: '2026-01-15T00:00:00Z' })).rejects.toThrow()
    expect(calls()).toHaveLength(10)
  })

  it.each(['..', '', 'whe_1', 'whsec_secret'])('are not asked for by %j, which is no id', async (wrong) => {
    const { webhooks, requests } = setUp(inTurn(answer(200, {})))
    await expect(webhooks.endpoints.delete(wrong)).rejects.toThrow(
      'Cannot delete webhook endpoint as its id must be whe_ and 32 hex digits: current value is another text',
    )
    expect(requests).toHaveLength(0)
  })
})

describe('webhook deliveries', () => {
  it('are listed page by page, of all and of one job', async () => {
    const { webhooks, calls } = setUp(({ url }) => {
      const isFirst = url.searchParams.get('pageToken') === null
      return answer(200, { deliveries: [{ id: isFirst ? 1 : 2 }], ...(isFirst && { nextPageToken: 'next' }) })
    })
    const { deliveries } = webhooks
    expect(
      await collect(deliveries.list({ endpointId: id, status: ['failed', 'waiting'], jobId, include: ['body'] })),
    ).toEqual([{ id: 1 }, { id: 2 }])
    expect(await collect(deliveries.forJob(jobId, { eventType: 'job.ended', pageSize: 1 }))).toHaveLength(2)
    expect(calls()[1]).toBe(
      `GET /v1/webhook-deliveries?include=body&endpointId=${id}&status=failed&status=waiting&jobId=${jobId}&pageToken=next`,
    )
    expect(calls()[2]).toBe(`GET /v1/jobs/${jobId}/webhook-deliveries?pageSize=1&eventType=job.ended`)
    await expect(collect(deliveries.forJob('..'))).rejects.toThrow(TypeError)
  })
})
