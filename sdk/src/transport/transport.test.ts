import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isRateLimitError, isServerError } from '../api-errors.ts'
import { type ClientOptions, createClient, createClientIn } from '../create-client.ts'
import { isConnectionError, isRequestTimeoutError, isWaybillError } from '../errors.ts'
import {
  answer,
  breakConnection,
  createFakeServer,
  type FakeServer,
  type Handler,
  hang,
  inTurn,
  jobAs,
  jobId,
  refuse,
} from '../testing/fake-server.ts'
import { createFakeTiming, type FakeTiming, nextTurn } from '../testing/fake-timing.ts'
import { maxDelayMs, systemTiming } from './sleep.ts'

const input = { channel: 'sandbox', objectType: 'product', action: 'update', items: [{ id: 'a' }] } as const

function setUp(handler: Handler, options: Partial<ClientOptions> = {}, timing: FakeTiming = createFakeTiming()) {
  const server: FakeServer = createFakeServer(handler)
  const waybill = createClientIn(timing, { baseUrl: 'https://waybill.test', fetch: server.fetch, ...options })
  return { waybill, job: waybill.jobs.attach(jobId), requests: server.requests, sleeps: timing.sleeps, timing }
}

async function catchError(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('transport retries', () => {
  it.each([408, 425, 429, 500, 502, 503, 504, 599])('sends a GET again after %i', async (status) => {
    const { job, requests } = setUp(inTurn(refuse(status, 'overloaded'), answer(200, jobAs())))
    expect((await job.get()).id).toBe(jobId)
    expect(requests).toHaveLength(2)
  })

  it('sends GET, PUT and DELETE again after a broken connection', async () => {
    const { job, waybill, requests } = setUp((request, count) =>
      count % 2 === 0
        ? breakConnection()
        : request.method === 'DELETE'
          ? new Response(null, { status: 204 })
          : answer(200, jobAs()),
    )
    await job.get()
    await waybill.channels.put('shop-eu', { connector: { type: 'http', url: 'https://shop.test' } })
    await job.delete()
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT', 'PUT', 'DELETE', 'DELETE'])
    // A repeat carries the same body.
    expect(requests[3]!.body).toBe(requests[2]!.body)
  })

  it.each([400, 401, 403, 404, 409, 410, 413, 415, 422])('does not send again after %i', async (status) => {
    const { job, requests } = setUp(inTurn(refuse(status, 'bad_request')))
    await expect(job.get()).rejects.toMatchObject({ status })
    expect(requests).toHaveLength(1)
  })

  it('does not send a POST without an idempotency key again', async () => {
    const { waybill, requests } = setUp(inTurn(refuse(503, 'overloaded')))
    const { error, response } = await waybill.raw.POST('/v1/jobs', { body: { ...input, items: [] } })
    expect([response.status, error?.code]).toEqual([503, 'overloaded'])
    expect(requests).toHaveLength(1)
  })

  it('waits longer each time, and gives up after its limit with the last answer', async () => {
    const { job, requests, sleeps } = setUp(inTurn(refuse(503, 'overloaded')))
    const error = await catchError(job.get())
    expect(isServerError(error)).toBe(true)
    expect(requests).toHaveLength(6)
    expect(sleeps).toEqual([300, 600, 1_200, 2_400, 4_800])
  })

  it('moves its delays by up to half at random', async () => {
    const { job, sleeps } = setUp(inTurn(refuse(503, 'overloaded')), {}, createFakeTiming(0))
    await catchError(job.get())
    expect(sleeps).toEqual([150, 300, 600, 1_200, 2_400])
  })

  it('waits at least as long as Retry-After says, below or above a minute', async () => {
    // openai/openai-node#1840: above 60 s it was treated as none.
    for (const seconds of [7, 90]) {
      const { job, sleeps } = setUp(
        inTurn(refuse(429, 'overloaded', { 'Retry-After': `${seconds}` }), answer(200, jobAs())),
      )
      await job.get()
      expect(sleeps).toEqual([seconds * 1_000])
    }
  })

  it('does not wait for a Retry-After beyond its patience, and says how long it is', async () => {
    const { job, requests, sleeps } = setUp(inTurn(refuse(429, 'overloaded', { 'Retry-After': '3600' })))
    const error = await catchError(job.get())
    expect(isRateLimitError(error) && error.retryAfterMs).toBe(3_600_000)
    expect([requests.length, sleeps.length]).toEqual([1, 0])
  })

  it('clamps a Retry-After that no timer can take', async () => {
    const retry = { maxElapsedMs: Number.POSITIVE_INFINITY }
    const endless = refuse(503, 'overloaded', { 'Retry-After': '99999999999999' })
    const { job, sleeps } = setUp(inTurn(endless, answer(200, jobAs())), { retry })
    await job.get()
    expect(sleeps).toEqual([maxDelayMs])
  })

  it('starts none after maxElapsedMs', async () => {
    const { job, requests } = setUp(inTurn(refuse(503, 'overloaded')), { retry: { limit: 100, maxElapsedMs: 5_000 } })
    await catchError(job.get())
    // 300 + 600 + 1200 + 2400 ms
    expect(requests).toHaveLength(5)
  })

  it('makes none with retry: false', async () => {
    const { job, requests } = setUp(inTurn(refuse(503, 'overloaded')), { retry: false })
    await catchError(job.get())
    expect(requests).toHaveLength(1)
  })

  it('sends again when the connection breaks within the answer', async () => {
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"id":'))
        controller.error(new TypeError('terminated'))
      },
    })
    const headers = { 'Content-Type': 'application/json' }
    const { job, requests } = setUp(inTurn(() => new Response(broken, { headers }), answer(200, jobAs())))
    await job.get()
    expect(requests).toHaveLength(2)
  })

  it('waits for its first attempt while the server still receives it', async () => {
    const { waybill, requests } = setUp(inTurn(refuse(409, 'idempotency_in_progress'), answer(202, jobAs())))
    await waybill.jobs.submit(input)
    expect(requests).toHaveLength(2)
  })

  it('takes a 404 for done when only the answer to a DELETE got lost', async () => {
    const { job } = setUp(inTurn(breakConnection, refuse(404, 'job_not_found')))
    await job.delete()
    const missing = setUp(inTurn(refuse(404, 'job_not_found')))
    await expect(missing.job.delete()).rejects.toMatchObject({ status: 404 })
  })
})

describe('transport errors', () => {
  it('are a ConnectionError with its cause when no answer came, retries included', async () => {
    const { job, requests } = setUp(inTurn(breakConnection))
    const error = await catchError(job.get())
    expect(isConnectionError(error)).toBe(true)
    expect(requests).toHaveLength(6)
    expect(error).toMatchObject({
      message: `Cannot GET https://waybill.test/v1/jobs/${jobId} as the server must be reachable: fetch failed (ECONNRESET)`,
      cause: { message: 'fetch failed' },
    })
  })

  it('are a RequestTimeoutError when an answer takes too long, in its head or in its body', async () => {
    const slowBody = () => new Response(new ReadableStream(), { headers: { 'Content-Type': 'application/json' } })
    for (const handler of [hang, slowBody]) {
      const { job, requests } = setUp(handler, { requestTimeoutMs: 10, retry: { limit: 1 } })
      const error = await catchError(job.get())
      expect(isRequestTimeoutError(error) && error.timeoutMs).toBe(10)
      expect(requests).toHaveLength(2)
    }
  })

  it('stay in the error channel of raw when there is an answer', async () => {
    const { waybill } = setUp(inTurn(refuse(503, 'overloaded')))
    const { data, error, response } = await waybill.raw.GET('/v1/limits')
    expect([data, error?.code, response.status]).toEqual([undefined, 'overloaded', 503])
  })

  it('name the redirect that is not followed', async () => {
    const { waybill, requests } = setUp(
      inTurn(new Response(null, { status: 301, headers: { Location: 'https://www.waybill.test/v1/jobs' } })),
    )
    const error = await catchError(waybill.jobs.submit(input))
    expect(isWaybillError(error) && error.message).toBe(
      'Cannot POST https://waybill.test/v1/jobs as baseUrl must be the address that answers: it redirects to https://www.waybill.test/v1/jobs',
    )
    expect(requests).toHaveLength(1)
  })
})

describe('transport abort', () => {
  function countTimers(): number {
    return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  }

  it.each([
    // openai/openai-node#2477, vercel/ai#21053: not heard while asleep.
    ['the wait before a retry', inTurn(refuse(503, 'overloaded', { 'Retry-After': '60' }))],
    ['a request', hang],
  ])('ends %s at once with its reason, and leaves no timer', async (_, handler) => {
    const timersBefore = countTimers() // of the runner
    const server = createFakeServer(handler)
    const waybill = createClientIn(systemTiming, { baseUrl: 'https://waybill.test', fetch: server.fetch })
    const controller = new AbortController()
    const getting = catchError(waybill.jobs.attach(jobId).get({ signal: controller.signal }))
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setTimeout(resolve, 20))
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await nextTurn(getting)).toBe(reason)
    expect(server.requests).toHaveLength(1)
    expect(countTimers()).toBeLessThanOrEqual(timersBefore)
  })

  it('sends nothing when the signal was aborted before', async () => {
    const { job, requests } = setUp(inTurn(answer(200, jobAs())))
    await expect(job.get({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    expect(requests).toHaveLength(0)
  })
})

describe('transport token and headers', () => {
  it('asks a token function before every attempt', async () => {
    let count = 0
    const token = () => Promise.resolve(`token-${++count}`)
    const { job, requests } = setUp(inTurn(refuse(503, 'overloaded'), answer(200, jobAs())), { token })
    await job.get()
    expect(requests.map(({ headers }) => headers.get('Authorization'))).toEqual(['Bearer token-1', 'Bearer token-2'])
  })

  it('sends token and headers with every request, and what a call says itself stays', async () => {
    const headers = { 'X-Tenant': 'eu' }
    const { waybill, requests } = setUp(inTurn(answer(200, {})), { token: 'secret', headers })
    await waybill.raw.GET('/v1/limits')
    await waybill.raw.GET('/v1/limits', { headers: { Authorization: 'Bearer other', 'X-Tenant': 'us' } })
    const seen = requests.map(({ headers }) => [headers.get('Authorization'), headers.get('X-Tenant')])
    expect(seen).toEqual([
      ['Bearer secret', 'eu'],
      ['Bearer other', 'us'],
    ])
  })

  it('keeps a token or header that is none out of the error', async () => {
    for (const options of [{ token: 'sec\nret' }, { headers: { 'X-Key': 'sec\nret' } }]) {
      const { job, requests } = setUp(inTurn(answer(200, {})), options)
      const error = await job.get().catch((error: unknown) => error)
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).toMatch(/^TypeError: Cannot send (Authorization|X-Key) as it must be a header: it is none$/)
      expect(requests).toHaveLength(0)
    }
  })

  it('throws what the token function throws, and does not try again', async () => {
    const failure = new Error('login is down')
    const token = () => Promise.reject(failure)
    const { job, requests } = setUp(inTurn(answer(200, jobAs())), { token })
    expect(await catchError(job.get())).toBe(failure)
    expect(requests).toHaveLength(0)
  })

  it('never sends token and headers to another origin', async () => {
    const { waybill, requests } = setUp(inTurn(answer(200, {})), { token: 'secret', headers: { 'X-Key': 'secret' } })
    await waybill.raw.GET('/v1/limits', { baseUrl: 'https://elsewhere.test' })
    expect(requests[0]!.url.origin).toBe('https://elsewhere.test')
    expect([requests[0]!.headers.get('Authorization'), requests[0]!.headers.get('X-Key')]).toEqual([null, null])
  })

  it('carries no token over a redirect, as seen by real servers', async () => {
    const other = await listen((request, response) => {
      seenElsewhere.push(request.headers.authorization)
      response.end('{}')
    })
    const seenElsewhere: (string | undefined)[] = []
    const first = await listen((_, response) => response.writeHead(307, { Location: `${other}/v1/limits` }).end())
    const waybill = createClient({ baseUrl: first, token: 'secret' })
    await expect(waybill.raw.GET('/v1/limits')).rejects.toThrow(`it redirects to ${other}/v1/limits`)
    expect(seenElsewhere).toEqual([])
  })

  it('never follows a link of an answer to another host', async () => {
    // turbopuffer/turbopuffer-typescript#213: the poll URL on another host got the token.
    const handler = inTurn(
      answer(202, jobAs()),
      answer(200, jobAs()),
      answer(200, jobAs({ status: 'ended', version: 2 })),
    )
    const { waybill, requests } = setUp(handler, { token: 'secret' })
    const job = await waybill.jobs.submit(input)
    await job.wait()
    await job.cancel()
    expect(new Set(requests.map(({ url }) => url.origin))).toEqual(new Set(['https://waybill.test']))
  })
})

describe('transport bodies', () => {
  it('lets JSON be read in every way that raw knows, and its answer again', async () => {
    const { waybill } = setUp(inTurn(answer(200, { jobs: [] })))
    const json = '{"jobs":[]}'
    const read = async (parseAs: 'text' | 'blob' | 'arrayBuffer' | 'stream') => {
      const { data, response } = await waybill.raw.GET('/v1/jobs', { parseAs })
      expect([response.status, response.ok, await response.clone().text()]).toEqual([200, true, json])
      return await new Response(data as BodyInit).text()
    }
    expect(await Promise.all([read('text'), read('blob'), read('arrayBuffer'), read('stream')])).toEqual(
      Array.from({ length: 4 }, () => json),
    )
    const { data, response } = await waybill.raw.GET('/v1/jobs')
    expect(data).toEqual(await response.json())
  })

  it('sends a stream once, though its request could be repeated', async () => {
    const { waybill, requests } = setUp(inTurn(refuse(503, 'overloaded')))
    const lines = new Blob(['{"channel":"sandbox","objectType":"product","action":"update","itemCount":0}\n'])
    const { response } = await waybill.raw.POST('/v1/jobs', {
      headers: { 'Content-Type': 'application/x-ndjson', 'Idempotency-Key': 'one' },
      body: lines.stream() as unknown as string,
    })
    expect(response.status).toBe(503)
    expect(requests).toHaveLength(1)
    expect(requests[0]!.body).toBe(await lines.text())
  })

  it('sends the same bytes again to a real server that drops its first answer', async () => {
    const bodies: string[] = []
    const url = await listen((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')))
      request.on('end', () => {
        bodies.push(body)
        if (bodies.length === 1) response.destroy()
        else response.writeHead(202, { 'Content-Type': 'application/json' }).end(JSON.stringify(jobAs()))
      })
    })
    const items = Array.from({ length: 2_000 }, (_, index) => ({ id: `sku-${index}`, data: 'x'.repeat(100) }))
    await createClient({ baseUrl: url, retry: { initialMs: 1 } }).jobs.submit({ ...input, items })
    expect(bodies).toHaveLength(2)
    expect(bodies[1]).toBe(bodies[0])
    expect(bodies[1]!.split('\n')).toHaveLength(2_002)
  })
})

async function listen(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
