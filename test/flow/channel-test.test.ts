import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Channel, ChannelTest } from '@waybill/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliProcess } from '../support/cli-process.ts'
import { FakePim } from '../support/fake-pim.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { submit, untilDone } from '../support/submit.ts'

/*
 * Tests of channels over real processes: a shop that checks what arrives, a module, a channel that is busy, and the command.
 */

const SHOP_TOKEN = 'shop-token-that-shows-nowhere'
const URL_KEY = 'url-key-that-shows-nowhere'

interface Arrived {
  readonly line: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

const arrived: Arrived[] = []
/** Takes products whose price is not negative, from whoever has the token and the key; repeats the token in its answer. */
const shop = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    arrived.push({ line: `${request.method} ${request.url}`, headers: request.headers, body })
    const isKnown = request.headers.authorization === `Bearer ${SHOP_TOKEN}` && request.url!.includes(URL_KEY)
    const { price } = JSON.parse(body) as { price: number }
    const status = !isKnown ? 401 : price < 0 ? 422 : 200
    const answer =
      status === 200 ? { id: 7, seen: request.headers.authorization } : { error: 'price: must not be negative' }
    response.writeHead(status, { 'content-type': 'application/json', 'x-shop': 'eu' }).end(JSON.stringify(answer))
  })
})
const busy = new RecordingConnector()
const pim = new FakePim({ answer: (id) => (id === 'gone' ? { status: 404 } : { data: { price: 7, of: id } }) })
let server: ServerProcess
let cli: CliProcess

beforeAll(async () => {
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  await busy.start()
  await pim.start()
  const url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/api/v1?key=${URL_KEY}`
  const http = { type: 'http', allowPrivateAddresses: true, timeoutMs: 5000 }
  server = await ServerProcess.create({
    store: 'memory',
    config: {
      channels: {
        shop: {
          connector: {
            ...{ ...http, url },
            request: {
              update: {
                method: 'PUT',
                path: '/products/{item.id}',
                body: { price: 'item.data.price', type: 'job.objectType' },
              },
            },
            response: { error: { detail: 'body.error', pointer: '"/data/price"' } },
          },
          credentials: { default: { type: 'bearer', token: SHOP_TOKEN } },
        },
        own: { connector: { type: 'module', path: './own.mjs', timeoutMs: 500, abortGraceMs: 100 } },
        slow: { connector: { type: 'module', path: './own.mjs', timeoutMs: 60_000 } },
        busy: {
          connector: { ...http, url: busy.url },
          rateLimit: { limit: 10, periodMs: 1000, burst: 1 },
        },
        'by-id': {
          connector: { ...http, url, request: { update: { path: '/products/{item.id}' } } },
          payload: { resolveUrl: `${pim.origin}/one/{id}`, allowPrivateAddresses: true },
          itemSchema: { properties: { price: { type: 'number', minimum: 0 } }, required: ['price'] },
          rateLimit: { limit: 1, periodMs: 3_600_000 },
        },
      },
    },
  })
  await writeFile(
    join(server.folder, 'own.mjs'),
    `import { appendFileSync } from 'node:fs'
     const TICKS = new URL('./ticks', import.meta.url)
     export default { deliverItem: ({ id, data }, { logger, job }) => {
       logger.info({ id }, 'called')
       if (data === 'spin') for (;;);
       if (data === 'tick') return new Promise(() => setInterval(() => appendFileSync(TICKS, '.'), 20))
       return { id, job: job.objectType }
     } }`,
  )
  await server.start()
  cli = await CliProcess.create(server.url)
})

afterAll(async () => {
  await cli?.remove()
  await server?.remove()
  await busy.stop()
  await pim.stop()
  shop.closeAllConnections()
  await new Promise((resolve) => shop.close(resolve))
})

async function tested(channel: string, body: object): Promise<ChannelTest> {
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await server.fetch(`/v1/channels/${channel}/test`, init)
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return JSON.parse(text) as ChannelTest
}

describe('over HTTP', () => {
  test('the request that is shown is the one that arrives, and no secret shows in it, in the answer or in the log', async () => {
    const item = { id: 'sku 1/2', data: { price: 19.5 } }
    const dry = await tested('shop', { item, objectType: 'product' })
    expect(arrived).toEqual([])
    expect(dry).toMatchObject({ sent: false, answer: null, result: null })
    const { request, answer, result, sent } = await tested('shop', { item, objectType: 'product', send: true })
    expect(sent).toBe(true)
    expect(arrived).toHaveLength(1)
    const [{ line, headers, body }] = arrived as [Arrived]
    expect(line).toBe(`PUT /api/v1/products/sku%201%2F2?key=${URL_KEY}`)
    expect(`${request!.method} ${request!.url}`).toBe(
      `PUT ${new URL(request!.url).origin}/api/v1/products/sku%201%2F2?key=***`,
    )
    expect(request!.body).toBe(body)
    for (const { name, value } of request!.headers) {
      const sentValue = headers[name.toLowerCase()]
      expect(value === '***' ? typeof sentValue : sentValue, name).toBe(value === '***' ? 'string' : value)
    }
    // Those of one request differ from those of the other in their ids alone.
    expect(dry.request!.headers.map(({ name }) => name)).toEqual(request!.headers.map(({ name }) => name))
    expect([dry.request!.url, dry.request!.body]).toEqual([request!.url, request!.body])
    expect(answer).toMatchObject({ status: 200, body: '{"id":7,"seen":"Bearer ***"}' })
    expect(answer!.headers).toContainEqual({ name: 'x-shop', value: 'eu' })
    expect(result).toMatchObject({ outcome: 'succeeded', result: { id: 7, seen: 'Bearer ***' } })
    for (const secret of [SHOP_TOKEN, URL_KEY]) {
      expect(JSON.stringify([dry, request, answer, result])).not.toContain(secret)
      expect(server.output).not.toContain(secret)
    }
  })

  test('a refusal is judged by the rules of the channel', async () => {
    const { result } = await tested('shop', { item: { id: 'a', data: { price: -1 } }, send: true })
    expect(result).toMatchObject({
      ...{ outcome: 'failed', verdict: 'failed', retryAt: null },
      error: { code: 'http_422', status: 422, detail: 'price: must not be negative', pointer: '/data/price' },
    })
  })

  test('data by id is asked for without a call, and what lacks it or is not valid takes nothing of the rate limit', async () => {
    const before = arrived.length
    const { request, ...rest } = await tested('by-id', { item: { id: 'sku-1' } })
    expect(rest).toEqual({ sent: false, answer: null, result: null })
    expect(request).toMatchObject({ method: 'POST', body: '{"price":7,"of":"sku-1"}' })
    expect(pim.askedFor('sku-1')).toBe(1)
    for (const send of [false, true, true]) {
      expect(await tested('by-id', { item: { id: 'gone' }, send })).toMatchObject({
        ...{ sent: false, request: null, answer: null },
        result: { outcome: 'failed', retryAt: null, error: { code: 'payload_not_found', status: 404 } },
      })
      expect(await tested('by-id', { item: { id: 'sku-2', data: { price: -1 } }, send })).toMatchObject({
        ...{ sent: false, request: null, answer: null },
        result: {
          ...{ outcome: 'failed', verdict: 'failed' },
          error: {
            ...{ code: 'item_schema_mismatch', pointer: '/data/price' },
            errors: [{ pointer: '/data/price', detail: 'must be at least 0: current value is -1' }],
          },
        },
      })
    }
    expect(arrived).toHaveLength(before)
    // The only unit of an hour is left.
    const { sent } = await tested('by-id', { item: { id: 'sku-1' }, send: true })
    expect([sent, arrived.length]).toEqual([true, before + 1])
    expect(arrived.at(-1)!.body).toBe('{"price":7,"of":"sku-1"}')
  })

  test('a module is called, and one that spins costs no delivery its thread', async () => {
    expect(await tested('own', { item: { id: 'a' }, objectType: 'product', send: true })).toMatchObject({
      ...{
        sent: true,
        request: null,
        answer: null,
        result: { outcome: 'succeeded', result: { id: 'a', job: 'product' } },
      },
    })
    await expect.poll(() => server.output).toMatch(/"channel":"own","test":true,"id":"a","message":"called"/)
    const spinning = tested('own', { item: { id: 'b', data: 'spin' }, send: true })
    const job = await submit(server, { channel: 'own' }, [{ id: 'c' }])
    expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded' })
    expect((await spinning).result).toMatchObject({ outcome: 'failed', error: { code: 'timeout' } })
  })

  test('RAT-1 tests and deliveries share the rate limit, and jobs count no test', async () => {
    const items = Array.from({ length: 15 }, (_, n) => ({ id: `sku-${n}` }))
    const job = await submit(server, { channel: 'busy' }, items)
    let sentTests = 0
    while (busy.callStartsMs.length < 15 + sentTests) {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"item":{"id":"t"},"send":true}',
      }
      const { status } = await server.fetch('/v1/channels/busy/test', init)
      expect([200, 409]).toContain(status)
      if (status === 200) sentTests++
    }
    expect(await untilDone(server, job.id)).toMatchObject({ counts: { total: 15, succeeded: 15 } })
    expect(sentTests).toBeGreaterThan(0)
    // Starts are seen on the other side of a connection: some ms of both ways.
    const starts = busy.callStartsMs.toSorted((a, b) => a - b)
    for (let n = 5; n < starts.length; n++) expect(starts[n]! - starts[n - 5]!).toBeGreaterThan(400)
    const { state } = (await (await server.fetch('/v1/channels/busy')).json()) as Channel
    expect(state.counts).toEqual({ pending: 0, waiting: 0, running: 0 })
  })
})

describe('a call that does not end', () => {
  const ticks = () =>
    stat(join(server.folder, 'ticks')).then(
      ({ size }) => size,
      () => 0,
    )
  const start = (signal?: AbortSignal) => {
    const headers = { 'content-type': 'application/json' }
    const body = '{"item":{"id":"a","data":"tick"},"send":true}'
    return server.fetch('/v1/channels/slow/test', { method: 'POST', headers, body, ...(signal && { signal }) })
  }

  test('ends when its client leaves', async () => {
    const leaving = new AbortController()
    const asking = start(leaving.signal)
    await expect.poll(ticks).toBeGreaterThan(2)
    leaving.abort()
    await expect(asking).rejects.toThrow()
    const isStill = async (): Promise<boolean> => {
      const before = await ticks()
      await new Promise((resolve) => setTimeout(resolve, 500))
      return (await ticks()) === before
    }
    await expect.poll(isStill).toBe(true)
  })

  test('ends when the server stops, which says so and does not wait for it', async () => {
    const other = await ServerProcess.create({
      config: { channels: { slow: { connector: { type: 'module', path: './never.mjs', timeoutMs: 60_000 } } } },
    })
    try {
      await writeFile(join(other.folder, 'never.mjs'), 'export default { deliverItem: () => new Promise(() => {}) }')
      await other.start()
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"item":{"id":"a"},"send":true}',
      }
      const asking = other.fetch('/v1/channels/slow/test', init)
      await new Promise((resolve) => setTimeout(resolve, 2000))
      const startedMs = performance.now()
      const stopped = other.stop()
      expect(await (await asking).json()).toMatchObject({ code: 'stopping', status: 503 })
      expect(await stopped).toBe(0)
      expect(performance.now() - startedMs).toBeLessThan(30_000)
    } finally {
      await other.remove()
    }
  })
})

describe('waybill channels test', () => {
  test('shows the request of a file and sends nothing, with --dry-run and without', async () => {
    const before = arrived.length
    await writeFile(join(cli.home, 'item.json'), '{\n  "id": "sku-1",\n  "data": { "price": 19.5 }\n}\n')
    for (const more of [[], ['--dry-run']]) {
      const { code, stdout, stderr } = await cli.run([
        'channels',
        'test',
        'shop',
        'item.json',
        '-o',
        'product',
        ...more,
      ])
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/^PUT http:\/\/127\.0\.0\.1:\d+\/api\/v1\/products\/sku-1\?key=\*\*\*$/m)
      expect(stdout).toContain('\nauthorization: ***\n')
      expect(stdout).toContain('\n{\n  "price": 19.5,\n  "type": "product"\n}\n\nnot sent\n')
    }
    expect(arrived).toHaveLength(before)
  })

  test('makes one call with --send, from standard input', async () => {
    const stdin = '{"id":"sku-1","data":{"price":2}}'
    const { code, stdout } = await cli.run(['channels', 'test', 'shop', '-', '--send'], { stdin })
    expect(code).toBe(0)
    expect(stdout).toMatch(/\nHTTP 200 in [\d.]+ ms\n/)
    expect(stdout).toContain('\n{\n  "id": 7,\n  "seen": "Bearer ***"\n}\n\nsucceeded\n')
    expect(arrived.at(-1)!.line).toContain('/products/sku-1')
  })

  test('takes an item that has only an id without a file', async () => {
    const { code, stdout } = await cli.run(['channels', 'test', 'by-id', '--id', 'sku-1'])
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/^POST .*\/products\/sku-1\?key=/) as string,
    ])
    for (const neither of [[], ['-', '--id', 'a']]) {
      const run = await cli.run(['channels', 'test', 'shop', ...neither], { stdin: '{"id":"a"}' })
      expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('either a file must be named, or') as string])
    }
  })

  test('has the exit code of an item that failed, for people and for programs', async () => {
    const stdin = '{"id":"sku-1","data":{"price":-2}}'
    const people = await cli.run(['channels', 'test', 'shop', '-', '--send'], { stdin })
    expect(people.code).toBe(1)
    expect(people.stdout.trimEnd().split('\n').at(-1)).toBe(
      'failed: http_422 at /data/price: price: must not be negative (an item of a job would not be tried again)',
    )
    const programs = await cli.run(['channels', 'test', 'shop', '-', '--send', '--json'], { stdin })
    expect(programs.code).toBe(1)
    expect(JSON.parse(programs.stdout)).toMatchObject({ sent: true, result: { outcome: 'failed' } })
  })

  test('reports an item of which no request can be made', async () => {
    const { code, stdout } = await cli.run(['channels', 'test', 'shop', '-'], { stdin: '{"id":"sku-1","data":{}}' })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^failed: request_not_made: .*\/request\/update\/body\/price: .*characters \d+ to \d+/m)
  })

  test.each([
    ['both options', ['--send', '--dry-run'], '{"id":"a"}', 2, /cannot be used with option/],
    ['broken JSON', [], '{"id":"a",\n"data":}', 2, /as line 2, column 8 must be JSON/],
    ['a list', [], '[{"id":"a"}]', 2, /must be one item, an object with the field id: it is an array/],
    ['an item without id', [], '{"data":1}', 3, /\/item\/id must be a string: it is missing/],
    ['an action that does not exist', ['--action', 'upsert'], '{"id":"a"}', 2, /create, update, delete/],
  ])('refuses %s', async (_, more, stdin, code, said) => {
    const run = await cli.run(['channels', 'test', 'shop', '-', ...more], { stdin })
    expect([run.code, run.stdout]).toEqual([code, ''])
    expect(run.stderr).toMatch(said)
  })

  test('names a channel that does not exist, and why one is held', async () => {
    const unknown = await cli.run(['channels', 'test', 'mars', '-'], { stdin: '{"id":"a"}' })
    expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('none of this name') as string])
    await cli.run(['channels', 'pause', 'own'])
    const held = await cli.run(['channels', 'test', 'own', '-', '--send', '--json'], { stdin: '{"id":"a"}' })
    expect(held.code).toBe(3)
    expect(JSON.parse(held.stderr)).toMatchObject({ error: { code: 'channel_held' } })
  })
})
