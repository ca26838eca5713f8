import type { WaitingCount } from '@waybill/spec'
import { afterEach, expect, test } from 'vitest'
import { checkBlocked, checkRate } from '../support/check-record.ts'
import { RecordingConnector, type RecordingConnectorOptions } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, submit, untilDone } from '../support/submit.ts'

/**
 * The distance between the gate and the recorder's handler: loopback, two event loops, two cores that others use too. Bursts here are worth
 * more than twice of it, so that a bucket filled twice is still seen.
 */
const SLACK_MS = 400

const FIRST_CALLS = 70

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function world(channel: object, options: RecordingConnectorOptions = {}) {
  const connector = new RecordingConnector(options)
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    config: {
      channels: {
        shop: { connector: { type: 'http', url: connector.url, batchSize: 5 }, concurrency: 32, ...channel },
      },
    },
  })
  cleanups.push(() => server.remove())
  await server.start()
  return { connector, server }
}

/** Resolves when this many calls have started. */
function reached(connector: RecordingConnector, calls: number): Promise<void> {
  return new Promise((resolve) => {
    connector.onCall = () => connector.callStartsMs.length >= calls && resolve()
    connector.onCall()
  })
}

const list = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `sku-${n}` }))

test('RAT-1 calls never exceed the limit, also over a kill -9 and a restart', async () => {
  const limit = { limit: 40, periodMs: 1000, burst: 40 }
  const { connector, server } = await world({ rateLimit: { ...limit, unit: 'calls' } })
  const job = await submit(server, { channel: 'shop' }, list(900))
  await reached(connector, 60)
  await server.kill()
  await server.start()
  expect((await untilDone(server, job.id)).outcome).toBe('succeeded')
  expect(checkRate(connector.callStartsMs, limit, SLACK_MS + connector.longestStallMs)).toEqual([])
})

test('RAT-1 a slow channel keeps its rate and its turn, however often it is killed meanwhile', async () => {
  // Longer than all restarts on a busy machine: a call whose turn came right before a kill is counted, and never seen.
  const limit = { limit: 1, periodMs: 18_000, burst: 1 }
  const { connector, server } = await world({ rateLimit: { ...limit, unit: 'calls' } })
  const firstCall = reached(connector, 1)
  await submit(server, { channel: 'shop' }, list(20))
  await firstCall
  let startedAtMs = 0
  for (let restarts = 0; restarts < 3; restarts++) {
    await new Promise((resolve) => setTimeout(resolve, 1500)) // as people restart: not when it suits the server
    await server.kill()
    startedAtMs = performance.now()
    await server.start()
  }
  await reached(connector, 2)
  expect(checkRate(connector.callStartsMs, limit, SLACK_MS + connector.longestStallMs)).toEqual([])
  // An empty bucket at the start would have had no call in it yet.
  expect(connector.callStartsMs[1]! - startedAtMs).toBeLessThan(limit.periodMs)
})

test('RAT-1 a limit of items counts every item of a call', async () => {
  const limit = { limit: 200, periodMs: 1000, burst: 200 }
  const { connector, server } = await world({ rateLimit: { ...limit, unit: 'items' } })
  const job = await submit(server, { channel: 'shop' }, list(900))
  await untilDone(server, job.id)
  expect(
    checkRate(
      connector.calls.map((call) => call.startMs),
      limit,
      SLACK_MS + connector.longestStallMs,
    ),
  ).toEqual([])
})

test('RAT-2 RTY-2 RTY-3 a Retry-After holds the whole channel and counts no attempt', async () => {
  const { connector, server } = await world(
    { retry: { maxAttempts: 1 } },
    {
      answer: (_, call) =>
        call > FIRST_CALLS && call % 25 === 10
          ? { kind: 'status', status: 429, retryAfterSeconds: 2 }
          : { kind: 'items', answer: () => ({ kind: 'succeeded' }) },
    },
  )
  // The first calls all open connections at once, and arrive when they are open: they are over before a call is refused.
  await untilDone(server, (await submit(server, { channel: 'shop' }, list(200))).id)
  const job = await submit(server, { channel: 'shop' }, list(300))
  const ended = await untilDone(server, job.id)
  expect(ended).toMatchObject({ outcome: 'succeeded', counts: { succeeded: 300, failed: 0 } })
  expect(connector.blocks.length).toBeGreaterThan(0)
  expect(checkBlocked(connector.callStartsMs, connector.blocks, SLACK_MS + connector.longestStallMs)).toEqual([])
})

test('a job that waits for its rate limit says so, and for how long', async () => {
  const { server } = await world({ rateLimit: { limit: 1, periodMs: 2000, burst: 1 } })
  const job = await submit(server, { channel: 'shop' }, list(100))
  const reason = await untilWaiting(server, job.id, 'rate_limit')
  expect(reason.items).toBeGreaterThan(50)
  expect(Date.parse(reason.until!)).toBeLessThan(Date.now() + 2500)
  expect((await server.fetch(`/v1/jobs/${job.id}/cancel`, { method: 'POST' })).status).toBe(202)
  expect((await untilDone(server, job.id)).outcome).toBe('cancelled')
})

/** The job's line about a reason, as soon as it has one. */
async function untilWaiting(server: ServerProcess, id: string, reason: string): Promise<WaitingCount> {
  for (;;) {
    const line = (await getJob(server, id)).waiting.find((entry) => entry.reason === reason)
    if (line !== undefined) return line
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
