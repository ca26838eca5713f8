import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job, ParkedItemPage } from '@waybill/spec'
import { afterEach, describe, expect, test } from 'vitest'
import { checkBooks } from '../support/check-books.ts'
import { checkEachDelivered, checkRepeats } from '../support/check-record.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, results, submit, type TestItem, untilDone } from '../support/submit.ts'

// Jobs with more payload than the server keeps in memory: what is delivered is read back from the disk while other items are.

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A module that takes every item that came whole. */
const MODULE = `
export default {
  deliverBatch: (items) =>
    items.map(({ id, data }) => (data.length === Number(id.split('/')[1]) ? null : new Error('cut: ' + data.length))),
}
`

async function world(type: 'http' | 'module', batchSize: number) {
  const connector = new RecordingConnector({
    answer: () => ({
      kind: 'items',
      answer: ({ id, index, attempt, data }) => {
        if ((data as string).length !== Number(id.split('/')[1])) return { kind: 'failed', code: 'cut' }
        // Returned items are called among items from all over the job.
        return attempt === 1 && index % 100 === 3 ? { kind: 'retry' } : { kind: 'succeeded' }
      },
    }),
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({ config: {} })
  cleanups.push(() => server.remove())
  const path = join(server.folder, 'shop.mjs')
  await writeFile(path, MODULE)
  const target = type === 'http' ? { type, url: connector.url } : { type, path }
  const retry = { maxAttempts: 3, backoff: { initialMs: 100, factor: 1, maxMs: 100 } }
  await server.configure({
    channels: { shop: { connector: { ...target, batchSize, timeoutMs: 30_000 }, retry, circuit: null } },
  })
  await server.start()
  return { connector, server }
}

/** Items that carry the length of their data in their id, so that the connector sees whether it came whole. */
function itemsOf(count: number, bytes: number): TestItem[] {
  return Array.from({ length: count }, (_, n) => ({ id: `${n}/${bytes}`, data: String(n % 10).repeat(bytes) }))
}

interface Load {
  readonly type: 'http' | 'module'
  readonly count: number
  readonly bytes: number
  readonly batchSize: number
}

describe('a job with more payload than the cache ends, every item by a call of its own', () => {
  const loads: Load[] = [
    { type: 'http', count: 30_000, bytes: 1000, batchSize: 100 },
    { type: 'http', count: 20_000, bytes: 2000, batchSize: 100 },
    { type: 'http', count: 100_000, bytes: 300, batchSize: 1000 },
    { type: 'http', count: 19, bytes: 950_000, batchSize: 1 },
    { type: 'http', count: 60, bytes: 300_000, batchSize: 1 },
    { type: 'module', count: 30_000, bytes: 1000, batchSize: 100 },
    { type: 'module', count: 60, bytes: 300_000, batchSize: 1 },
  ]
  test.each(loads)(
    '$type: $count items of $bytes bytes, $batchSize a call',
    async ({ type, count, bytes, batchSize }) => {
      const { connector, server } = await world(type, batchSize)
      const items = itemsOf(count, bytes)
      const job = await submit(server, { channel: 'shop' }, items)
      expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: count } })
      if (type === 'module') return
      const jobs = [{ jobId: job.id, keys: items.map(({ id }) => id) }]
      expect([...checkEachDelivered(connector.calls, jobs), ...checkRepeats(connector.calls)]).toEqual([])
    },
  )
})

test('items from all over a job, more than the cache holds of their chunks, are found when they are retried together', async () => {
  const { connector, server } = await world('http', 100)
  const items = itemsOf(30_000, 1000)
  const job = await submit(server, { channel: 'shop', retry: { maxAttempts: 1 }, onExhausted: 'park' }, items)
  await expect
    .poll(async () => (await getJob(server, job.id)).counts)
    .toMatchObject({ succeeded: 29_700, waiting: 300 })
  const { parked } = (await (await server.fetch('/v1/parked?pageSize=1000')).json()) as ParkedItemPage
  await server.fetch('/v1/channels/shop/pause', { method: 'POST' })
  const decided = await server.fetch('/v1/parked/resolve', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      decision: 'retry',
      items: parked.map(({ item }) => ({ jobId: job.id, index: item.index })),
    }),
  })
  expect(await decided.json()).toEqual({ resolved: 300, notParked: [] })
  await server.fetch('/v1/channels/shop/resume', { method: 'POST' })
  expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: 30_000 } })
  const jobs = [{ jobId: job.id, keys: items.map(({ id }) => id) }]
  expect([...checkEachDelivered(connector.calls, jobs), ...checkRepeats(connector.calls)]).toEqual([])
})

test('many jobs that waited on a paused channel lose no item when it is resumed', async () => {
  const { connector, server } = await world('http', 100)
  await server.fetch('/v1/channels/shop/pause', { method: 'POST' })
  const items = itemsOf(100, 1000)
  const jobs: Job[] = []
  for (let n = 0; n < 400; n += 20) {
    // Without an order between jobs, so that one lot has items of many of them.
    const some = Array.from({ length: 20 }, () => submit(server, { channel: 'shop', partitionBy: 'none' }, items))
    jobs.push(...(await Promise.all(some)))
  }
  await server.fetch('/v1/channels/shop/resume', { method: 'POST' })
  const books = await Promise.all(
    jobs.map(async ({ id }) => {
      expect(await untilDone(server, id)).toMatchObject({ outcome: 'succeeded' })
      return { jobId: id, total: items.length, lines: await results(server, id) }
    }),
  )
  expect(checkBooks(connector.calls, books)).toEqual([])
})
