import { afterEach, expect, test } from 'vitest'
import { checkEachDelivered, checkNoOverlap, checkOrder, checkProgress, type SeenJob } from '../support/check-record.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, results, submit, untilDone } from '../support/submit.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function world(store: 'disk' | 'memory' = 'disk') {
  const connector = new RecordingConnector({
    answer: () => ({ kind: 'items', answer: () => ({ kind: 'succeeded' }), delayMs: 5 }),
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    store,
    config: { channels: { shop: { connector: { type: 'http', url: connector.url, batchSize: 10 }, concurrency: 8 } } },
  })
  cleanups.push(() => server.remove())
  await server.start()
  return { connector, server }
}

const list = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `sku-${n}`, partitionKey: `key-${n % 200}` }))

test('SIGTERM lets running calls finish, exits 0, and the next start continues without calling anything again', async () => {
  const { connector, server } = await world()
  const items = list(4000)
  const job = await submit(server, { channel: 'shop' }, items)
  const seen: SeenJob[] = []
  await new Promise<void>((resolve) => {
    connector.onCall = () => connector.calls.length >= 1000 && resolve()
  })
  seen.push(await getJob(server, job.id))
  expect(await server.stop()).toBe(0)
  await server.start()
  seen.push(await getJob(server, job.id))
  const ended = await untilDone(server, job.id, (now) => seen.push(now))
  expect(ended).toMatchObject({ outcome: 'succeeded', counts: { succeeded: 4000 } })
  const jobs = [{ jobId: job.id, keys: items.map((item) => item.partitionKey) }]
  expect([
    ...checkNoOverlap(connector.calls),
    ...checkOrder(connector.calls, jobs),
    ...checkEachDelivered(connector.calls, jobs),
    ...checkProgress(seen),
  ]).toEqual([])
  expect(connector.calls).toHaveLength(4000)
  expect(await results(server, job.id)).toHaveLength(4000)
})

test('SIGTERM answers a long-poll with the present job', async () => {
  const { server } = await world()
  const open = await server.fetch('/v1/jobs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ channel: 'shop', objectType: 'product', action: 'update', open: true }),
  })
  const { id } = (await open.json()) as { id: string }
  const poll = server.fetch(`/v1/jobs/${id}`, { headers: { prefer: 'wait=30' } })
  // It has arrived, on a busy machine too.
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const stopped = server.stop()
  const answer = await poll
  expect(answer.status).toBe(200)
  expect(((await answer.json()) as { status: string }).status).toBe('open')
  expect(await stopped).toBe(0)
})

test('a second server on the same data folder is refused, the first continues', async () => {
  const { server } = await world()
  const second = await ServerProcess.create({ args: ['--data', `${server.folder}/data`] })
  cleanups.push(() => second.remove())
  await expect(second.start()).rejects.toThrow(/ended with code 1/)
  expect(second.output).toContain('data')
  const job = await submit(server, { channel: 'shop' }, list(10))
  expect((await untilDone(server, job.id)).outcome).toBe('succeeded')
})
