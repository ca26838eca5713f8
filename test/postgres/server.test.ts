import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  checkEachDelivered,
  checkEndedBeforeNext,
  checkNoOverlap,
  checkOrder,
  checkProgress,
  checkRepeats,
  checkRepeatsPerStart,
  type SeenJob,
} from '../support/check-record.ts'
import { PostgresCluster } from '../support/postgres-cluster.ts'
import { PostgresProxy } from '../support/postgres-proxy.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, results, submit, type TestItem, untilDone } from '../support/submit.ts'

const ITEMS = 4000
/** In the middle of the calls, one after another. */
const FAULTS = ['server', 'database', 'server', 'both', 'database'] as const

let cluster: PostgresCluster
const cleanups: (() => Promise<void>)[] = []

// Its own: it is stopped.
beforeAll(async () => {
  cluster = await PostgresCluster.start()
})

afterAll(() => cluster.close())

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function startedServer(config: object, databaseUrl: string): Promise<ServerProcess> {
  const server = await ServerProcess.create({ config, store: 'postgres', env: { WAYBILL_DATABASE_URL: databaseUrl } })
  cleanups.push(() => server.remove())
  await server.start()
  return server
}

test('REC-1 ORD-3 REC-6 kill -9 of the server, and of PostgreSQL, in the middle of jobs loses nothing, does nothing twice and breaks no order', async () => {
  const connector = new RecordingConnector({
    answer: (delivery) => ({
      kind: 'items',
      delayMs: delivery.items[0]!.index % 3,
      answer: (item) => (item.index % 41 === 0 && item.attempt === 1 ? { kind: 'retry' } : { kind: 'succeeded' }),
    }),
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  const channels = {
    shop: {
      connector: { type: 'http', url: connector.url, batchSize: 10 },
      concurrency: 16,
      retry: { maxAttempts: 100, backoff: { initialMs: 10, factor: 1, maxMs: 10 } },
    },
  }
  const server = await startedServer({ channels }, await cluster.createDatabase())
  const items: TestItem[] = Array.from({ length: ITEMS }, (_, n) => ({
    id: `sku-${n}`,
    partitionKey: `key-${(n * 31) % 500}`,
  }))
  const jobs = [await submit(server, { channel: 'shop' }, items), await submit(server, { channel: 'shop' }, items)]
  const seen: SeenJob[][] = [[], []]
  const look = async (): Promise<void> => {
    for (const [n, job] of jobs.entries()) seen[n]!.push(await getJob(server, job.id))
  }
  for (const [round, fault] of FAULTS.entries()) {
    const target = ((round + 1) * 2 * ITEMS) / (FAULTS.length + 2)
    await new Promise<void>((resolve) => {
      connector.onCall = () => connector.calls.length >= target && resolve()
      if (connector.calls.length >= target) resolve()
    })
    await look()
    if (fault !== 'server') await cluster.stop('immediate')
    if (fault !== 'database') await server.kill()
    if (fault !== 'server') await cluster.resume()
    if (fault !== 'database') await server.start()
    await look()
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

test('what was answered 202 is there after the end of PostgreSQL, what was refused leaves nothing', async () => {
  const connector = new RecordingConnector()
  await connector.start()
  cleanups.push(() => connector.stop())
  const channels = { shop: { connector: { type: 'http', url: connector.url, batchSize: 100 } } }
  const server = await startedServer({ channels }, await cluster.createDatabase())
  const items = Array.from({ length: 1500 }, (_, n) => ({ id: `sku-${n}`, data: { text: 'x'.repeat(300) } }))
  const acknowledged: string[] = []
  for (let round = 0; round < 4; round++) {
    const uploads = Array.from({ length: 6 }, () =>
      submit(server, { channel: 'shop' }, items).then(
        (job) => acknowledged.push(job.id),
        () => {},
      ),
    )
    await Promise.race([...uploads, new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 150))])
    await cluster.stop('immediate')
    await cluster.resume()
    await Promise.all(uploads)
  }
  const last = await submit(server, { channel: 'shop' }, items)
  for (const id of [...acknowledged, last.id]) expect((await untilDone(server, id)).counts.succeeded).toBe(1500)
  const { jobs } = (await (await server.fetch('/v1/jobs?pageSize=1000')).json()) as {
    jobs: { id: string; counts: { total: number } }[]
  }
  expect(jobs.map((job) => job.id)).toEqual(expect.arrayContaining(acknowledged))
  // A job whose 202 was lost on the way may exist, but then it is whole.
  for (const job of jobs) expect(job.counts.total).toBe(1500)
})

test('a server ends though its database is away, and starts again once that is there', async () => {
  const connector = new RecordingConnector()
  await connector.start()
  cleanups.push(() => connector.stop())
  const channels = { shop: { connector: { type: 'http', url: connector.url, batchSize: 10 } } }
  const server = await startedServer({ channels }, await cluster.createDatabase())
  const items: TestItem[] = Array.from({ length: 3000 }, (_, n) => ({ id: `sku-${n}` }))
  const job = await submit(server, { channel: 'shop' }, items)
  await expect.poll(() => connector.calls.length, { timeout: 30_000 }).toBeGreaterThan(100)
  await cluster.stop('immediate')
  await server.stop()
  expect(server.running).toBe(false)
  await cluster.resume()
  await server.start()
  expect((await untilDone(server, job.id)).counts.succeeded).toBe(3000)
})

test('a server ends within its time though it does not know what became of a commit', async () => {
  const connector = new RecordingConnector()
  await connector.start()
  cleanups.push(() => connector.stop())
  const proxy = await PostgresProxy.start(await cluster.createDatabase())
  cleanups.push(() => proxy.close())
  const channels = { shop: { connector: { type: 'http', url: connector.url, batchSize: 10 } } }
  const server = await startedServer({ channels }, proxy.url)
  const lost = proxy.loseAnswer('INSERT INTO waybill.segments').then(() => proxy.goAway())
  const items: TestItem[] = Array.from({ length: 3000 }, (_, n) => ({ id: `sku-${n}` }))
  const job = await submit(server, { channel: 'shop' }, items)
  await lost
  expect(await server.stop()).toBe(0)
  expect(server.output).not.toContain('Could not stop in time')
  proxy.comeBack()
  await server.start()
  expect((await untilDone(server, job.id)).counts.succeeded).toBe(3000)
})

test('the URL of the database, and what it says, are in no log', async () => {
  const url = new URL(await cluster.createDatabase())
  url.password = 'the-password'
  const server = await startedServer({}, url.href)
  await cluster.stop('immediate')
  const away = await server.fetch('/v1/jobs')
  expect(away.status).toBe(503)
  await cluster.resume()
  await expect.poll(async () => (await server.fetch('/v1/jobs')).status, { timeout: 30_000 }).toBe(200)
  expect(await server.stop()).toBe(0)
  const bad = await ServerProcess.create({
    ...{ config: {}, store: 'postgres' },
    env: { WAYBILL_DATABASE_URL: url.href.replace(/\/[^/]*$/, '/none') },
  })
  cleanups.push(() => bad.remove())
  await expect(bad.start()).rejects.toThrow()
  expect(bad.output).toContain('it says 3D000')
  for (const { output } of [server, bad]) expect(output).not.toMatch(/the-password|postgres:\/\//)
})
