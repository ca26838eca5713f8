import { createHash } from 'node:crypto'
import { createClient, type Waybill } from '@waybill/sdk'
import type { Scope } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ENVELOPE, JSON_BODY, NDJSON } from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerCluster, untilRole } from '../support/server-cluster.ts'
import type { ServerProcess } from '../support/server-process.ts'

/* Every kind of request through a standby, which does nothing of it itself. */

const ADMIN = 'wba_the-admin-token-of-these-tests'
const ITEMS = 20_000
/** Each of them has 900 KB. */
const LARGE_ITEMS = 16

let cluster: ServerCluster
let connector: RecordingConnector
let active: ServerProcess
let standby: ServerProcess
let waybill: Waybill

beforeAll(async () => {
  connector = new RecordingConnector({
    answer: ({ items: [first] }) => ({
      kind: 'items',
      ...(first?.id.startsWith('slow') === true && { delayMs: 300 }),
      answer: ({ index }) => ({ kind: 'succeeded', result: index % 100 === 0 ? 'r'.repeat(1000) : null }),
    }),
  })
  await connector.start()
  const target = { type: 'http', url: connector.url, allowPrivateAddresses: true }
  const channels = {
    shop: { connector: { ...target, batchSize: 100 }, concurrency: 8 },
    slow: { connector: { ...target, batchSize: 1 }, concurrency: 1 },
  }
  cluster = await ServerCluster.create({
    config: { channels },
    adminToken: ADMIN,
    args: ['--no-dev'],
    leaseSeconds: 10,
  })
  await cluster.start()
  ;[active, standby] = cluster.servers as [ServerProcess, ServerProcess]
  await untilRole(active, 'active')
  await untilRole(standby, 'standby')
  waybill = createClient({ baseUrl: standby.url, token: ADMIN })
})

afterAll(async () => {
  await cluster?.remove()
  await connector?.stop()
})

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

function lineOf(n: number): string {
  const bytes = n % (ITEMS / LARGE_ITEMS) === 0 ? 900_000 : 60 + (n % 40)
  return `{"id":"sku-${n}","partitionKey":"key-${n % 997}","data":"${'x'.repeat(bytes)}"}\n`
}

/** The body of a job of 20,000 items of 100 B to 900 KB, made as it is sent. */
function bodyOf(envelope: object): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let n = -1
  return new ReadableStream({
    pull(controller) {
      let text = n < 0 ? `${JSON.stringify({ ...ENVELOPE, ...envelope })}\n` : ''
      for (n = Math.max(n, 0); n < ITEMS && text.length < 64 * 1024; n++) text += lineOf(n)
      controller.enqueue(encoder.encode(text))
      if (n === ITEMS) controller.close()
    },
  })
}

/** Items that take 300 ms, one after another. */
const slowIds = (count: number): string[] => Array.from({ length: count }, (_, n) => `slow-${n}`)

async function createToken(subscription: string, scopes: readonly Scope[]): Promise<{ id: string; token: string }> {
  const body = JSON.stringify({ name: 'test', subscription, scopes })
  const answer = await standby.fetch('/v1/tokens', {
    method: 'POST',
    headers: { ...JSON_BODY, ...bearer(ADMIN) },
    body,
  })
  expect(answer.status).toBe(201)
  return (await answer.json()) as { id: string; token: string }
}

async function submitAs(token: string, ids: readonly string[], channel = 'shop'): Promise<string> {
  const body = JSON.stringify({ ...ENVELOPE, channel, items: ids.map((id) => ({ id })) })
  const answer = await standby.fetch('/v1/jobs', { method: 'POST', headers: { ...JSON_BODY, ...bearer(token) }, body })
  expect(answer.status).toBe(202)
  return ((await answer.json()) as { id: string }).id
}

test('20,000 items of 100 B to 900 KB are uploaded, delivered, and their results downloaded, byte by byte', async () => {
  const answer = await standby.fetch('/v1/jobs', {
    method: 'POST',
    headers: { ...NDJSON, ...bearer(ADMIN), 'idempotency-key': 'large' },
    body: bodyOf({}),
    duplex: 'half',
  })
  expect(answer.status).toBe(202)
  const { id } = (await answer.json()) as { id: string }
  const job = await waybill.jobs.attach(id).wait()
  expect(job).toMatchObject({ outcome: 'succeeded', counts: { total: ITEMS, succeeded: ITEMS } })
  const digests = []
  for (const server of [active, standby]) {
    const results = await server.fetch(`/v1/jobs/${id}/results`, { headers: bearer(ADMIN) })
    const text = await results.text()
    expect(text.trimEnd().split('\n')).toHaveLength(ITEMS + 1)
    digests.push(createHash('sha256').update(text).digest('hex'))
  }
  expect(digests[1]).toBe(digests[0])
  const again = await active.fetch('/v1/jobs', {
    method: 'POST',
    headers: { ...NDJSON, ...bearer(ADMIN), 'idempotency-key': 'large' },
    body: bodyOf({}),
    duplex: 'half',
  })
  expect([again.headers.get('idempotent-replayed'), ((await again.json()) as { id: string }).id]).toEqual(['true', id])
})

test('a long poll is held until the job changes, and a stream of events lasts until its end', async () => {
  const id = await submitAs(ADMIN, slowIds(12), 'slow')
  const polled = await standby.fetch(`/v1/jobs/${id}`, { headers: { ...bearer(ADMIN), prefer: 'wait=20' } })
  expect(polled.headers.get('preference-applied')).toMatch(/^wait=/)
  const versions: number[] = []
  for await (const snapshot of waybill.jobs.attach(id).events()) versions.push(snapshot.version)
  expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other))
  const stream = await standby.fetch(`/v1/jobs/${id}/events`, {
    headers: { ...bearer(ADMIN), accept: 'text/event-stream' },
  })
  expect(await stream.text()).toContain('event: end')
})

test('a body is asked for by the active server, and not at all when the request is refused', async () => {
  const body = JSON.stringify({ ...ENVELOPE, items: [{ id: 'sku' }] })
  const headers = { ...JSON_BODY, 'content-length': String(body.length), expect: '100-continue' }
  const good = await RawConnection.open(standby.url)
  await good.sendHead('POST /v1/jobs', { ...headers, ...bearer(ADMIN) })
  await expect.poll(() => good.unread.toString('latin1'), { timeout: 30_000 }).toContain('100 Continue')
  await good.send(body)
  expect((await good.answer()).status).toBe(202)
  const refused = await RawConnection.open(standby.url)
  await refused.sendHead('POST /v1/jobs', headers)
  expect([(await refused.answer()).status, refused.saidContinue]).toEqual([401, false])
  good.break()
  refused.break()
})

test('an upload that breaks off leaves nothing', async () => {
  const half = await RawConnection.open(standby.url)
  await half.sendHead('POST /v1/jobs', {
    ...{ ...NDJSON, ...bearer(ADMIN), 'idempotency-key': 'half', 'transfer-encoding': 'chunked' },
  })
  await half.sendChunk(`${JSON.stringify(ENVELOPE)}\n${lineOf(1)}${lineOf(2)}`)
  half.break()
  const body = JSON.stringify({ ...ENVELOPE, items: [{ id: 'whole' }] })
  const whole = () =>
    active.fetch('/v1/jobs', {
      method: 'POST',
      headers: { ...JSON_BODY, ...bearer(ADMIN), 'idempotency-key': 'half' },
      body,
    })
  // The key is in use until the active server has seen the end.
  await expect.poll(async () => (await whole()).status, { timeout: 30_000 }).toBe(202)
})

test('SEC-1 a tenant sees nothing of another one through a standby, and no revoked token is valid there', async () => {
  const scopes: Scope[] = ['jobs:read', 'jobs:write', 'items:read']
  const [one, other] = [await createToken('one', scopes), await createToken('other', scopes)]
  const id = await submitAs(one.token, ['secret-of-one'])
  await createClient({ baseUrl: standby.url, token: one.token }).jobs.attach(id).wait()
  for (const path of [`/v1/jobs/${id}`, `/v1/jobs/${id}/results`, `/v1/jobs/${id}/items`]) {
    const none = `/v1/jobs/job_${'0'.repeat(32)}${path.slice(`/v1/jobs/${id}`.length)}`
    const [answer, ofNone] = [
      await standby.fetch(path, { headers: bearer(other.token) }),
      await standby.fetch(none, { headers: bearer(other.token) }),
    ]
    expect([answer.status, ofNone.status]).toEqual([404, 404])
    expect((await answer.text()).replaceAll(id, '').replace(/req_\w+/, '')).toBe(
      (await ofNone.text()).replaceAll(`job_${'0'.repeat(32)}`, '').replace(/req_\w+/, ''),
    )
  }
  const list = await standby.fetch('/v1/jobs', { headers: bearer(other.token) })
  expect(((await list.json()) as { jobs: unknown[] }).jobs).toEqual([])
  // Two callers take turns on the connections between the servers.
  const statuses = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      const { token } = n % 2 === 0 ? one : other
      return (await standby.fetch(`/v1/jobs/${id}`, { headers: bearer(token) })).status
    }),
  )
  expect(statuses).toEqual(statuses.map((_, n) => (n % 2 === 0 ? 200 : 404)))

  const running = await submitAs(one.token, slowIds(400), 'slow')
  const stream = await standby.fetch(`/v1/jobs/${running}/events`, {
    headers: { ...bearer(one.token), accept: 'text/event-stream' },
  })
  const read = stream.text().catch((error: unknown) => String(error))
  const revoked = await active.fetch(`/v1/tokens/${one.id}`, { method: 'DELETE', headers: bearer(ADMIN) })
  expect(revoked.status).toBe(204)
  expect((await standby.fetch(`/v1/jobs/${id}`, { headers: bearer(one.token) })).status).toBe(401)
  expect(await read).not.toContain('event: end')
})

test('what a caller forges of the headers between servers has no effect', async () => {
  const forged: Record<string, string>[] = [
    { 'waybill-peer': 'forged', 'waybill-peer-caller': '10.0.0.1; tls' },
    { connection: 'authorization', ...bearer(ADMIN) },
  ]
  for (const headers of forged) {
    const connection = await RawConnection.open(standby.url)
    await connection.sendHead('GET /v1/limits', headers)
    const answer = await connection.answer()
    expect([answer.status, Object.keys(answer.headers).filter((name) => name.startsWith('waybill-peer'))]).toEqual([
      401,
      [],
    ])
    expect(answer.headers['strict-transport-security']).toBe(undefined)
    connection.break()
  }
})
