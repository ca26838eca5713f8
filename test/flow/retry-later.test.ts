import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Item, Receipt } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { JSON_BODY } from '../support/hostile-world.ts'
import { ServerProcess } from '../support/server-process.ts'

/*
 * RetryLater of a module is no failure: it is decided before the rules, and holds its item alone, over a restart too.
 */

const HOUR_MS = 3_600_000
const MODULE = `
export default {
  deliverItem(item) {
    if (item.data.until > Date.now()) {
      throw Object.assign(new Error('busy'), { name: 'RetryLater', delayMs: item.data.until - Date.now() })
    }
    if (item.data.code) throw Object.assign(new Error('own'), { code: item.data.code })
  },
}
`

let server: ServerProcess

beforeAll(async () => {
  const connector = { type: 'module', path: './own.mjs' }
  const retry = { maxAttempts: 1, rules: [{ code: ['retry_later', 'thrown', 'sold_out'], then: 'fail' }] }
  server = await ServerProcess.create({ config: { channels: { own: { connector, retry } } } })
  await writeFile(join(server.folder, 'own.mjs'), MODULE)
  await server.start()
})

afterAll(() => server.remove())

async function deliver(data: object): Promise<Receipt> {
  const item = { id: `sku-${JSON.stringify(data)}`, data }
  const response = await server.fetch('/v1/items', {
    method: 'POST',
    headers: { ...JSON_BODY, prefer: 'wait=10' },
    body: JSON.stringify({ channel: 'own', objectType: 'product', action: 'update', item }),
  })
  return (await response.json()) as Receipt
}

test('RetryLater counts as no attempt, whatever the rules say', async () => {
  const { item } = await deliver({ until: Date.now() + 700 })
  expect(item).toMatchObject({ status: 'succeeded' })
  expect(item.log!.slice(0, -1).map(({ verdict, code }) => [verdict, code])).toContainEqual([
    'throttled',
    'retry_later',
  ])
  expect(await deliver({ until: 0, code: 'sold_out' })).toMatchObject({
    item: { status: 'failed', attempts: 1, error: { code: 'sold_out', origin: 'connector' } },
  })
})

test('RetryLater holds no other item of the channel, after a restart neither', async () => {
  const response = await server.fetch('/v1/jobs', {
    method: 'POST',
    headers: JSON_BODY,
    body: JSON.stringify({
      ...{ channel: 'own', objectType: 'product', action: 'update' },
      items: [{ id: 'later', data: { until: Date.now() + HOUR_MS } }],
    }),
  })
  const { id } = (await response.json()) as { id: string }
  const later = async () => (await (await server.fetch(`/v1/jobs/${id}/items/0`)).json()) as Item
  while ((await later()).status !== 'waiting') await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await deliver({ until: 0, n: 1 })).toMatchObject({ done: true, item: { status: 'succeeded' } })
  await server.stop()
  await server.start()
  expect(await deliver({ until: 0, n: 2 })).toMatchObject({ done: true, item: { status: 'succeeded' } })
  expect(await later()).toMatchObject({ status: 'waiting', attempts: 1, waiting: { reason: 'retry' } })
})
