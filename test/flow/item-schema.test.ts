import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Channel, Item } from '@waybill/spec'
import { afterEach, describe, expect, test } from 'vitest'
import { checkNoOverlap, checkOrder } from '../support/check-record.ts'
import { CliProcess } from '../support/cli-process.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { submit, type TestItem, untilDone } from '../support/submit.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const itemSchema = {
  type: 'object',
  required: ['price', 'text'],
  properties: {
    price: { $ref: '#/$defs/price' },
    text: { type: 'string', pattern: '^[a-z]*$' },
    tags: { uniqueItems: true, items: { type: 'string' } },
  },
  additionalProperties: false,
  $defs: { price: { type: 'number', minimum: 0 } },
}

/** A module that writes down which items it is called with, in order. */
const MODULE = `
import { appendFileSync } from 'node:fs'
const calls = new URL('./calls.txt', import.meta.url)
export default {
  deliverBatch(items) {
    appendFileSync(calls, items.map(({ index, partitionKey }) => index + ' ' + partitionKey + '\\n').join(''))
    return items.map(({ index }) => ({ index }))
  },
}
`

async function world(type: 'http' | 'module', batchSize: number, channel: object = {}) {
  const connector = new RecordingConnector()
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({ config: {} })
  cleanups.push(() => server.remove())
  const path = join(server.folder, 'shop.mjs')
  await writeFile(path, MODULE)
  await writeFile(join(server.folder, 'calls.txt'), '')
  const target = type === 'http' ? { type, url: connector.url } : { type, path }
  await server.configure({
    channels: { shop: { connector: { ...target, batchSize, timeoutMs: 30_000 }, itemSchema, ...channel } },
  })
  await server.start()
  /** Index and key of each item that was called, in order. */
  const called = async (): Promise<{ index: number; key: string }[]> => {
    if (type === 'http') return connector.calls.map(({ index, key }) => ({ index, key }))
    const lines = (await readFile(join(server.folder, 'calls.txt'), 'utf8')).trimEnd().split('\n')
    return lines.map((line) => ({ index: Number(line.split(' ')[0]), key: line.split(' ')[1]! }))
  }
  return { connector, server, called }
}

const BAD = 37
/** One in a hundred is not valid, at the least one of all; under keys of some items each. */
function itemsOf(count: number, bytes: number): TestItem[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `i${n}`,
    partitionKey: `k${n % Math.ceil(count / 3)}`,
    data: { price: isBad(n, count) ? -1 : n, text: 'x'.repeat(bytes), ...(isBad(n, count) && { 'a/b': 1 }) },
  }))
}

function isBad(n: number, count: number): boolean {
  return n % 100 === Math.min(BAD, count - 2)
}

describe('an item that is not valid by the schema fails with pointers and is never called, and no other notices', () => {
  const loads = (['http', 'module'] as const).flatMap((type) =>
    [1, 100].flatMap((batchSize) => [
      { type, batchSize, count: 1500, bytes: 100 },
      { type, batchSize, count: 12, bytes: 900_000 },
    ]),
  )
  test.each(loads)(
    '$type: $count items of $bytes bytes, $batchSize a call',
    async ({ type, batchSize, count, bytes }) => {
      const { connector, server, called } = await world(type, batchSize)
      const items = itemsOf(count, bytes)
      const job = await submit(server, { channel: 'shop' }, items)
      const bad = items.flatMap((_, n) => (isBad(n, count) ? [n] : []))
      expect(await untilDone(server, job.id)).toMatchObject({
        outcome: 'partial',
        counts: { total: count, succeeded: count - bad.length, failed: bad.length },
      })
      for (const index of bad) {
        const item = (await (await server.fetch(`/v1/jobs/${job.id}/items/${index}`)).json()) as Item
        expect(item).toMatchObject({
          status: 'failed',
          attempts: 1,
          error: {
            ...{
              code: 'item_schema_mismatch',
              origin: 'engine',
              retryable: false,
              status: null,
              pointer: '/data/price',
            },
            errors: [
              { pointer: '/data/price', detail: 'must be at least 0: current value is -1' },
              { pointer: '/data/a~1b', detail: 'is not allowed' },
            ],
          },
        })
      }
      const calls = await called()
      expect(calls.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
        items.flatMap((_, n) => (isBad(n, count) ? [] : [n])),
      )
      // Of each key in the order of the job.
      const latest = new Map<string, number>()
      for (const { index, key } of calls) {
        expect(index).toBeGreaterThan(latest.get(key) ?? -1)
        latest.set(key, index)
      }
      const jobs = [{ jobId: job.id, keys: items.map(({ partitionKey }) => partitionKey!) }]
      expect([...checkNoOverlap(connector.calls), ...checkOrder(connector.calls, jobs)]).toEqual([])
    },
  )
})

test('items that are not valid open no circuit, use no rate limit, and are shown by the command', async () => {
  const { connector, server } = await world('http', 1, {
    rateLimit: { limit: 2, periodMs: 3_600_000, burst: 2 },
    circuit: { failureRatio: 0.1, minCalls: 1, openMs: 3_600_000 },
  })
  const bad = Array.from({ length: 200 }, (_, n) => ({ id: `i${n}`, data: { price: 'x' } }))
  const job = await submit(server, { channel: 'shop' }, [...bad, { id: 'good', data: { price: 1, text: '' } }])
  expect(await untilDone(server, job.id)).toMatchObject({ counts: { failed: 200, succeeded: 1 } })
  expect(connector.callStartsMs).toHaveLength(1)
  const { state } = (await (await server.fetch('/v1/channels/shop')).json()) as Channel
  expect(state).toMatchObject({ circuit: { state: 'closed' } })

  const command = await CliProcess.create(server.url)
  cleanups.push(() => command.remove())
  const { stdout } = await command.run(['failures', job.id, '--json'])
  const [first] = stdout.trim().split('\n')
  expect(JSON.parse(first!)).toMatchObject({
    error: { code: 'item_schema_mismatch', errors: [{ pointer: '/data/text' }, { pointer: '/data/price' }] },
  })
})

test('a schema that is put, changed and removed over the API applies to the next call, and outlives a restart', async () => {
  const { connector, server } = await world('http', 1)
  const put = async (schema: object | null): Promise<Response> =>
    server.fetch('/v1/channels/own', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ connector: { type: 'http', url: connector.url }, itemSchema: schema }),
    })
  const outcome = async (data: unknown): Promise<string | null> => {
    const job = await submit(server, { channel: 'own' }, [{ id: 'a', data }])
    return (await untilDone(server, job.id)).outcome
  }
  await put(null)
  expect(await outcome(7)).toBe('succeeded')
  await put({ type: 'string' })
  expect(await outcome(7)).toBe('failed')
  expect(await outcome('x')).toBe('succeeded')
  await server.kill()
  await server.start()
  expect(await outcome(7)).toBe('failed')
  await put({ type: 'number' })
  expect(await outcome(7)).toBe('succeeded')
  const refused = await put({ properties: { a: { $ref: 'https://shop.example/price' } } })
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { code: 'bad_request', errors: [{ pointer: '/itemSchema/properties/a/$ref' }] },
  ])
  expect(await outcome('x')).toBe('failed')
  await put(null)
  expect(await outcome('x')).toBe('succeeded')
})

test('hostile items cost only themselves', async () => {
  const { server } = await world('http', 100, {
    itemSchema: {
      $ref: '#/$defs/node',
      $defs: {
        node: { anyOf: [{ $ref: '#/$defs/left' }, { $ref: '#/$defs/right' }] },
        left: {
          properties: { a: { $ref: '#/$defs/node' }, list: { uniqueItems: true }, text: { pattern: '^(a+)+$' } },
          required: ['x'],
        },
        right: {
          properties: { a: { $ref: '#/$defs/node' }, list: { uniqueItems: true }, text: { pattern: '^(a+)+$' } },
        },
      },
    },
  })
  let nested: object = {}
  for (let n = 0; n < 50; n++) nested = { a: nested }
  const hostile: unknown[] = [
    { a: nested },
    { list: Array.from({ length: 100_000 }, (_, n) => n) },
    { list: Array.from({ length: 2000 }, (_, n) => [...Array.from({ length: 100 }, () => 1), n]) },
    { text: `${'a'.repeat(900_000)}!` },
    Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`k${n}`, n])),
  ]
  const items = Array.from({ length: 200 }, (_, n) => ({
    id: `i${n}`,
    data: n % 40 === 7 ? hostile[(n - 7) / 40] : {},
  }))
  const job = await submit(server, { channel: 'shop' }, items)
  const { counts } = await untilDone(server, job.id)
  expect(counts.succeeded + counts.failed).toBe(200)
  expect(counts.succeeded).toBeGreaterThanOrEqual(195)
})
