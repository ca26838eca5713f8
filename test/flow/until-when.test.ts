import type { Item, Job } from '@waybill/spec'
import { afterEach, expect, test } from 'vitest'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, submit } from '../support/submit.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const MINUTE_MS = 60_000
const items = (count: number, partitionKey?: string) =>
  Array.from({ length: count }, (_, n) => ({ id: `sku-${n}`, ...(partitionKey !== undefined && { partitionKey }) }))

/** A shop that takes two calls a minute. */
async function slowShop() {
  const connector = new RecordingConnector()
  await connector.start()
  cleanups.push(() => connector.stop())
  const rateLimit = { limit: 2, periodMs: MINUTE_MS }
  const server = await ServerProcess.create({
    args: ['--threads', '1'],
    config: { channels: { shop: { connector: { type: 'http', url: connector.url }, rateLimit } } },
  })
  cleanups.push(() => server.remove())
  await server.start()
  return {
    server,
    async item(job: Job, index: number): Promise<Item> {
      return (await (await server.fetch(`/v1/jobs/${job.id}/items/${index}`)).json()) as Item
    },
  }
}

/** Minutes from now. */
function minutesUntil(time: string | null | undefined): number {
  expect(time).toBeTypeOf('string')
  return (Date.parse(time!) - Date.now()) / MINUTE_MS
}

test('an item behind 400 others at 2 calls a minute says so, and when its turn is expected; its job has an ETA', async () => {
  const { server, item } = await slowShop()
  const byKey = await submit(server, { channel: 'shop' }, items(401, 'one'))
  while ((await getJob(server, byKey.id)).counts.succeeded === 0)
    await new Promise((resolve) => setTimeout(resolve, 20))
  const { waiting } = await item(byKey, 400)
  expect(waiting).toMatchObject({ reason: 'partition', position: 399, behind: { jobId: byKey.id, index: 1 } })
  expect(minutesUntil(waiting!.until)).toBeGreaterThan(195)
  expect(minutesUntil(waiting!.until)).toBeLessThan(205)

  // Nothing of the next job has been called: it is expected to end after its share of both.
  const pending = await submit(server, { channel: 'shop' }, items(100))
  while ((await getJob(server, pending.id)).waiting.length === 0)
    await new Promise((resolve) => setTimeout(resolve, 20))
  const { progress, waiting: reasons, status } = await getJob(server, pending.id)
  expect([status, progress?.ratio, progress?.itemsPerSecond]).toEqual(['pending', 0, 0])
  expect(minutesUntil(progress!.estimatedEndAt)).toBeGreaterThan(95)
  expect(minutesUntil(progress!.estimatedEndAt)).toBeLessThan(105)
  expect(reasons[0]).toMatchObject({ reason: 'rate_limit', items: 100 })
  const last = (await item(pending, 99)).waiting!
  expect(last).toMatchObject({ reason: 'rate_limit', position: 99 })
  expect(minutesUntil(last.until)).toBeGreaterThan(45)
})

test('a blocked job names the jobs it waits for, and until when by their estimate', async () => {
  const { server, item } = await slowShop()
  const first = await submit(server, { channel: 'shop' }, items(20))
  const second = await submit(server, { channel: 'shop', dependsOn: [{ job: first.id }] }, items(1))
  const { waiting, status } = await getJob(server, second.id)
  expect([status, waiting]).toMatchObject(['blocked', [{ reason: 'dependency', items: 1, jobs: [first.id] }]])
  expect(minutesUntil(waiting[0]!.until)).toBeGreaterThan(5)
  expect((await item(second, 0)).waiting).toMatchObject({ reason: 'dependency', position: null })
})
