import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AuditEntry, ChannelTest, Job, JobPage, Problem, WebhookDeliveryPage } from '@waybill/spec'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { EventReceiver } from '../support/event-receiver.ts'
import { ENVELOPE, JSON_BODY } from '../support/hostile-world.ts'
import { ServerProcess } from '../support/server-process.ts'
import { bearer } from '../support/token-world.ts'

/*
 * SEC-1 between tenants: credentials, running calls, places in lists, and what the audit shows of acts of the server itself.
 */

const ADMIN = 'wba_the-admin-token-of-tenants-apart'
const WAIT = { timeout: 30_000, interval: 50 }

/** A target that answers when the test lets it. */
class Target {
  readonly authorizations: (string | undefined)[] = []
  readonly held: ServerResponse[] = []
  holds = false
  readonly #server: Server = createServer((request, response) => {
    this.authorizations.push(request.headers.authorization)
    request.resume().on('end', () => {
      if (this.holds) this.held.push(response)
      else response.end()
    })
  })

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  release(): void {
    this.holds = false
    for (const response of this.held.splice(0)) response.end()
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

const before = new Target()
const now = new Target()
const receiver = new EventReceiver()
let server: ServerProcess
let urls: { readonly before: string; readonly now: string }
let acme: string
let globex: string

const config = (url: string) => ({
  outbound: { allowPrivateAddresses: 'allowed' },
  channels: {
    shop: {
      connector: { type: 'http', url, allowPrivateAddresses: true },
      concurrency: 8,
      credentials: { '*': { type: 'bearer', token: 'shared-by-choice' } },
    },
  },
})

beforeAll(async () => {
  urls = { before: await before.start(), now: await now.start() }
  await receiver.start()
  server = await ServerProcess.create({ adminToken: ADMIN, config: config(urls.before), args: ['--threads', '1'] })
  await server.start()
  const scopes = ['jobs:read', 'jobs:write', 'items:read', 'channels:read', 'audit:read', 'webhooks:write']
  const tokenOf = async (subscription: string): Promise<string> =>
    (await call<{ token: string }>('POST', '/v1/tokens', ADMIN, { name: subscription, scopes, subscription })).token
  acme = await tokenOf('acme')
  globex = await tokenOf('globex')
})
afterAll(async () => {
  await server.remove()
  await Promise.all([before.stop(), now.stop(), receiver.stop()])
})

async function call<T>(method: string, path: string, token: string, body?: unknown): Promise<T> {
  const answer = await server.fetch(path, {
    method,
    headers: { ...bearer(token), ...(body !== undefined && JSON_BODY) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return (text === '' ? null : JSON.parse(text)) as T
}

const submit = (token: string, more: object = {}): Promise<Job> =>
  call('POST', '/v1/jobs', token, { ...ENVELOPE, items: [{ id: 'sku' }], ...more })
const ended = (token: string, { id }: Job): Promise<void> =>
  vi.waitFor(async () => expect((await call<Job>('GET', `/v1/jobs/${id}`, token)).done).toBe(true), WAIT)
const testChannel = (token: string): Promise<ChannelTest & Problem> =>
  call('POST', '/v1/channels/shop/test', token, { item: { id: 'sku' }, send: true })
const actsOfServer = async (token: string, query = ''): Promise<readonly AuditEntry[]> =>
  (await call<{ entries: AuditEntry[] }>('GET', `/v1/audit?actor=server${query}`, token)).entries

test('a call of a channel test is one of those that its subscription may have, and takes none of others', async () => {
  await call('PUT', '/v1/subscriptions/acme', ADMIN, { maxRunningCalls: 1 })
  before.holds = true
  const job = await submit(acme)
  await vi.waitFor(() => expect(before.held).toHaveLength(1), WAIT)
  expect(await testChannel(acme)).toMatchObject({ status: 409, code: 'channel_held' })
  const ofGlobex = testChannel(globex)
  await vi.waitFor(() => expect(before.held).toHaveLength(2), WAIT)
  before.release()
  expect((await ofGlobex).sent).toBe(true)
  await ended(acme, job)

  before.holds = true
  const running = testChannel(acme)
  await vi.waitFor(() => expect(before.held).toHaveLength(1), WAIT)
  const behind = await submit(acme)
  await vi.waitFor(async () => {
    const { waiting } = await call<Job>('GET', `/v1/jobs/${behind.id}`, acme)
    expect(waiting.map(({ reason }) => reason)).toEqual(['concurrency'])
  }, WAIT)
  expect(before.held).toHaveLength(1)
  before.release()
  expect((await running).sent).toBe(true)
  await ended(acme, behind)
})

test('what the server does by itself is in the audit of the subscription that it concerns, and of no other', async () => {
  receiver.answer = (_event, response) => void response.writeHead(410).end()
  const wish = { url: receiver.url, eventTypes: ['job.ended'] }
  const { id: endpoint } = await call<{ id: string }>('POST', '/v1/webhook-endpoints', acme, wish)
  const late = await submit(acme, {
    open: true,
    items: undefined,
    deadlineAt: new Date(Date.now() + 3000).toISOString(),
  })
  await ended(acme, late)
  await vi.waitFor(async () => {
    const acts = await actsOfServer(acme)
    expect(acts.map(({ action, resource }) => [action, resource.job, resource['endpoint'] ?? null])).toEqual([
      ['disableWebhookEndpoint', null, endpoint],
      ['expireJob', late.id, null],
    ])
    const of = { subscription: 'acme', actor: { kind: 'server', tokenId: null, tokenName: null }, address: null }
    for (const act of acts) expect(act).toMatchObject({ ...of, requestId: null, status: 200, code: null, count: 1 })
  }, WAIT)
  expect(await actsOfServer(acme, `&jobId=${late.id}`)).toHaveLength(1)
  expect(await actsOfServer(globex)).toEqual([])
  // Durable with the act, so also after a crash.
  await server.kill()
  await server.start()
  expect((await actsOfServer(acme)).map(({ action }) => action)).toEqual(['disableWebhookEndpoint', 'expireJob'])
})

test('places in lists, which count entries of all, show nothing', async () => {
  for (const token of [acme, globex])
    await call('POST', '/v1/webhook-endpoints', token, { url: receiver.url, state: 'disabled' })
  for (let n = 0; n < 3; n++) for (const token of [acme, globex]) await ended(token, await submit(token))
  const paths = ['/v1/jobs', '/v1/webhook-deliveries', '/v1/audit']
  for (const path of paths) {
    const page = await vi.waitFor(async () => {
      const found = await call<JobPage & WebhookDeliveryPage>('GET', `${path}?pageSize=1`, acme)
      expect([path, typeof found.nextPageToken]).toEqual([path, 'string'])
      return found
    }, WAIT)
    const [place = ''] = page.nextPageToken!.split('.')
    // Neither digits nor an id: bytes that look random, of the same length whatever the place is.
    const bytes = Buffer.from(place, 'base64url')
    expect([path, bytes.length % 32, /^[\x20-\x7e]+$/.test(bytes.toString('latin1'))]).toEqual([path, 0, false])
    expect(await call('GET', `${path}?pageSize=1&pageToken=${page.nextPageToken}`, globex)).toMatchObject({
      ...{ status: 400, code: 'bad_request' },
    })
  }
})

test('a subscription whose own credentials are not in use calls with none, not with those that others share', async () => {
  await call('PUT', '/v1/channels/shop/credentials/acme', ADMIN, { type: 'bearer', token: 'of-acme-alone' })
  await ended(acme, await submit(acme))
  await ended(globex, await submit(globex))
  expect(before.authorizations.slice(-2)).toEqual(['Bearer of-acme-alone', 'Bearer shared-by-choice'])
  await server.kill()
  await server.configure(config(urls.now))
  await server.start()
  await ended(acme, await submit(acme))
  await ended(globex, await submit(globex))
  expect(now.authorizations).toEqual([undefined, 'Bearer shared-by-choice'])
  // By choice: whoever removes its own has those that all share.
  await call('DELETE', '/v1/channels/shop/credentials/acme', ADMIN)
  await ended(acme, await submit(acme))
  expect(now.authorizations.at(-1)).toBe('Bearer shared-by-choice')
})
