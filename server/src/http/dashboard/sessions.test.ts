import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { apiPaths } from '@waybill/spec/rules'
import { DashboardSessions } from '../../access/dashboard-sessions.ts'
import type { DashboardMode } from '../../model/dashboard-mode.ts'
import { buildHttp } from '../server.ts'
import { FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { fakeSnapshot, JOB_ID } from '../testing/fake-snapshot.ts'

const apps: FastifyInstance[] = []

function build(
  config: ConstructorParameters<typeof FakePorts>[0] = {},
  { mode = 'on', prefix = '' }: { mode?: DashboardMode; prefix?: string } = {},
): FastifyInstance {
  const ports = new FakePorts(config)
  const { clock, tokens } = ports
  ports.jobs.set(JOB_ID, fakeSnapshot(1, 'running'))
  const dashboard = new DashboardSessions({ mode, clock, times: { at: () => () => {} }, tokens })
  Object.assign(ports, { dashboard, paths: apiPaths(prefix) })
  const find = dashboard.find.bind(dashboard)
  const authenticate = ports.authenticate
  // As app.ts wires it: one kind of sessions for both.
  ports.authenticate = async (text) => find(text?.slice('Bearer '.length) ?? '')?.caller ?? authenticate(text)
  const app = buildHttp(ports)
  apps.push(app)
  return app
}

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

const page = { 'waybill-dashboard': '1', 'sec-fetch-site': 'same-origin' }
const token = { authorization: `Bearer ${TOKEN}` }
const url = '/dashboard/session'
const job = `/v1/jobs/${JOB_ID}`

async function open(app: FastifyInstance): Promise<{ session: string | null; mode: string; cookie: string }> {
  const answer = await app.inject({ method: 'POST', url, headers: { ...page, ...token } })
  expect(answer.statusCode).toBe(201)
  const cookie = String(answer.headers['set-cookie'] ?? '')
  return { ...answer.json<{ session: string | null; mode: string }>(), cookie }
}

describe('the session of the dashboard', () => {
  it('is in the answer over plain HTTP, and is a bearer token', async () => {
    const app = build()
    const { session, mode, cookie } = await open(app)
    expect([mode, cookie]).toEqual(['on', ''])
    const headers = { authorization: `Bearer ${session}` }
    expect((await app.inject({ url: job, headers })).statusCode).toBe(200)
    expect((await app.inject({ method: 'DELETE', url, headers: { ...page, ...headers } })).statusCode).toBe(204)
    expect((await app.inject({ url: job, headers })).statusCode).toBe(401)
  })

  it('is in a cookie behind TLS, which counts only with the header of the pages and from this origin', async () => {
    const app = build({ publicUrl: 'https://waybill.example' }, { prefix: 'https://waybill.example' })
    const { session, cookie } = await open(app)
    expect(session).toBeNull()
    expect(cookie).toMatch(
      /^__Host-waybill-session=wbs_[\w-]{43}; Path=\/; Max-Age=43200; Secure; HttpOnly; SameSite=Strict$/,
    )
    const sent = { cookie: `other=1; ${cookie.split(';')[0]!}` }
    const { 'waybill-dashboard': _, ...noHeader } = page
    const status = async (headers: Record<string, string>) => (await app.inject({ url: job, headers })).statusCode
    expect(await status({ ...sent, ...page })).toBe(200)
    expect(await status({ ...sent, ...noHeader })).toBe(401)
    expect(await status({ ...sent, ...page, 'sec-fetch-site': 'same-site' })).toBe(401)
    expect(await status({ ...sent, 'waybill-dashboard': '1' })).toBe(401)
    const view = await app.inject({ url, headers: { ...sent, ...page } })
    expect(view.json()).toMatchObject({ session: null, expiresAt: expect.any(String) as string })
  })

  it('in a cookie counts for a link of this origin to a file, which has no header, and for no other', async () => {
    const app = build({ publicUrl: 'https://waybill.example' }, { prefix: 'https://waybill.example' })
    const { cookie } = await open(app)
    const link = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'empty' }
    const ask = async (path: string, headers: Record<string, string>) =>
      await app.inject({ url: job + path, headers: { cookie: cookie.split(';')[0]!, ...headers } })
    const file = await ask('/results', link)
    expect([file.statusCode, file.headers['content-disposition']]).toEqual([
      200,
      `attachment; filename="${JOB_ID}.ndjson"`,
    ])
    // Of a running job there is no CSV yet: it was asked for all the same.
    expect((await ask('/results.csv', link)).statusCode).toBe(409)
    expect((await ask('', link)).statusCode).toBe(401)
    for (const other of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-mode': 'cors' },
      { 'sec-fetch-dest': 'iframe' },
    ])
      expect((await ask('/results', { ...link, ...other })).statusCode).toBe(401)
  })

  it('is in the answer below a prefix: a cookie would be for all that is on this host', async () => {
    const publicUrl = 'https://host.example/bulk'
    const { session, cookie } = await open(build({ publicUrl }, { prefix: publicUrl }))
    expect([session?.slice(0, 4), cookie]).toEqual(['wbs_', ''])
  })

  it('may change nothing in a read-only dashboard, whatever its token may', async () => {
    const app = build({}, { mode: 'read-only' })
    const headers = { authorization: `Bearer ${(await open(app)).session}` }
    expect((await app.inject({ url: job, headers })).statusCode).toBe(200)
    const refused = await app.inject({ method: 'POST', url: `${job}/cancel`, headers })
    expect(refused.statusCode).toBe(403)
    expect(refused.json<{ detail: string }>().detail).toContain('must have the scope jobs:write')
  })

  it('is opened by a page of this origin alone, with a token, not with a session', async () => {
    const app = build()
    const { session } = await open(app)
    const status = async (headers: Record<string, string>) =>
      (await app.inject({ method: 'POST', url, headers })).statusCode
    expect(await status(token)).toBe(403)
    expect(await status({ ...page, ...token, 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await status(page)).toBe(401)
    expect(await status({ ...page, authorization: 'Bearer wrong' })).toBe(401)
    expect(await status({ ...page, authorization: `Bearer ${session}` })).toBe(401)
  })

  it('is refused from an address that guessed too often, also with the right token', async () => {
    const app = build()
    const post = async (authorization: string, remoteAddress: string) =>
      (await app.inject({ method: 'POST', url, remoteAddress, headers: { ...page, authorization } })).statusCode
    let guesses = 0
    while ((await post(`Bearer guess-${guesses}`, '198.51.100.7')) === 401 && guesses < 2000) guesses++
    expect(guesses).toBeGreaterThanOrEqual(1000)
    expect(guesses).toBeLessThan(1100)
    const answer = await app.inject({
      method: 'POST',
      url,
      remoteAddress: '198.51.100.7',
      headers: { ...page, ...token },
    })
    expect(answer.statusCode).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(await post(token.authorization, '198.51.100.8')).toBe(201)
  })

  it('needs no token under --dev', async () => {
    const app = build({ dev: true, adminToken: null })
    const headers = { ...page, host: 'localhost' }
    expect((await app.inject({ url, headers })).json()).toMatchObject({ tokenRequired: false, expiresAt: null })
    expect((await app.inject({ method: 'POST', url, headers })).statusCode).toBe(201)
  })

  it('is not there when the dashboard is off', async () => {
    const app = build({}, { mode: 'off' })
    expect((await app.inject({ method: 'POST', url, headers: { ...page, ...token } })).statusCode).toBe(404)
    expect((await app.inject({ url: '/dashboard/' })).statusCode).toBe(404)
  })
})
