import { afterEach, expect, test } from 'vitest'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, submit, untilDone } from '../support/submit.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function world(channel: object = {}) {
  const connector = new RecordingConnector({
    answer: () => ({ kind: 'items', answer: () => ({ kind: 'succeeded' }), delayMs: 20 }),
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    config: { channels: { shop: { connector: { type: 'http', url: connector.url }, ...channel } } },
  })
  cleanups.push(() => server.remove())
  await server.start()
  return { connector, server }
}

const items = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `sku-${n}` }))

test('a deadline that has passed, or comes before runAt, is refused with its place, and nothing is delivered', async () => {
  const { connector, server } = await world()
  const post = async (envelope: object) => {
    const answer = await server.fetch('/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'shop', objectType: 'product', action: 'update', ...envelope }),
    })
    const body = (await answer.json()) as { code?: string; errors?: { pointer: string; detail: string }[] }
    return { status: answer.status, code: body.code, pointer: body.errors?.[0]?.pointer }
  }
  const refused = { status: 400, code: 'bad_request', pointer: '/deadlineAt' }
  const lastYear = new Date(Date.now() - 365 * 86_400_000).toISOString()
  expect(await post({ deadlineAt: lastYear, items: items(10) })).toEqual(refused)
  expect(await post({ deadlineAt: lastYear, open: true })).toEqual(refused)
  expect(await post({ deadlineAt: '2125-01-01T00:00:00Z', runAt: '2126-01-01T00:00:00Z', items: [] })).toEqual(refused)
  expect(connector.calls).toEqual([])
})

test('no call starts after the deadline of its job, though its items wait in a lot', async () => {
  const { connector, server } = await world({ concurrency: 2 })
  const deadlineAtMs = Date.now() + 1500
  const job = await submit(server, { channel: 'shop', deadlineAt: new Date(deadlineAtMs).toISOString() }, items(2000))
  const ended = await untilDone(server, job.id)
  expect(ended).toMatchObject({ outcome: 'expired', counts: { total: 2000, failed: 0, pending: 0 } })
  expect(ended.counts.succeeded).toBe(connector.calls.length)
  expect(ended.counts.cancelled).toBe(2000 - connector.calls.length)
  // What a call needs from its start to the recorder, on a busy machine too; all items would take 20 s.
  const slackMs = 1000 + connector.longestStallMs
  expect(connector.calls.filter((call) => performance.timeOrigin + call.startMs > deadlineAtMs + slackMs)).toEqual([])
})

test('a restart after the deadline calls nothing', async () => {
  const { connector, server } = await world()
  await server.fetch('/v1/channels/shop/pause', { method: 'POST' })
  const deadlineAt = new Date(Date.now() + 1000).toISOString()
  const job = await submit(server, { channel: 'shop', deadlineAt }, items(100))
  expect(await getJob(server, job.id)).toMatchObject({ done: false })
  await server.kill()
  while (Date.now() < Date.parse(deadlineAt)) await new Promise((resolve) => setTimeout(resolve, 50))
  await server.start()
  expect((await server.fetch('/v1/channels/shop/resume', { method: 'POST' })).status).toBe(200)
  expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'expired', counts: { cancelled: 100 } })
  expect(connector.calls).toEqual([])
})
