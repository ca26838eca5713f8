import { afterEach, describe, expect, test } from 'vitest'
import {
  checkEachDelivered,
  checkNoOverlap,
  checkOrder,
  checkProgress,
  checkRepeats,
  checkEndedBeforeNext,
  type SeenJob,
} from '../support/check-record.ts'
import type { AcceptedJob } from '../support/record.ts'
import { type CallAnswer, type Delivery, RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { results, submit, type TestItem, untilDone } from '../support/submit.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function world(
  answer: (delivery: Delivery, call: number) => CallAnswer,
  channel: object = {},
  store: 'disk' | 'memory' = 'disk',
): Promise<{ server: ServerProcess; connector: RecordingConnector }> {
  const connector = new RecordingConnector({ answer })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    store,
    config: {
      channels: {
        shop: {
          connector: { type: 'http', url: connector.url, batchSize: 10, timeoutMs: 5000 },
          concurrency: 16,
          retry: { maxAttempts: 5, backoff: { initialMs: 20, factor: 2, maxMs: 200 } },
          ...channel,
        },
      },
    },
  })
  cleanups.push(() => server.remove())
  await server.start()
  return { server, connector }
}

function items(count: number, keys: number): TestItem[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `sku-${n}`,
    partitionKey: `key-${(n * 7) % keys}`,
    data: { price: n },
  }))
}

function accepted(jobId: string, list: readonly TestItem[]): AcceptedJob {
  return { jobId, keys: list.map((item) => item.partitionKey ?? item.id) }
}

describe.each(['disk', 'memory'] as const)('order on the %s store', (store) => {
  test('ORD-1 ORD-2 ORD-4 ORD-5 REC-1 PRG-1 hold across three jobs of shared keys with retries and failures', async () => {
    const tried = new Map<string, number>()
    const { server, connector } = await world(
      (delivery) => ({
        kind: 'items',
        delayMs: delivery.items[0]!.index % 4,
        answer: (item) => {
          const name = `${delivery.jobId}/${item.index}`
          tried.set(name, (tried.get(name) ?? 0) + 1)
          if (item.index % 97 === 0) return { kind: 'failed', code: 'no_such_product' }
          if (item.index % 13 === 0 && tried.get(name)! < 3) return { kind: 'retry' }
          return { kind: 'succeeded', result: { revision: item.index } }
        },
      }),
      {},
      store,
    )
    const list = items(2000, 150)
    const jobs = []
    for (let n = 0; n < 3; n++) jobs.push(await submit(server, { channel: 'shop' }, list))
    const seen: SeenJob[] = []
    const ended = await Promise.all(
      jobs.map((job, n) => untilDone(server, job.id, n === 0 ? (now) => seen.push(now) : undefined)),
    )
    const order = jobs.map((job) => accepted(job.id, list))
    expect([
      ...checkNoOverlap(connector.calls),
      ...checkOrder(connector.calls, order),
      ...checkEndedBeforeNext(connector.calls),
      ...checkRepeats(connector.calls),
      ...checkEachDelivered(connector.calls, order),
      ...checkProgress(seen),
    ]).toEqual([])
    for (const job of ended) {
      expect(job).toMatchObject({ outcome: 'partial', counts: { total: 2000, succeeded: 1979, failed: 21 } })
    }
    const lines = await results(server, jobs[0]!.id)
    expect(lines.map((line) => line.index)).toEqual(list.map((_, n) => n))
    expect(lines.filter((line) => line.status === 'failed').every((line) => line.index % 97 === 0)).toBe(true)
    expect(lines[13]!.attempts).toBe(3)
  })
})

test('ORD-4 a key that waits for its retry holds nobody but itself', async () => {
  const { server, connector } = await world(
    () => ({
      kind: 'items',
      answer: (item) => (item.partitionKey === 'stuck' && item.attempt < 3 ? { kind: 'retry' } : { kind: 'succeeded' }),
    }),
    { retry: { maxAttempts: 5, backoff: { initialMs: 2000, factor: 1, maxMs: 2000 } } },
  )
  const list: TestItem[] = [
    { id: 'a', partitionKey: 'stuck' },
    { id: 'b', partitionKey: 'stuck' },
    ...Array.from({ length: 500 }, (_, n) => ({ id: `free-${n}`, partitionKey: `free-${n}` })),
  ]
  const job = await submit(server, { channel: 'shop' }, list)
  const ended = await untilDone(server, job.id)
  expect(ended.outcome).toBe('succeeded')
  const lastFree = Math.max(...connector.calls.filter((call) => call.key !== 'stuck').map((call) => call.endMs))
  const secondOfStuck = connector.calls.find((call) => call.key === 'stuck' && call.index === 1)!
  expect(secondOfStuck.startMs).toBeGreaterThan(lastFree)
  expect(checkEndedBeforeNext(connector.calls)).toEqual([])
})
