import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { createClient, type Waybill } from '@waybill/sdk'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ConnectProxy } from '../support/connect-proxy.ts'
import { selfSigned } from '../support/self-signed.ts'
import { ServerProcess } from '../support/server-process.ts'

/*
 * A server that callers see elsewhere, and that calls through a proxy: where links lead, and where calls do.
 */

const TOKEN = 'of-the-edges-0123456789'
const TARGET_TOKEN = 'for-the-target-alone'

/** Where links and redirects lead: of another origin than the client's, and the target's. */
const elsewhere = createServer((request, response) => {
  requestsElsewhere.push(`${request.method} ${request.url}`)
  response.end('{}')
})
const requestsElsewhere: string[] = []

interface Called {
  readonly path: string | undefined
  readonly servername: string | false | null | undefined
  readonly authorization: string | undefined
}
const called: Called[] = []
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { authorization } = request.headers
  called.push({ path: request.url, servername: (request.socket as TLSSocket).servername, authorization })
  request.resume()
  if (request.url === '/redirect') response.writeHead(307, { location: `${elsewhereUrl()}/stolen` })
  response.end()
}

const certificate = await selfSigned(['localhost'])
const target = createTlsServer(certificate, answer)
const proxy = new ConnectProxy()
let folder: string
let publicUrl: string
let server: ServerProcess
let waybill: Waybill

function portOf(of: { address(): unknown }): number {
  return (of.address() as AddressInfo).port
}

function elsewhereUrl(): string {
  return `http://127.0.0.1:${portOf(elsewhere)}`
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-edges-'))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, certificate.cert)
  elsewhere.listen(0, '127.0.0.1')
  target.listen(0)
  await Promise.all([once(elsewhere, 'listening'), once(target, 'listening'), proxy.start()])
  publicUrl = `${elsewhereUrl()}/shop`
  const shop = (path: string): object => ({
    connector: { type: 'http', url: `https://localhost:${portOf(target)}${path}`, allowPrivateAddresses: true },
    retry: { maxAttempts: 1 },
    credentials: { default: { type: 'bearer', token: TARGET_TOKEN } },
  })
  const payload = { resolveUrl: `https://localhost:${portOf(target)}/redirect?{id}`, credentials: {} }
  server = await ServerProcess.create({
    store: 'memory',
    adminToken: TOKEN,
    env: {
      WAYBILL_PUBLIC_URL: publicUrl,
      EGRESS: `http://edge:s3cret@127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: caFile,
    },
    config: {
      outbound: { allowPrivateAddresses: 'allowed', proxy: '$EGRESS' },
      channels: { shop: shop('/deliver'), moved: shop('/redirect'), resolved: { ...shop('/deliver'), payload } },
    },
  })
  await server.start()
  waybill = createClient({ baseUrl: server.url, token: TOKEN })
})
beforeEach(() => {
  called.length = 0
  proxy.tunnels.length = 0
  requestsElsewhere.length = 0
})
afterAll(async () => {
  await server.remove()
  for (const one of [elsewhere, target]) {
    one.close()
    one.closeAllConnections()
  }
  proxy.stop()
  await rm(folder, { recursive: true })
})

const envelope = { objectType: 'product', action: 'update' } as const

async function deliver(channel: string) {
  const { item } = await waybill.items.deliver({ ...envelope, channel, item: { id: 'a' } }, { waitSeconds: 20 })
  return item
}

test('links begin with the public URL, and a client sends nothing there', async () => {
  const handle = await waybill.jobs.submit({
    ...{ ...envelope, channel: 'shop', executionId: 'run 1' },
    runAt: new Date(Date.now() + 3_600_000).toISOString(),
    items: [{ id: 'a' }],
  })
  const job = await handle.get()
  expect(job.links).toMatchObject({
    self: `${publicUrl}/v1/jobs/${handle.id}`,
    execution: `${publicUrl}/v1/executions/run%201`,
    channel: `${publicUrl}/v1/channels/shop`,
  })
  await handle.cancel()
  expect(await handle.wait()).toMatchObject({ outcome: 'cancelled' })
  const statuses: string[] = []
  for await (const { status } of handle.results()) statuses.push(status)
  expect(statuses).toEqual(['cancelled'])
  expect(requestsElsewhere).toEqual([])
})

test('calls are made in tunnels of the proxy to the address that was checked, with TLS for the name', async () => {
  expect(await deliver('shop')).toMatchObject({ status: 'succeeded' })
  expect(called).toEqual([{ path: '/deliver', servername: 'localhost', authorization: `Bearer ${TARGET_TOKEN}` }])
  const authorization = `Basic ${Buffer.from('edge:s3cret').toString('base64')}`
  const to = expect.stringMatching(/^(127\.0\.0\.1|\[::1\]):\d+$/) as string
  expect(proxy.tunnels).toEqual([{ to, authorization }])
})

test.each([
  ['moved', 'http_307'],
  ['resolved', 'payload_unavailable'],
])('a redirect is not followed, with credentials or without: %s', async (channel, code) => {
  expect(await deliver(channel)).toMatchObject({ status: 'failed', error: { code } })
  expect(called.map(({ path }) => path?.split('?')[0])).toEqual(['/redirect'])
  expect(requestsElsewhere).toEqual([])
})

test.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0.0.0.0'])(
  'a channel cannot call the server itself as %s, though it may call private addresses',
  async (host) => {
    const url = `${server.url.replace('127.0.0.1', host)}/v1/self`
    const connector = { type: 'http', url, allowPrivateAddresses: true } as const
    await waybill.channels.put('itself', { connector, retry: { maxAttempts: 1 } })
    const item = await deliver('itself')
    expect(item).toMatchObject({ status: 'failed', error: { code: 'connection_failed' } })
    expect(item?.error?.detail).toContain('must not be this server itself')
    expect(proxy.tunnels).toEqual([])
  },
)

test('nothing of it is in the log', () => {
  for (const secret of ['s3cret', Buffer.from('edge:s3cret').toString('base64'), TARGET_TOKEN]) {
    expect(server.output).not.toContain(secret)
  }
})
