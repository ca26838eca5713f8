import { afterEach, expect, test } from 'vitest'
import { checkBooks } from '../support/check-books.ts'
import {
  checkEachDelivered,
  checkNoOverlap,
  checkOrder,
  checkProgress,
  checkRepeats,
  checkRepeatsPerStart,
  checkEndedBeforeNext,
  type SeenJob,
} from '../support/check-record.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, results, submit, type TestItem, untilDone } from '../support/submit.ts'

const ROUNDS = 10
const ITEMS = 10_000

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

test(`REC-1 ORD-3 REC-6 ${ROUNDS} rounds of kill -9 in the middle of ${2 * ITEMS} items lose nothing and break no order`, async () => {
  const connector = new RecordingConnector({
    answer: (delivery) => ({
      kind: 'items',
      delayMs: delivery.items[0]!.index % 3,
      answer: (item) => (item.index % 41 === 0 && item.attempt === 1 ? { kind: 'retry' } : { kind: 'succeeded' }),
    }),
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    config: {
      channels: {
        shop: {
          connector: { type: 'http', url: connector.url, batchSize: 10 },
          concurrency: 16,
          retry: { maxAttempts: 100, backoff: { initialMs: 10, factor: 1, maxMs: 10 } },
        },
      },
    },
  })
  cleanups.push(() => server.remove())
  await server.start()

  const items: TestItem[] = Array.from({ length: ITEMS }, (_, n) => ({
    id: `sku-${n}`,
    partitionKey: `key-${(n * 31) % 700}`,
  }))
  const jobs = [await submit(server, { channel: 'shop' }, items), await submit(server, { channel: 'shop' }, items)]
  const seen: SeenJob[][] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    const target = connector.calls.length + 200 + Math.floor(Math.random() * 2200)
    await new Promise<void>((resolve) => {
      connector.onCall = () => connector.calls.length >= target && resolve()
      if (connector.calls.length >= 2 * ITEMS) resolve()
    })
    for (const [n, job] of jobs.entries()) seen[n]!.push(await getJob(server, job.id))
    await server.kill()
    await server.start()
    for (const [n, job] of jobs.entries()) seen[n]!.push(await getJob(server, job.id))
  }
  const ended = await Promise.all(jobs.map((job, n) => untilDone(server, job.id, (now) => seen[n]!.push(now))))
  for (const job of ended)
    expect(job).toMatchObject({ outcome: 'succeeded', counts: { total: ITEMS, succeeded: ITEMS } })

  const accepted = jobs.map((job) => ({ jobId: job.id, keys: items.map((item) => item.partitionKey!) }))
  expect([
    ...checkNoOverlap(connector.calls),
    ...checkOrder(connector.calls, accepted),
    ...checkEndedBeforeNext(connector.calls),
    ...checkRepeats(connector.calls),
    ...checkRepeatsPerStart(connector.calls),
    ...checkEachDelivered(connector.calls, accepted),
    ...seen.flatMap((list) => checkProgress(list)),
  ]).toEqual([])
  for (const job of jobs)
    expect((await results(server, job.id)).map((line) => line.index)).toEqual(items.map((_, n) => n))
})

test('what was answered 202 is there after kill -9, what was not answered leaves nothing', async () => {
  const connector = new RecordingConnector()
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    config: { channels: { shop: { connector: { type: 'http', url: connector.url, batchSize: 100 } } } },
  })
  cleanups.push(() => server.remove())
  await server.start()
  const acknowledged: string[] = []
  for (let round = 0; round < 5; round++) {
    const items = Array.from({ length: 1500 }, (_, n) => ({ id: `sku-${n}`, data: { text: 'x'.repeat(300) } }))
    const uploads = Array.from({ length: 8 }, () =>
      submit(server, { channel: 'shop' }, items).then(
        (job) => acknowledged.push(job.id),
        () => {},
      ),
    )
    await Promise.race([...uploads, new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 150))])
    await server.kill()
    await Promise.all(uploads)
    await server.start()
  }
  for (const id of acknowledged) expect((await untilDone(server, id)).counts.succeeded).toBe(1500)
  const { jobs } = (await (await server.fetch('/v1/jobs?pageSize=1000')).json()) as {
    jobs: { id: string; counts: { total: number } }[]
  }
  expect(jobs.map((job) => job.id)).toEqual(expect.arrayContaining(acknowledged))
  // A job whose 202 was lost on the way may exist, but then it is whole.
  for (const job of jobs) expect(job.counts.total).toBe(1500)
})

test('REC-1 kill -9 in the middle of jobs larger than the payload cache loses no item, whatever the batches', async () => {
  const connector = new RecordingConnector({
    answer: () => ({
      kind: 'items',
      answer: ({ id, data }) =>
        (data as string).length === Number(id.split('/')[1]) ? { kind: 'succeeded' } : { kind: 'failed', code: 'cut' },
    }),
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  const loads = [
    { channel: 'ones', batchSize: 1, bytes: 900_000, count: 20 },
    { channel: 'hundreds', batchSize: 100, bytes: 30_000, count: 700 },
    { channel: 'thousands', batchSize: 1000, bytes: 100, count: 20_000 },
  ]
  const server = await ServerProcess.create({
    config: {
      channels: Object.fromEntries(
        loads.map(({ channel, batchSize }) => [
          channel,
          { connector: { type: 'http', url: connector.url, batchSize } },
        ]),
      ),
    },
  })
  cleanups.push(() => server.remove())
  await server.start()
  const jobs: { id: string; count: number; keys: string[] }[] = []
  for (const { channel, bytes, count } of loads) {
    const items = Array.from({ length: count }, (_, n) => ({ id: `${n}/${bytes}`, data: 'x'.repeat(bytes) }))
    const { id } = await submit(server, { channel }, items)
    jobs.push({ id, count, keys: items.map((item) => item.id) })
    const target = connector.calls.length + Math.floor(count / 4)
    await new Promise<void>((resolve) => {
      connector.onCall = () => connector.calls.length >= target && resolve()
      connector.onCall()
    })
    await server.kill()
    await server.start()
  }
  const books = []
  for (const { id, count } of jobs) {
    expect(await untilDone(server, id)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: count } })
    books.push({ jobId: id, total: count, lines: await results(server, id) })
  }
  expect([
    ...checkBooks(connector.calls, books),
    ...checkRepeats(connector.calls),
    ...checkEachDelivered(
      connector.calls,
      jobs.map(({ id, keys }) => ({ jobId: id, keys })),
    ),
  ]).toEqual([])
})
