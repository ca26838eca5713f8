import type { Channel, ItemPage, WaitingCount } from '@waybill/spec'
import { afterEach, expect, test } from 'vitest'
import { type CallAnswer, RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, submit, untilDone } from '../support/submit.ts'

const OPEN_MS = 400
const LOOK_EVERY_MS = 20
const FAST_CALLS = 8

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function world(answer: (call: number) => CallAnswer, channel: object) {
  const connector = new RecordingConnector({ answer: (_, call) => answer(call) })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({ args: ['--threads', '1'] })
  cleanups.push(() => server.remove())
  await server.start()
  const config = { connector: { type: 'http', url: connector.url }, ...channel }
  await putChannel(server, config)
  return { connector, server, config }
}

async function putChannel(server: ServerProcess, config: object): Promise<void> {
  const answer = await server.fetch('/v1/channels/shop', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(config),
  })
  expect([200, 201], await answer.text()).toContain(answer.status)
}

async function read<T>(server: ServerProcess, path: string): Promise<T> {
  const answer = await server.fetch(path)
  expect(answer.status).toBe(200)
  return (await answer.json()) as T
}

/** Looks until there is something to see. */
async function eventually<T>(look: () => Promise<T | null | undefined>): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen != null) return seen
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

const list = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `sku-${n}` }))
const ok: CallAnswer = { kind: 'items', answer: () => ({ kind: 'succeeded' }) }

test('RTY-2 an outage opens the circuit, is probed, counts no attempt while it lasts, and leaves no dead letter', async () => {
  let down = true
  const { connector, server } = await world(
    (call) => (!down ? ok : call % 2 === 0 ? { kind: 'status', status: 503 } : { kind: 'reset' }),
    {
      concurrency: 4,
      // Some are used up before the circuit has opened, none afterwards.
      retry: { maxAttempts: 3, backoff: { initialMs: 200, factor: 1, maxMs: 200 } },
      circuit: { failureRatio: 0.5, minCalls: 8, openMs: OPEN_MS },
    },
  )
  const job = await submit(server, { channel: 'shop' }, list(60))
  const circuit = async () => (await read<Channel>(server, '/v1/channels/shop')).state.circuit
  await eventually(async () => ((await circuit())?.state === 'open' ? true : null))
  const reason = await eventually<WaitingCount>(async () =>
    (await getJob(server, job.id)).waiting.find((line) => line.reason === 'circuit_open'),
  )
  expect(reason.items).toBeGreaterThan(0)
  const held = await eventually(async () => {
    const { items } = await read<ItemPage>(server, `/v1/jobs/${job.id}/items?status=pending&pageSize=5`)
    return items.find((item) => item.waiting?.reason === 'circuit_open')
  })
  expect(held.waiting!.until).not.toBeNull()

  // Calls that had started before it opened may still be on their way to the shop.
  const runningCalls = async () => (await read<Channel>(server, '/v1/channels/shop')).state.runningCalls
  await eventually(async () => ((await runningCalls()) === 0 ? true : null))

  // Single calls while it is down: more of them than an item has attempts.
  const before = connector.callStartsMs.length
  await eventually(() => Promise.resolve(connector.callStartsMs.length >= before + 6 ? true : null))
  expect((await getJob(server, job.id)).counts).toMatchObject({ failed: 0, succeeded: 0 })
  const probes = connector.callStartsMs.slice(before + 1)
  for (const [n, startMs] of probes.slice(1).entries()) {
    // Of one that was recorded late the next one seems to be early.
    expect(startMs - probes[n]!).toBeGreaterThan(OPEN_MS * 0.7 - connector.longestStallMs)
  }

  down = false
  const ended = await untilDone(server, job.id)
  expect(ended).toMatchObject({ outcome: 'succeeded', counts: { succeeded: 60, failed: 0 } })
  expect(await circuit()).toMatchObject({ state: 'closed' })
  for (const message of ['Circuit opened', 'Circuit closed', 'Job ended']) expect(server.output).toContain(message)
  expect(await read(server, '/v1/dead-letters')).toMatchObject({ deadLetters: [] })
})

test('limits of a channel that are changed while its job runs hold from the next call on', async () => {
  const slow = { limit: 1, periodMs: 3_600_000, burst: 1, unit: 'calls' }
  const { connector, server, config } = await world(() => ok, { rateLimit: slow, concurrency: 1 })
  const job = await submit(server, { channel: 'shop' }, list(40))
  const reason = await eventually(async () =>
    (await getJob(server, job.id)).waiting.find((line) => line.reason === 'rate_limit'),
  )
  expect(Date.parse(reason.until!)).toBeGreaterThan(Date.now() + 600_000)
  expect(connector.calls.length).toBeLessThanOrEqual(1)
  await putChannel(server, { ...config, rateLimit: null, concurrency: FAST_CALLS })
  expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: 40 } })

  // And the other way round: fast at first, held from the next call on.
  const second = await submit(server, { channel: 'shop' }, list(20_000))
  const running = await eventually(async () => {
    const seen = await getJob(server, second.id)
    return seen.counts.succeeded > 100 ? seen : null
  })
  expect(running.done).toBe(false)
  await putChannel(server, { ...config, rateLimit: slow })
  // At most what was on its way when the answer came, and one more by the new limit.
  const calls = connector.callStartsMs.length
  await eventually(async () => (await getJob(server, second.id)).waiting.find((line) => line.reason === 'rate_limit'))
  expect(connector.callStartsMs.length - calls).toBeLessThanOrEqual(FAST_CALLS + 1)
  expect((await getJob(server, second.id)).done).toBe(false)
})
