import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ChannelTest, Item, ItemPage, Job, ParkedItem, Problem } from '@waybill/spec'
import { type Operation, operations, scopes as allScopes } from '@waybill/spec'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ENVELOPE, JSON_BODY } from '../support/hostile-world.ts'
import { ServerProcess } from '../support/server-process.ts'
import { bearer } from '../support/token-world.ts'

/*
 * Values that a channel redacts are in no answer for a caller without the scope admin, though the target system repeats whatever it gets;
 * deliveries, retries and the administrator have them.
 */

const ADMIN = 'wba_the-admin-token-of-redacted-values'
const WAIT = { timeout: 60_000, interval: 50 }
/** Whatever a target system may repeat in another form. */
const secrets = [
  'ann@shop.example',
  'say "hi" & <go>/äöü 漢字',
  'back\\slash\tand tab',
  'x'.repeat(300),
  '+49 171 5550123',
  "o'neil; drop",
]
const phone = 491715550199
const redact = ['/data/email', '/data/contact/phone', '/data/contact/lines']

let target: Server
let server: ServerProcess
let reader: string
const delivered: { id: string; data: { email?: string } }[] = []

beforeAll(async () => {
  target = createServer((request, response) => {
    void text(request).then((body) => {
      const [item] = (JSON.parse(body) as { items: typeof delivered }).items
      delivered.push(item!)
      response.statusCode = item!.id.startsWith('ok') ? 200 : item!.id.startsWith('parks') ? 409 : 422
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({ youSent: item, [item!.data.email ?? '']: encodeURIComponent(item!.data.email ?? '') }),
      )
    })
  }).listen(0, '127.0.0.1')
  await once(target, 'listening')
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/deliver`
  const connector = { type: 'http', url, allowPrivateAddresses: true }
  const retry = { rules: [{ status: [409], then: 'park' }] }
  server = await ServerProcess.create({
    adminToken: ADMIN,
    config: { outbound: { allowPrivateAddresses: 'allowed' }, channels: { shop: { connector, retry, redact } } },
  })
  await server.start()
  const scopes = allScopes.filter((scope) => scope !== 'admin')
  reader = (await call<{ token: string }>('POST', '/v1/tokens', ADMIN, { name: 'reader', scopes })).token
})
afterAll(async () => {
  await server.remove()
  target.closeAllConnections()
  target.close()
})

async function call<T>(method: string, path: string, token: string, body?: unknown): Promise<T> {
  const answer = await server.fetch(path, {
    method,
    headers: { ...bearer(token), ...(body !== undefined && JSON_BODY) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const found = await answer.text()
  return (found === '' ? null : JSON.parse(found)) as T
}

function dataOf(n: number) {
  return { name: `visible-${n}`, email: secrets[n]!, contact: { phone, lines: [secrets[n]!, { a: secrets[n]! }] } }
}

/** Each value, as JSON and URLs show it. */
function formsOf(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]
}

const hidden = [...secrets.flatMap(formsOf), String(phone)]

function expectNone(shown: string, what: string): void {
  for (const form of hidden) expect(shown.includes(form), `${what} shows ${form}: ${shown.slice(0, 2000)}`).toBe(false)
}

/** Every operation that reads, of this job. */
function readsOf(jobId: string): string[] {
  const values: Record<string, string> = { jobId, index: '0', channel: 'shop' }
  return Object.values<Operation>(operations).flatMap(({ method, path }) => {
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!)
    if (method !== 'GET' || names.some((name) => values[name] === undefined)) return []
    return [path.replace(/:(\w+)/g, (_, name: string) => values[name]!)]
  })
}

/** The whole answer; of one without an end its beginning. */
async function beginningOf(path: string, token: string): Promise<string> {
  const ended = new AbortController()
  const answer = await server.fetch(path, { headers: bearer(token), signal: ended.signal })
  if (!path.endsWith('/events')) return answer.text()
  const { value } = await answer.body!.getReader().read()
  ended.abort()
  return Buffer.from(value ?? []).toString()
}

test('no answer for a caller without the scope admin has a redacted value', async () => {
  const items = secrets.flatMap((_, n) =>
    ['ok', 'fails', 'parks'].map((kind) => ({ id: `${kind}-${n}`, data: dataOf(n) })),
  )
  const twice = `{"id":"ok-twice","data":{"email":${JSON.stringify(secrets[0])},"email":${JSON.stringify(secrets[1])}}}`
  const body = JSON.stringify({ ...ENVELOPE, channel: 'shop', items }).replace(/\]\}$/, `,${twice}]}`)
  const made = await server.fetch('/v1/jobs', { method: 'POST', headers: { ...bearer(reader), ...JSON_BODY }, body })
  const job = (await made.json()) as Job
  await vi.waitFor(async () => {
    const { counts } = await call<Job>('GET', `/v1/jobs/${job.id}`, reader)
    expect([counts.succeeded, counts.failed, counts.waiting]).toEqual([7, 6, 6])
  }, WAIT)
  const page = `/v1/jobs/${job.id}/items`
  const reads = [
    ...readsOf(job.id),
    `${page}?include=data&include=log`,
    ...items.map((_, n) => `${page}/${n}`),
    '/v1/dead-letters/groups?channel=shop',
    `/v1/search?q=ok-0`,
  ]
  expect(reads.length).toBeGreaterThan(40)
  for (const path of reads) expectNone(await beginningOf(path, reader), path)
  expect(reads).toEqual(expect.arrayContaining(['/v1/parked', '/v1/dead-letters', `/v1/jobs/${job.id}/results`]))

  const [first] = (await call<ItemPage>('GET', `${page}?include=data`, reader)).items
  expect(first!.data).toEqual({
    name: 'visible-0',
    email: '[redacted]',
    contact: { phone: '[redacted]', lines: '[redacted]' },
  })
  const full = await call<Item>('GET', `${page}/1`, ADMIN)
  expect(full.data).toEqual(dataOf(0))
  expect(full.error!.detail).toContain(secrets[0])
})

test('a channel test shows neither', async () => {
  const item = { id: 'fails-test', data: dataOf(0) }
  const path = '/v1/channels/shop/test'
  const seen = await call<ChannelTest>('POST', path, reader, { item, send: true })
  expect(seen).toMatchObject({
    sent: true,
    request: { method: 'POST', url: '[redacted]' },
    answer: { status: 422, body: '[redacted]' },
  })
  expectNone(JSON.stringify(seen), path)
  const full = await call<ChannelTest>('POST', path, ADMIN, { item, send: true })
  expect(full.request!.body).toContain(secrets[0])
})

test('what was redacted is never written back, and is delivered again as it was', async () => {
  const { parked } = await call<{ parked: ParkedItem[] }>('GET', '/v1/parked', reader)
  const { jobId, index, id } = parked[0]!.item
  const seen = await call<Item>('GET', `/v1/jobs/${jobId}/items/${index}`, reader)
  const replace = (data: unknown) =>
    call<Problem>('POST', '/v1/parked/resolve', reader, { items: [{ jobId, index }], decision: 'replace', data })
  expect(await replace(seen.data)).toMatchObject({ code: 'invalid_item', errors: [{ pointer: '/data/email' }] })
  expect(await replace({ email: 'new@shop.example' })).toMatchObject({ resolved: 1 })
  await vi.waitFor(() => expect(delivered.at(-1)).toMatchObject({ id, data: { email: 'new@shop.example' } }), WAIT)
  await vi.waitFor(async () => {
    const item = await call<Item>('GET', `/v1/jobs/${jobId}/items/${index}`, reader)
    expect(item).toMatchObject({ status: 'waiting', data: { email: '[redacted]' } })
    expect(item.log).toHaveLength(2)
    expectNone(JSON.stringify(item), 'replaced')
    expect(JSON.stringify(item)).not.toContain('new@shop.example')
  }, WAIT)

  const other = parked[1]!.item
  const before = delivered.length
  await call('POST', '/v1/parked/resolve', reader, { items: [{ jobId, index: other.index }], decision: 'retry' })
  await vi.waitFor(() => expect(delivered.length).toBeGreaterThan(before), WAIT)
  expect(delivered.at(-1)).toMatchObject({ id: other.id, data: { email: secrets[Number(other.id.split('-')[1])] } })
})

test('a partition key that is a redacted value is not shown', async () => {
  const items = [{ id: 'ok-key', data: { email: 'key@shop.example' } }]
  const job = await call<Job>('POST', '/v1/jobs', reader, {
    ...ENVELOPE,
    channel: 'shop',
    partitionBy: '/data/email',
    items,
  })
  const item = await call<Item>('GET', `/v1/jobs/${job.id}/items/0`, reader)
  expect(item.partitionKey).toBe('[redacted]')
  expect((await call<Item>('GET', `/v1/jobs/${job.id}/items/0`, ADMIN)).partitionKey).toBe('key@shop.example')
  // What a filter finds would confirm it.
  const query = 'channel=shop&partitionKey=key%40shop.example'
  for (const path of [`/v1/dead-letters?${query}`, `/v1/dead-letters/groups?${query}`]) {
    expect((await server.fetch(path, { headers: bearer(reader) })).status, path).toBe(403)
    expect((await server.fetch(path, { headers: bearer(ADMIN) })).status, path).toBe(200)
  }
  const retry = { method: 'POST', body: JSON.stringify({ channels: ['shop'], partitionKey: 'key@shop.example' }) }
  const refused = await server.fetch('/v1/dead-letters/retry', {
    ...retry,
    headers: { ...JSON_BODY, ...bearer(reader) },
  })
  expect(((await refused.json()) as Problem).code).toBe('forbidden')
})
