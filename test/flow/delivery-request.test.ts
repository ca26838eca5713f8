import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { schemaDocument, schemaRef } from '@waybill/spec'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { JSON_BODY } from '../support/hostile-world.ts'
import { ServerProcess } from '../support/server-process.ts'

/*
 * A connector receives the spec's DeliveryRequest, however a job is partitioned and whatever its items leave out.
 */

interface Delivered {
  readonly items: readonly { readonly index: number; readonly partitionKey: string | null }[]
}

const ajv = new Ajv2020({ allErrors: true, strict: false })
addFormats.default(ajv)
ajv.addSchema(schemaDocument)
const validate = ajv.getSchema(schemaRef('DeliveryRequest'))!

const bodies: Delivered[] = []
const timeouts: number[] = []
let shop: Server
let server: ServerProcess

beforeAll(async () => {
  shop = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const body = JSON.parse(text) as Delivered
      bodies.push(body)
      timeouts.push(Number(request.headers['waybill-timeout-ms']))
      response.end(JSON.stringify({ results: body.items.map(({ index }) => ({ index, status: 'succeeded' })) }))
    })
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`
  const connector = { type: 'http', url, batchSize: 10 }
  server = await ServerProcess.create({ store: 'memory', config: { channels: { shop: { connector } } } })
  await server.start()
})

afterAll(async () => {
  await server.remove()
  shop.closeAllConnections()
  await new Promise((resolve) => shop.close(resolve))
})

test.each([
  ['item', { partitionKey: 'k' }, 'k'],
  ['item', {}, 'sku'],
  ['job', { partitionKey: 'k' }, null],
  ['none', { partitionKey: 'k' }, null],
  ['/data/shop', { partitionKey: 'k', data: { shop: 'eu' } }, 'eu'],
  ['/data/number', { data: { number: 7.5 } }, '7.5'],
  ['/partitionKey', { partitionKey: 'k' }, 'k'],
  ['/id', { partitionKey: 'k' }, 'sku'],
])('a delivery request partitioned by %s of %j satisfies its schema', async (partitionBy, members, key) => {
  const own = { id: 'sku', ...members }
  const items = 'data' in own ? [own] : [own, { ...own, data: { price: 1 } }, { ...own, data: null }]
  bodies.length = 0
  const response = await server.fetch('/v1/jobs', {
    method: 'POST',
    headers: JSON_BODY,
    body: JSON.stringify({ channel: 'shop', objectType: 'product', action: 'update', partitionBy, items }),
  })
  expect(response.status).toBe(202)
  const { id } = (await response.json()) as { id: string }
  for (let done = false; !done;) {
    const job = await server.fetch(`/v1/jobs/${id}`, { headers: { prefer: 'wait=5' } })
    ;({ done } = (await job.json()) as { done: boolean })
  }
  expect(bodies.flatMap((body) => body.items)).toHaveLength(items.length)
  for (const body of bodies) {
    expect(validate(body), JSON.stringify(validate.errors)).toBe(true)
    for (const item of body.items) expect(item.partitionKey).toBe(key)
  }
})

test.each([
  ['timeoutMs of the channel', null, 9000, 10_000],
  ['deadlineAt of the job, which comes first', 3000, 1, 3000],
  ['timeoutMs, as deadlineAt comes later', 60_000, 9000, 10_000],
])('a call reports the time that it has: %s', async (_, deadlineMs, least, most) => {
  timeouts.length = 0
  const deadlineAt = deadlineMs === null ? undefined : new Date(Date.now() + deadlineMs).toISOString()
  const items = Array.from({ length: 20 }, (_item, n) => ({ id: `sku-${n}` }))
  const envelope = { channel: 'shop', objectType: 'product', action: 'update', deadlineAt, items }
  const response = await server.fetch('/v1/jobs', {
    method: 'POST',
    headers: JSON_BODY,
    body: JSON.stringify(envelope),
  })
  expect(response.status).toBe(202)
  await expect.poll(() => timeouts.length).toBeGreaterThanOrEqual(2)
  for (const ms of timeouts) {
    expect(Number.isInteger(ms)).toBe(true)
    expect(ms).toBeGreaterThanOrEqual(least)
    expect(ms).toBeLessThanOrEqual(most)
  }
})
