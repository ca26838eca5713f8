import { type Operation, operations } from '@waybill/spec'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { FakePorts, fakeSnapshot, JOB_ID, TOKEN } from '../testing/fake-ports.ts'
import { buildHttp } from '../server.ts'

const apps: FastifyInstance[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

function build(ports: FakePorts): FastifyInstance {
  ports.show(fakeSnapshot(1, 'ended'))
  const app = buildHttp(ports)
  apps.push(app)
  return app
}

const ORIGIN = 'https://app.example'
const headers = { authorization: `Bearer ${TOKEN}`, origin: ORIGIN }
const secure = { 'strict-transport-security': 'max-age=31536000' }
const always = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': expect.stringMatching(/^default-src 'none'/) as string,
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': expect.stringMatching(/no-store|no-cache/) as string,
}

/** Each operation, and what is none. */
function requests(): { readonly method: Operation['method']; readonly url: string }[] {
  const places: Record<string, string> = { ':jobId': JOB_ID, ':index': '0', ':channel': 'shop' }
  // The stream of updates does not end; its head is made as that of a job's events.
  const ending = Object.values<Operation>(operations).filter(({ operationId }) => operationId !== 'streamUpdates')
  const known = ending.map(({ method, path }) => ({
    method,
    url: path.replaceAll(/:\w+/g, (name) => places[name] ?? name.slice(1)),
  }))
  return [...known, { method: 'GET', url: '/nowhere' }, { method: 'GET', url: '/%ff' }]
}

describe('every answer', () => {
  it('has the headers of security, and none that lets a page of another origin read it', async () => {
    const app = build(new FakePorts())
    const statuses = new Set<number>()
    for (const request of requests()) {
      const answer = await app.inject({ ...request, headers })
      statuses.add(answer.statusCode)
      expect(answer.headers, request.url).toMatchObject(always)
      const asked = { ...headers, 'access-control-request-method': request.method }
      const preflight = await app.inject({ method: 'OPTIONS', url: request.url, headers: asked })
      expect(preflight.statusCode).toBeGreaterThanOrEqual(400)
      for (const names of [answer.headers, preflight.headers].map((one) => Object.keys(one))) {
        expect(names.filter((name) => /^access-control-|^strict-transport/.test(name))).toEqual([])
      }
    }
    expect(statuses.has(200)).toBe(true)
    expect(statuses.has(404)).toBe(true)
  })

  it('asks for TLS from then on behind a public URL of https', async () => {
    const app = build(new FakePorts({ publicUrl: 'https://waybill.example' }))
    expect((await app.inject({ url: '/v1/limits', headers })).headers).toMatchObject({ ...always, ...secure })
  })

  it('may be loaded by the pages of cors.origins, and no others', async () => {
    const app = build(new FakePorts({ cors: { origins: [ORIGIN] } }))
    const ofOrigin = async (origin: string) =>
      (await app.inject({ url: '/v1/limits', headers: { ...headers, origin } })).headers['cross-origin-resource-policy']
    expect(await ofOrigin(ORIGIN)).toBe('cross-origin')
    expect(await ofOrigin('https://evil.example')).toBe('same-origin')
  })
})
