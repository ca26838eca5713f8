import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from '@waybill/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServerProcess } from '../support/server-process.ts'

/** Where links lead: of another origin than the client's. */
const elsewhere = createServer((request, response) => {
  requestsElsewhere.push(`${request.method} ${request.url}`)
  response.end('{}')
})
const requestsElsewhere: string[] = []
let publicUrl: string
let server: ServerProcess

beforeAll(async () => {
  elsewhere.listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  publicUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/shop`
  server = await ServerProcess.create({
    store: 'memory',
    adminToken: 'of-the-edges',
    env: { WAYBILL_PUBLIC_URL: publicUrl },
    config: { channels: { shop: { connector: { type: 'http', url: 'https://shop.invalid/' } } } },
  })
  await server.start()
})

afterAll(async () => {
  await server.remove()
  elsewhere.close()
})

test('links begin with the public URL, and a client sends nothing there', async () => {
  const waybill = createClient({ baseUrl: server.url, token: 'of-the-edges' })
  const handle = await waybill.jobs.submit({
    ...{ channel: 'shop', objectType: 'product', action: 'update', executionId: 'run 1' },
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
