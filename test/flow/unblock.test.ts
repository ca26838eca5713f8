import type { Channel } from '@waybill/spec'
import { afterEach, expect, test } from 'vitest'
import { type CallAnswer, RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, submit, untilDone } from '../support/submit.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const DAY_SECONDS = 86_400
const ok: CallAnswer = { kind: 'items', answer: () => ({ kind: 'succeeded' }) }
const items = Array.from({ length: 40 }, (_, n) => ({ id: `sku-${n}` }))

async function world(channel: object = {}) {
  let answer: CallAnswer = { kind: 'status', status: 429, retryAfterSeconds: DAY_SECONDS }
  const connector = new RecordingConnector({ answer: () => answer })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    fromSource: true,
    args: ['--threads', '1'],
    config: { channels: { shop: { connector: { type: 'http', url: connector.url }, concurrency: 4, ...channel } } },
  })
  cleanups.push(() => server.remove())
  await server.start()
  return {
    connector,
    server,
    answerWith(next: CallAnswer): void {
      answer = next
    },
  }
}

async function channelOf(server: ServerProcess, action = ''): Promise<Channel> {
  const answer = await server.fetch(`/v1/channels/shop${action}`, { method: action === '' ? 'GET' : 'POST' })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Channel
}

/** Resolves with the channel once it has to wait and nothing of it runs. */
async function untilBlocked(server: ServerProcess): Promise<Channel> {
  for (;;) {
    const channel = await channelOf(server)
    if (channel.state.blockedUntil !== null && channel.state.counts.running === 0) return channel
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('a Retry-After is shortened to maxRetryAfterMs, an hour by default, and says why nothing moves', async () => {
  const { server } = await world()
  const beforeMs = Date.now()
  const job = await submit(server, { channel: 'shop' }, items)
  const { state, links } = await untilBlocked(server)
  const blockedForMs = Date.parse(state.blockedUntil!) - beforeMs
  expect(blockedForMs).toBeGreaterThan(3_590_000)
  expect(blockedForMs).toBeLessThanOrEqual(3_600_000 + (Date.now() - beforeMs))
  expect(state.lastError).toMatchObject({ code: 'http_429', status: 429, until: null })
  expect(links.unblock).toBe('/v1/channels/shop/unblock')
  const { waiting } = await getJob(server, job.id)
  expect(waiting.map(({ reason }) => reason).sort()).toEqual(['retry', 'retry_after'])
})

test('RAT-2 a wrong Retry-After holds a channel over pause, resume and kill -9 until it is unblocked, which holds over kill -9 too', async () => {
  const { connector, server, answerWith } = await world({ maxRetryAfterMs: DAY_SECONDS * 1000 })
  const job = await submit(server, { channel: 'shop' }, items)
  await untilBlocked(server)
  answerWith(ok)
  const calls = connector.callStartsMs.length
  await channelOf(server, '/pause')
  await channelOf(server, '/resume')
  await server.kill()
  await server.start()
  expect((await untilBlocked(server)).state.blockedUntil).not.toBeNull()
  expect(connector.callStartsMs.length).toBe(calls)

  // Killed as soon as it is durable, before anything has started.
  await server.kill()
  await server.start({ name: 'schedule.unblock.durable', hit: 1 })
  await expect(server.fetch('/v1/channels/shop/unblock', { method: 'POST' })).rejects.toThrow()
  await server.start()
  expect((await channelOf(server)).state.blockedUntil).toBeNull()
  expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: items.length } })
})

test('an unblocked channel starts at once, and a later Retry-After blocks it again', async () => {
  const { server, answerWith } = await world()
  const job = await submit(server, { channel: 'shop' }, items)
  const first = await untilBlocked(server)
  // Its calls start before it is answered: a quick 429 of theirs may be in the answer.
  expect((await channelOf(server, '/unblock')).state.blockedUntil).not.toBe(first.state.blockedUntil)
  const second = await untilBlocked(server)
  expect(Date.parse(second.state.blockedUntil!)).toBeGreaterThan(Date.parse(first.state.blockedUntil!))
  answerWith(ok)
  await channelOf(server, '/unblock')
  expect((await channelOf(server, '/unblock')).state.blockedUntil).toBeNull()
  expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded' })
})
