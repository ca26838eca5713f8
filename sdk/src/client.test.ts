import { describe, expect, it } from 'vitest'
import { ApiError, isBadRequestError, NotFoundError } from './api-errors.ts'
import { createClientIn } from './create-client.ts'
import { isConnectionError } from './errors.ts'
import { answer, createFakeServer, type Handler, inTurn, jobAs, jobId, refuse } from './testing/fake-server.ts'
import { createFakeTiming } from './testing/fake-timing.ts'

const input = { channel: 'sandbox', objectType: 'product', action: 'update', items: [{ id: 'a' }] } as const

function setUp(handler: Handler) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(createFakeTiming(), {
    baseUrl: 'https://waybill.test',
    fetch: server.fetch,
    retry: false,
  })
  return { waybill, requests: server.requests }
}

async function catchError(work: Promise<unknown>): Promise<Error> {
  return await work.then(
    () => new Error('nothing was thrown'),
    (error: Error) => error,
  )
}

describe('errors of answers', () => {
  it('carry status, code, problem, request id and Retry-After', async () => {
    const { waybill } = setUp(inTurn(refuse(503, 'overloaded', { 'Retry-After': '5' })))
    const error = await catchError(waybill.jobs.attach(jobId).get())
    expect(error).toMatchObject({
      name: 'ServerError',
      status: 503,
      code: 'overloaded',
      requestId: 'req_1',
      retryAfterMs: 5_000,
      problem: { title: 'overloaded' },
      message: `Cannot get job ${jobId} as the server answered 503: It is overloaded (overloaded, req_1)`,
    })
    expect(error).toBeInstanceOf(ApiError)
  })

  it('take the sentence of the server where it is whole, and name the first places', async () => {
    const errors = [17_203, 17_204, 17_205, 17_206].map((line) => ({
      line,
      pointer: '/id',
      detail: 'must be a string',
    }))
    const detail = 'Cannot submit job as every item must be valid: 120 are not'
    const { waybill } = setUp(inTurn(refuse(400, 'invalid_item', {}, { detail, errors, errorCount: 120 })))
    const error = await catchError(waybill.jobs.submit(input))
    expect(isBadRequestError(error) && error.problem?.errors).toHaveLength(4)
    expect(error.message).toBe(
      `${detail}; line 17203 /id must be a string; line 17204 /id must be a string; line 17205 /id must be a string; and 117 more (invalid_item, req_1)`,
    )
  })

  it('name a place once', async () => {
    const errors = ['/a', '/b'].map((pointer) => ({ line: 1, pointer, detail: `${pointer} is wrong` }))
    const { waybill } = setUp(
      inTurn(refuse(400, 'bad_request', {}, { detail: 'Cannot submit job as /a is wrong', errors })),
    )
    const error = await catchError(waybill.jobs.submit(input))
    expect(error.message).toBe('Cannot submit job as /a is wrong; line 1 /b /b is wrong (bad_request, req_1)')
  })

  it('are ApiErrors too when something between answers in the place of Waybill', async () => {
    const page = new Response('<html>no such site</html>', { status: 404, headers: { 'X-Request-Id': 'edge_7' } })
    const { waybill } = setUp(inTurn(page))
    const error = await catchError(waybill.jobs.attach(jobId).get())
    expect(error).toBeInstanceOf(NotFoundError)
    expect(error).toMatchObject({ code: 'http_404', problem: null, requestId: 'edge_7', retryAfterMs: null })
    expect(error.message).toBe(
      `Cannot get job ${jobId} as the server answered 404: <html>no such site</html> (http_404, edge_7)`,
    )
  })

  it('are a ConnectionError when a good answer is no JSON', async () => {
    const { waybill } = setUp(
      inTurn(new Response('<html>sign in</html>', { headers: { 'Content-Type': 'text/html' } })),
    )
    const error = await catchError(waybill.jobs.attach(jobId).get())
    expect(isConnectionError(error)).toBe(true)
    expect(error.message).toMatch(new RegExp(`^Cannot get job ${jobId} as the answer must be JSON: `))
  })
})

describe('raw', () => {
  it('sends objects as JSON, and text, bytes, blobs and streams as they are', async () => {
    const { waybill, requests } = setUp(inTurn(answer(200, { nextIndex: 1, accepted: 1, deduplicated: 0 })))
    const line = '{"id":"a"}\n'
    const bytes = new TextEncoder().encode(line)
    for (const body of [line, bytes, bytes.buffer, new Blob([line]), new Blob([line]).stream()]) {
      const { data } = await waybill.raw.POST('/v1/jobs/{jobId}/items', {
        params: { path: { jobId }, query: { fromIndex: 0 } },
        headers: { 'Content-Type': 'application/x-ndjson' },
        body: body as unknown as string,
      })
      expect(data?.nextIndex).toBe(1)
    }
    await waybill.raw.POST('/v1/jobs/{jobId}/items', {
      params: { path: { jobId }, query: { fromIndex: 0 } },
      body: [{ id: 'a' }],
    })
    expect(requests.map(({ body }) => body)).toEqual([line, line, line, line, line, '[{"id":"a"}]'])
    expect(requests.map(({ headers }) => headers.get('Content-Type'))).toEqual([
      ...Array.from({ length: 5 }, () => 'application/x-ndjson'),
      'application/json',
    ])
    expect(requests[0]!.url.href).toBe(`https://waybill.test/v1/jobs/${jobId}/items?fromIndex=0`)
  })

  it('repeats the filters that have several values', async () => {
    const { waybill, requests } = setUp(inTurn(answer(200, { jobs: [] })))
    await waybill.raw.GET('/v1/jobs', { params: { query: { status: ['running', 'pending'], channel: ['a'] } } })
    expect(requests[0]!.url.search).toBe('?status=running&status=pending&channel=a')
  })

  it('takes middleware', async () => {
    const { waybill, requests } = setUp(inTurn(answer(200, jobAs())))
    waybill.raw.use({ onRequest: ({ request }) => request.headers.set('X-Trace', '1') })
    await waybill.jobs.attach(jobId).get()
    expect(requests[0]!.headers.get('X-Trace')).toBe('1')
  })
})
