import { problemCodes, type Problem } from '@waybill/spec'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { StoreError } from '../store/store-error.ts'
import { FakePorts, TOKEN } from './testing/fake-ports.ts'
import { fakeSnapshot, JOB_ID } from './testing/fake-snapshot.ts'
import { handlers } from './handlers.ts'
import { registerOperations, type Shared } from './register-operations.ts'
import { buildHttp } from './server.ts'

const apps: FastifyInstance[] = []

function build(ports = new FakePorts()): FastifyInstance {
  const app = buildHttp(ports)
  apps.push(app)
  return app
}

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

const auth = { authorization: `Bearer ${TOKEN}` }

describe('buildHttp', () => {
  it('refuses to start when a handler is missing or superfluous', () => {
    const ports = new FakePorts()
    const { getJob: _, ...rest } = handlers
    const options = { ports, shared: {} as Shared, stopping: () => false }
    const app = build()
    expect(() => registerOperations(app, { ...options, handlers: { ...rest, fly: handlers.getJob } as never })).toThrow(
      /missing \[getJob\], superfluous \[fly\]/,
    )
  })

  it('answers every refusal as a problem with its request id', async () => {
    const answer = await build().inject({ url: '/v1/jobs/nope', headers: { ...auth, 'x-request-id': 'mine-1' } })
    expect(answer.statusCode).toBe(404)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.headers['x-request-id']).toBe('mine-1')
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.json()).toEqual({
      type: '/docs/errors#job_not_found',
      title: 'Job not found',
      status: 404,
      detail: 'Cannot find the job as its id must be job_ and 32 hex digits',
      code: 'job_not_found',
      requestId: 'mine-1',
      instance: '/v1/jobs/nope',
    })
  })

  it.each(['', 'a b', 'x'.repeat(129), 'evil"quote', 'ü'])(
    'makes a request id of its own instead of %j',
    async (given) => {
      const answer = await build().inject({ url: '/healthz/live', headers: { 'x-request-id': given } })
      expect(answer.headers['x-request-id']).toMatch(/^req_[0-9a-f]{32}$/)
    },
  )

  it('knows no path beside those of the spec', async () => {
    const answer = await build().inject({ url: '/v2/jobs?secret=1' })
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({ code: 'not_found', instance: '/v2/jobs' })
    expect(answer.headers.allow).toBeUndefined()
  })

  it('names the methods of a path that knows others', async () => {
    const answer = await build().inject({ method: 'PUT', url: `/v1/jobs/${JOB_ID}`, headers: auth })
    expect(answer.statusCode).toBe(405)
    expect(answer.json()).toMatchObject({ code: 'method_not_allowed' })
    expect(answer.headers.allow).toBe('GET, HEAD, DELETE')
  })

  it('answers a path that is no path as a problem', async () => {
    const answer = await build().inject({ url: '/v1/jobs/%ZZ' })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ code: 'bad_request' })
    expect(answer.headers['x-request-id']).toMatch(/^req_/)
  })

  it('reveals no internals of an unexpected error, and logs it with the request id', async () => {
    const ports = new FakePorts()
    ports.ingest.sealJob = () => Promise.reject(new Error('SQLITE_CORRUPT at /var/secret'))
    const answer = await build(ports).inject({
      method: 'POST',
      url: `/v1/jobs/${JOB_ID}/seal`,
      headers: { ...auth, 'x-request-id': 'r-1' },
      payload: { itemCount: 1 },
    })
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toMatchObject({ code: 'internal_error', requestId: 'r-1' })
    expect(answer.body).not.toContain('SQLITE')
    expect(ports.logged).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ requestId: 'r-1' }) }),
    )
  })

  it('logs requests without query, headers or bodies', async () => {
    const ports = new FakePorts()
    await build(ports).inject({ method: 'POST', url: `/v1/jobs/${JOB_ID}/cancel?secret=1`, headers: auth })
    const text = JSON.stringify(ports.logged)
    expect(text).toContain('cancelJob')
    expect(text).not.toContain('secret')
    expect(text).not.toContain(TOKEN)
  })
})

describe('authentication', () => {
  it('refuses to start without a token that a caller could send', () => {
    expect(() => buildHttp(new FakePorts({ adminToken: null }))).toThrow('adminToken must be set unless dev is true')
  })

  it.each([
    ['none', undefined],
    ['another scheme', 'Basic dGVzdA=='],
    ['another token', 'Bearer test-tokem'],
    ['a prefix', 'Bearer test'],
    ['no token', 'Bearer '],
  ])('refuses %s', async (_, authorization) => {
    const answer = await build().inject({
      url: '/v1/limits',
      headers: authorization === undefined ? {} : { authorization },
    })
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="waybill"')
    expect(answer.json()).toMatchObject({ code: 'unauthenticated' })
  })

  it('takes the admin token, whatever the case of its scheme', async () => {
    const answer = await build().inject({ url: '/v1/limits', headers: { authorization: `bearer ${TOKEN}` } })
    expect(answer.statusCode).toBe(200)
  })

  it('is required for HEAD too', async () => {
    expect((await build().inject({ method: 'HEAD', url: '/v1/limits' })).statusCode).toBe(401)
  })

  it.each(['/healthz/live', '/healthz/ready', '/openapi.json', '/docs/errors'])('leaves %s open', async (url) => {
    expect((await build().inject({ url })).statusCode).toBe(200)
  })

  it('shows no caller the job of another subscription', async () => {
    const ports = new FakePorts()
    ports.show(fakeSnapshot(1, 'running', { subscription: 'other' }))
    const app = build(ports)
    for (const path of ['', '/items', '/items/0', '/results', '/results.csv', '/events']) {
      const answer = await app.inject({ url: `/v1/jobs/${JOB_ID}${path}`, headers: auth })
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'job_not_found'])
    }
  })
})

describe('--dev', () => {
  const dev = { dev: true, adminToken: null }

  it('takes a request without a token, and checks one that is sent', async () => {
    const app = build(new FakePorts(dev))
    expect((await app.inject({ url: '/v1/limits' })).statusCode).toBe(200)
    expect((await app.inject({ url: '/v1/limits', headers: auth })).statusCode).toBe(401)
    const known = build(new FakePorts({ dev: true }))
    expect((await known.inject({ url: '/v1/limits', headers: auth })).statusCode).toBe(200)
  })

  it.each([
    'evil.example',
    'localhost.evil.example',
    '192.168.0.1:80',
    '127.0.0.1.evil.example',
    '127.0.0.999',
    'a@localhost',
  ])('refuses Host %j', async (host) => {
    const answer = await build(new FakePorts(dev)).inject({ url: '/healthz/live', headers: { host } })
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({ code: 'forbidden' })
  })

  it.each(['localhost', 'LOCALHOST:8080', '127.0.0.1:1', '127.8.9.1', '[::1]:8080', 'app.localhost:3'])(
    'takes Host %j',
    async (host) => {
      expect((await build(new FakePorts(dev)).inject({ url: '/v1/limits', headers: { host } })).statusCode).toBe(200)
    },
  )

  it.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://localhost:80@evil.example',
    'file://',
  ])('refuses Origin %j', async (origin) => {
    const answer = await build(new FakePorts(dev)).inject({ url: '/v1/limits', headers: { origin } })
    expect(answer.statusCode).toBe(403)
  })

  it('refuses what a page elsewhere sends without an Origin', async () => {
    const app = build(new FakePorts(dev))
    const statusOf = async (site: string): Promise<number> =>
      (await app.inject({ url: '/v1/limits', headers: { 'sec-fetch-site': site } })).statusCode
    // Two headers are joined by a comma.
    for (const site of ['cross-site', 'Cross-Site', 'same-origin, cross-site']) expect(await statusOf(site)).toBe(403)
    for (const site of ['same-origin', 'same-site', 'none']) expect(await statusOf(site)).toBe(200)
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1:5173' }
    expect((await app.inject({ url: '/v1/limits', headers })).statusCode).toBe(200)
  })

  it('accepts pages of this machine and listed ones, and allows them to read', async () => {
    const app = build(new FakePorts({ ...dev, cors: { origins: ['https://app.example'] } }))
    for (const origin of ['http://localhost:5173', 'https://app.example']) {
      const answer = await app.inject({ url: '/v1/limits', headers: { origin } })
      expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, origin])
    }
  })
})

describe('CORS', () => {
  it('allows requests of listed origins, before they are authenticated', async () => {
    const app = build(new FakePorts({ cors: { origins: ['https://app.example'] } }))
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: '/v1/jobs',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    })
    expect(preflight.statusCode).toBe(204)
    expect(preflight.headers['access-control-allow-origin']).toBe('https://app.example')
    expect(preflight.headers['access-control-allow-headers']).toBe('authorization')
    const refused = await app.inject({ url: '/v1/limits', headers: { origin: 'https://app.example' } })
    expect(refused.statusCode).toBe(401)
    expect(refused.headers['access-control-allow-origin']).toBe('https://app.example')
    expect(refused.headers['access-control-expose-headers']).toBe(
      'Location, ETag, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Idempotent-Replayed, Preference-Applied, Deprecation, Sunset, Link',
    )
  })

  it('is off without origins: no page may ask, read, or learn that it may not', async () => {
    const app = build(new FakePorts())
    for (const origin of ['https://app.example', 'null']) {
      const read = await app.inject({ url: '/v1/limits', headers: { ...auth, origin } })
      const preflight = await app.inject({
        method: 'OPTIONS',
        url: '/v1/jobs',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
      expect([read.statusCode, preflight.statusCode]).toEqual([200, 405])
      for (const { headers } of [read, preflight])
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  it('sends no header to others', async () => {
    const app = build(new FakePorts({ cors: { origins: ['https://app.example'] } }))
    const answer = await app.inject({ url: '/v1/limits', headers: { ...auth, origin: 'https://evil.example' } })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    const without = await build().inject({ url: '/v1/limits', headers: { ...auth, origin: 'https://app.example' } })
    expect(without.headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('parameters', () => {
  it.each([
    ['/v1/jobs?stauts=running', 'unknown_field', 'stauts'],
    ['/v1/jobs?status=flying', 'bad_request', 'status'],
    ['/v1/jobs?pageSize=0', 'bad_request', 'pageSize'],
    ['/v1/jobs?pageSize=ten', 'bad_request', 'pageSize'],
    ['/v1/jobs?pageSize=1&pageSize=2', 'bad_request', 'pageSize'],
    ['/v1/jobs?createdAfter=yesterday', 'bad_request', 'createdAfter'],
    ['/v1/jobs?pageToken=abc.def', 'bad_request', 'pageToken'],
    [`/v1/jobs/${JOB_ID}/items?include=data,lgo`, 'bad_request', 'include'],
    [`/v1/jobs/${JOB_ID}/items/one`, 'bad_request', 'index'],
    [`/v1/jobs/${JOB_ID}/items/-1`, 'bad_request', 'index'],
    [`/v1/jobs/${JOB_ID}/results?from=-1`, 'bad_request', 'from'],
    ['/v1/limits?x=1', 'unknown_field', 'x'],
  ])('of %s are refused with %s', async (url, code, parameter) => {
    const answer = await build().inject({ url, headers: auth })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ code, errors: [{ parameter }], errorCount: 1 })
  })

  it('are all reported at once, with the faults of headers and of a small body', async () => {
    const url = `/v1/jobs/${JOB_ID}/retry?colour=red&size=1`
    const payload = { status: ['done'], force: true }
    const own = { ...auth, 'idempotency-key': 'k'.repeat(300) }
    const answer = await build().inject({ method: 'POST', url, headers: own, payload })
    expect(answer.statusCode).toBe(400)
    const { code, errors, errorCount } = answer.json<Problem>()
    expect({ code, errorCount, places: errors?.map(({ parameter, pointer }) => parameter ?? pointer) }).toEqual({
      code: 'bad_request',
      errorCount: 5,
      places: ['colour', 'size', 'Idempotency-Key', '/status/0', '/force'],
    })
  })

  it('are reported up to 100', async () => {
    const url = `/v1/jobs?${Array.from({ length: 1000 }, (_, n) => `a${n}=1`).join('&')}`
    const { detail, errors, errorCount } = (await build().inject({ url, headers: auth })).json<Problem>()
    expect([errors?.length, errorCount]).toEqual([100, 100])
    expect(detail).toContain('checking ended after 100 faults')
  })

  it('suggest the one that was probably meant', async () => {
    const answer = await build().inject({ url: '/v1/jobs?stauts=running', headers: auth })
    expect(answer.json<{ detail: string }>().detail).toBe(
      'Cannot carry out listJobs as stauts does not exist: did you mean status?',
    )
  })
})

describe('Vary', () => {
  it('names Prefer where it changes the answer, beside Origin', async () => {
    const ports = new FakePorts({ cors: { origins: ['https://app.example'] } })
    ports.show(fakeSnapshot(1, 'running'))
    const app = build(ports)
    const url = `/v1/jobs/${JOB_ID}`
    expect((await app.inject({ url, headers: auth })).headers.vary).toContain('Prefer')
    const crossed = await app.inject({ url, headers: { ...auth, origin: 'https://app.example' } })
    expect(crossed.headers.vary).toBe('Origin, Prefer')
    expect((await app.inject({ url: '/v1/limits', headers: auth })).headers.vary).not.toContain('Prefer')
  })
})

describe('server operations', () => {
  it('answers whether it is ready', async () => {
    const ports = new FakePorts()
    const app = build(ports)
    expect((await app.inject({ url: '/healthz/ready' })).json()).toMatchObject({ status: 'ok' })
    ports.full = true
    const answer = await app.inject({ url: '/healthz/ready' })
    expect([answer.statusCode, answer.json<{ code: string }>().code, answer.headers['retry-after']]).toEqual([
      503,
      'disk_full',
      '10',
    ])
  })

  it.each([
    ['POST', `/v1/jobs/${JOB_ID}/cancel`],
    ['GET', '/healthz/ready'],
  ] as const)('answers 503 with Retry-After to %s %s when its store cannot be reached', async (method, url) => {
    const stages = new FakePorts()
    stages.unavailable = true
    const cancel = (): Promise<never> => Promise.reject(new StoreError('unavailable', 'unreachable'))
    Object.assign(stages.jobControl, { cancel })
    const answer = await build(stages).inject({ method, url, headers: auth })
    expect([answer.statusCode, answer.json<{ code: string }>().code, answer.headers['retry-after']]).toEqual([
      503,
      'store_unavailable',
      '5',
    ])
  })

  it('gives its limits, its description and a page of all codes', async () => {
    const app = build(new FakePorts({ limits: { maxPendingItems: 5, maxDataBytes: null } }))
    expect((await app.inject({ url: '/v1/limits', headers: auth })).json()).toMatchObject({
      maxWaitSeconds: 30,
      maxPendingItems: 5,
    })
    expect((await app.inject({ url: '/openapi.json' })).json()).toMatchObject({ openapi: '3.1.0' })
    const page = await app.inject({ url: '/docs/errors' })
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    for (const code of Object.keys(problemCodes)) expect(page.body).toContain(`<section id="${code}"`)
    expect(page.body).not.toContain('<script')
  })

  it('answers HEAD where it answers with a whole body', async () => {
    const answer = await build().inject({ method: 'HEAD', url: '/healthz/live' })
    expect([answer.statusCode, answer.body]).toEqual([200, ''])
  })
})
