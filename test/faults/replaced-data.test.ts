import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Item, ParkedItemPage } from '@waybill/spec'
import { afterEach, expect, test } from 'vitest'
import { verifyFolder } from '../../server/src/store/sqlite/open/verify-folder.ts'
import type { FailpointName } from '../../server/src/runtime/failpoint.ts'
import { checkFolder } from '../support/check-folder.ts'
import { JSON_BODY } from '../support/hostile-world.ts'
import { type DeliveredItem, RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, submit, untilDone } from '../support/submit.ts'

/*
 * The data of a parked item is replaced, whatever happens to the process: either the decision holds with all of the new data, or nothing of it
 * happened.
 */

const LOOK_EVERY_MS = 20
const DEADLINE_MS = 20_000

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A shop that takes only data with a price, and a server that parks everything else. */
async function world() {
  const delivered: DeliveredItem[] = []
  const connector = new RecordingConnector({
    answer: (delivery) => {
      delivered.push(...delivery.items)
      return {
        kind: 'items',
        answer: ({ data }) => (hasPrice(data) ? { kind: 'succeeded' } : { kind: 'failed', code: 'no_price' }),
      }
    },
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    fromSource: true,
    args: ['--threads', '1'],
    config: {
      channels: {
        shop: {
          connector: { type: 'http', url: connector.url, batchSize: 10 },
          retry: { rules: [{ code: ['no_price'], then: 'park' }] },
        },
      },
    },
  })
  cleanups.push(() => server.remove())
  const post = (path: string, body: unknown = {}) =>
    server.fetch(path, { method: 'POST', headers: JSON_BODY, body: JSON.stringify(body) })
  return {
    delivered,
    server,
    post,
    replace: (jobId: string, index: number, data: unknown) =>
      post('/v1/parked/resolve', { items: [{ jobId, index }], decision: 'replace', data }),
    item: async (jobId: string, index: number) =>
      (await (await server.fetch(`/v1/jobs/${jobId}/items/${index}`)).json()) as Item,
    parked: async (): Promise<number[]> => {
      const page = (await (await server.fetch('/v1/parked')).json()) as ParkedItemPage
      return page.parked.map(({ item }) => item.index)
    },
    untilParked: async (jobId: string, count: number) => {
      while ((await getJob(server, jobId)).counts.waiting < count) await sleep(LOOK_EVERY_MS)
    },
  }
}

function hasPrice(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'price' in data
}

const sizes = [100, 900_000]
const oldData = (bytes: number) => ({ text: 'o'.repeat(bytes) })
const newData = (bytes: number) => ({ text: 'n'.repeat(bytes), price: 1990 })

/** Two items of a key each: the first ones are parked, the second ones stand behind them. Others succeed. */
function itemsOf() {
  return sizes.flatMap((bytes) => [
    { id: `bad-${bytes}`, partitionKey: `key-${bytes}`, data: oldData(bytes) },
    { id: `behind-${bytes}`, partitionKey: `key-${bytes}`, data: { price: 1 } },
  ])
}

test.each(['at once', 'after a kill -9', 'after an orderly restart'])(
  'the new data is delivered, with the same idempotency key and a higher attempt, before what stands behind: %s',
  async (when) => {
    const { server, delivered, post, replace, item, untilParked, parked } = await world()
    await server.start()
    const job = await submit(server, { channel: 'shop' }, itemsOf())
    await untilParked(job.id, 2)
    await post('/v1/channels/shop/pause')
    for (const [n, bytes] of sizes.entries())
      expect(await (await replace(job.id, n * 2, newData(bytes))).json()).toEqual({ resolved: 1, notParked: [] })
    if (when === 'after a kill -9') await server.kill()
    else if (when !== 'at once') expect(await server.stop()).toBe(0)
    if (when !== 'at once') {
      expect(verifyFolder(`${server.folder}/data`).faults).toEqual([])
      await server.start()
    }
    expect(await parked()).toEqual([])
    const read = async () => {
      for (const [n, bytes] of sizes.entries()) {
        const { data, log } = await item(job.id, n * 2)
        expect(data).toEqual(newData(bytes))
        expect(log![0]).toMatchObject({
          verdict: 'parked',
          replaced: { data: oldData(bytes), by: 'address:127.0.0.1' },
        })
      }
    }
    await read()
    await post('/v1/channels/shop/resume')
    expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: 4, failed: 0 } })
    await read()
    for (const [n, bytes] of sizes.entries()) {
      const ofKey = delivered.filter(({ partitionKey }) => partitionKey === `key-${bytes}`)
      expect(ofKey.map(({ index, attempt, idempotencyKey, data }) => [index, attempt, idempotencyKey, data])).toEqual([
        [n * 2, 1, `${job.id}/${n * 2}`, oldData(bytes)],
        [n * 2, 2, `${job.id}/${n * 2}`, newData(bytes)],
        [n * 2 + 1, 1, `${job.id}/${n * 2 + 1}`, { price: 1 }],
      ])
    }
    expect(await server.stop()).toBe(0)
    expect(verifyFolder(`${server.folder}/data`).faults).toEqual([])
    expect(checkFolder(`${server.folder}/data`)).toEqual([])
  },
)

/** Before the decision with its data is on disk, and after. */
const deaths: [FailpointName, boolean][] = [
  ['outcomes.judged', false],
  ['store.commitOutcomes.written', false],
  ['store.commitOutcomes.durable', true],
  ['outcomes.durable', true],
]

test.each(deaths)('REC-5 a process that dies at %s has replaced all of it: %s', async (name, isReplaced) => {
  const { server, replace, item, parked, untilParked, delivered } = await world()
  // Hit 1 is the commit that parks.
  await server.start({ name, hit: 2 })
  const job = await submit(server, { channel: 'shop' }, [{ id: 'one', data: oldData(900_000) }])
  await untilParked(job.id, 1)
  await replace(job.id, 0, newData(900_000)).catch(() => null)
  while (server.running) await sleep(LOOK_EVERY_MS)
  expect(verifyFolder(`${server.folder}/data`).faults).toEqual([])
  await server.start()
  if (!isReplaced) {
    expect(await parked()).toEqual([0])
    expect(await item(job.id, 0)).toMatchObject({ attempts: 1, data: oldData(900_000) })
    expect((await item(job.id, 0)).log![0]).not.toHaveProperty('replaced')
    expect((await replace(job.id, 0, newData(900_000))).status).toBe(200)
  }
  expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded' })
  expect(delivered.map(({ attempt, data }) => [attempt, data])).toEqual([
    [1, oldData(900_000)],
    [2, newData(900_000)],
  ])
  expect((await item(job.id, 0)).log!.filter(({ replaced }) => replaced !== undefined)).toHaveLength(1)
})

test('data that was replaced is erased with its job, all of it', async () => {
  const { server, replace, item, untilParked } = await world()
  await server.start()
  const job = await submit(server, { channel: 'shop' }, [{ id: 'one', data: { text: 'f1rst-data' } }])
  for (const [n, text] of ['s3cond-data', 'th1rd-data', `f0urth-data${'x'.repeat(900_000)}`].entries()) {
    await untilParked(job.id, 1)
    expect((await replace(job.id, 0, { text })).status).toBe(200)
    while ((await item(job.id, 0)).attempts < n + 2) await sleep(LOOK_EVERY_MS)
  }
  await untilParked(job.id, 1)
  await server.fetch(`/v1/jobs/${job.id}/cancel`, { method: 'POST' })
  await untilDone(server, job.id)
  expect((await item(job.id, 0)).log!.map(({ replaced }) => replaced?.data)).toEqual([
    { text: 'f1rst-data' },
    { text: 's3cond-data' },
    { text: 'th1rd-data' },
    undefined,
  ])
  const folder = join(server.folder, 'data')
  const holds = (text: string): boolean =>
    readdirSync(folder).some((file) => readFileSync(join(folder, file)).includes(text))
  expect(['s3cond-data', 'th1rd-data', 'f0urth-data'].filter(holds)).toHaveLength(3)
  expect((await server.fetch(`/v1/jobs/${job.id}`, { method: 'DELETE' })).status).toBe(204)
  const until = Date.now() + DEADLINE_MS
  for (const text of ['f1rst-data', 's3cond-data', 'th1rd-data', 'f0urth-data']) {
    while (holds(text)) {
      if (Date.now() > until) throw new Error(`Cannot forget data as it must be overwritten: the files hold ${text}`)
      await sleep(50)
    }
  }
})
