import type { Item } from '@waybill/spec'
import { afterEach, describe, expect, test } from 'vitest'
import { checkBooks } from '../support/check-books.ts'
import {
  checkEachDelivered,
  checkEndedBeforeNext,
  checkNoOverlap,
  checkOrder,
  checkRate,
  checkRepeats,
} from '../support/check-record.ts'
import { FakePim, type FakePimOptions } from '../support/fake-pim.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { results, submit, type TestItem, untilDone } from '../support/submit.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Settings {
  readonly connector?: object
  readonly payload?: object
  readonly channel?: object
}

/** A shop that takes data of the length that its id names, a PIM, and a server between them. */
async function world(pimOptions: FakePimOptions, settings: Settings = {}) {
  const pim = new FakePim(pimOptions)
  await pim.start()
  cleanups.push(() => pim.stop())
  const shop = new RecordingConnector({
    answer: () => ({
      kind: 'items',
      answer: ({ id, data }) =>
        (data as string).length === bytesOf(id) ? { kind: 'succeeded' } : { kind: 'failed', code: 'cut' },
    }),
  })
  await shop.start()
  cleanups.push(() => shop.stop())
  const { batchSize = 1 }: { batchSize?: number } = settings.payload ?? {}
  const many = batchSize > 1
  const server = await ServerProcess.create({
    config: {
      channels: {
        shop: {
          connector: { type: 'http', url: shop.url, ...settings.connector },
          payload: { resolveUrl: `${pim.origin}${many ? '/many' : '/one/{id}'}`, ...settings.payload },
          ...settings.channel,
        },
      },
    },
  })
  cleanups.push(() => server.remove())
  await server.start()
  return { pim, shop, server }
}

function bytesOf(id: string): number {
  return Number(id.split('/')[1] ?? 100)
}

/** Data as long as the id says, as a PIM has it. */
const whole: FakePimOptions['answer'] = (id) => ({ data: 'x'.repeat(bytesOf(id)) })

function idsOf(counts: readonly (readonly [bytes: number, count: number])[]): TestItem[] {
  return counts.flatMap(([bytes, count]) => Array.from({ length: count }, (_, n) => ({ id: `${n}/${bytes}` })))
}

async function itemOf(server: ServerProcess, jobId: string, index: number): Promise<Item> {
  return (await (await server.fetch(`/v1/jobs/${jobId}/items/${index}`)).json()) as Item
}

describe('payloads by id', () => {
  test.each([
    ['one by one, to calls of one', {}, {}],
    ['one by one, to calls of many', { batchSize: 20 }, {}],
    ['many at once, to calls of one', {}, { batchSize: 100 }],
    ['many at once, to calls of many', { batchSize: 20 }, { batchSize: 100 }],
  ])('of 100 bytes to 900 KB arrive whole, %s', async (_name, connector, payload) => {
    const { pim, shop, server } = await world({ answer: whole }, { connector, payload })
    const items = idsOf([
      [100, 400],
      [30_000, 60],
      [900_000, 15],
    ])
    const job = await submit(server, { channel: 'shop' }, items)
    expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: items.length } })
    const lines = await results(server, job.id)
    expect(lines.every(({ attempts }) => attempts === 1)).toBe(true)
    expect(checkBooks(shop.calls, [{ jobId: job.id, total: items.length, lines }])).toEqual([])
    const asked = pim.requests.flatMap(({ ids }) => ids)
    expect(new Set(asked).size).toBe(items.length)
    if ('batchSize' in payload) expect(pim.requests.length).toBeLessThan(items.length / 4)
    // What is read stays as it was submitted.
    expect((await itemOf(server, job.id, 0)).data ?? null).toBeNull()
  })

  test.each([
    ['one by one', {}],
    ['many at once', { batchSize: 10 }],
  ])('that fail use up no attempt, %s: 500 is tried again, 404 is not, and nothing is called', async (_name, some) => {
    const { pim, shop, server } = await world(
      {
        answer: (id, asked) => {
          if (id.startsWith('missing')) return { status: 404 }
          return id.startsWith('flaky') && asked <= 3 ? { status: 500 } : whole(id, asked)
        },
      },
      {
        payload: { ...some, retry: { maxAttempts: 4, backoff: { initialMs: 20, factor: 1, maxMs: 20 } } },
        channel: { retry: { maxAttempts: 1 }, circuit: { minCalls: 1, failureRatio: 0.01 } },
      },
    )
    const items = [{ id: 'flaky' }, { id: 'missing' }, { id: 'good' }, { id: 'own', data: 'y'.repeat(100) }]
    const job = await submit(server, { channel: 'shop' }, items)
    expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'partial', counts: { succeeded: 3, failed: 1 } })
    const flaky = await itemOf(server, job.id, 0)
    expect(flaky.log!.map(({ verdict, code, status }) => [verdict, code, status])).toEqual([
      ...Array.from({ length: 3 }, () => ['throttled', 'payload_unavailable', 500]),
      ['succeeded', null, 200],
    ])
    const missing = await itemOf(server, job.id, 1)
    expect(missing).toMatchObject({ status: 'failed', error: { code: 'payload_not_found', retryable: false } })
    expect(shop.calls.map(({ index }) => index).sort()).toEqual([0, 2, 3])
    expect(pim.askedFor('own')).toBe(0)
    const channel = (await (await server.fetch('/v1/channels/shop')).json()) as {
      state: { circuit: { state: string } }
    }
    expect(channel.state.circuit.state).toBe('closed')
  })

  test('that never come end with the time of their requests, and the next of the key goes on', async () => {
    const { shop, server } = await world(
      { answer: (id, asked) => (id === 'slow' ? 'hang' : whole(id, asked)) },
      { payload: { timeoutMs: 100, retry: { maxAttempts: 2, backoff: { initialMs: 10, factor: 1, maxMs: 10 } } } },
    )
    const items = [
      { id: 'slow', partitionKey: 'k' },
      { id: 'next', partitionKey: 'k' },
      { id: '..', partitionKey: 'other' },
    ]
    const job = await submit(server, { channel: 'shop' }, items)
    expect(await untilDone(server, job.id)).toMatchObject({ counts: { succeeded: 1, failed: 2 } })
    expect(await itemOf(server, job.id, 0)).toMatchObject({
      attempts: 2,
      error: { code: 'payload_unavailable', detail: expect.stringContaining('No answer within 100 ms') as string },
    })
    expect(await itemOf(server, job.id, 2)).toMatchObject({ attempts: 1, error: { code: 'payload_invalid' } })
    expect(shop.calls.map(({ index }) => index)).toEqual([1])
  })

  test('hold the channel while their system asks to wait, and use up no attempt', async () => {
    const { pim, shop, server } = await world(
      {
        answer: (id, asked) =>
          id === '7/100' && asked === 1 ? { status: 429, headers: { 'retry-after': '6' } } : whole(id, asked),
      },
      { channel: { concurrency: 4, retry: { maxAttempts: 1 } }, payload: { retry: { maxAttempts: 1 } } },
    )
    let heldAtMs = 0
    pim.onRequest = () => {
      if (heldAtMs === 0 && pim.requests.at(-1)!.ids[0] === '7/100') heldAtMs = performance.now()
    }
    const job = await submit(server, { channel: 'shop' }, idsOf([[100, 60]]))
    expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded' })
    // The answer is on its way at first, and so are calls.
    const within = (ms: number): boolean => ms > heldAtMs + 2500 && ms < heldAtMs + 5900
    expect(pim.requests.filter(({ startMs }) => within(startMs))).toEqual([])
    expect(shop.callStartsMs.filter(within)).toEqual([])
    expect((await itemOf(server, job.id, 7)).log!.map(({ verdict }) => verdict)).toEqual(['throttled', 'succeeded'])
  })

  test.each([
    ['one by one', {}, 330],
    ['many at once', { batchSize: 50 }, 60],
  ])('are there when the tokens of their calls come up, %s', async (_name, payload, mostRequests) => {
    const limit = { limit: 100, periodMs: 1000, burst: 1, unit: 'calls' }
    const { pim, shop, server } = await world(
      { answer: whole, delayMs: () => 80 },
      { payload, channel: { rateLimit: limit } },
    )
    const job = await submit(server, { channel: 'shop' }, idsOf([[100, 300]]))
    expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded' })
    expect(checkRate(shop.callStartsMs, limit, 50 + shop.longestStallMs)).toEqual([])
    // One after another, each call would wait for its payload: 300 in 24 s.
    expect(shop.callStartsMs.at(-1)! - shop.callStartsMs[0]!).toBeLessThan(20_000)
    expect(pim.requests.length).toBeLessThan(mostRequests)
  })

  test('wait with their keys: kill -9 amid their requests loses nothing and breaks no order', async () => {
    const ITEMS = 3000
    const { pim, shop, server } = await world(
      {
        answer: (id, asked) =>
          Number(id.split('/')[0]) % 401 === 0 && asked === 1 ? { status: 500 } : whole(id, asked),
        delayMs: () => Math.floor(Math.random() * 30),
      },
      {
        connector: { batchSize: 10 },
        payload: { batchSize: 50, retry: { maxAttempts: 100, backoff: { initialMs: 10, factor: 1, maxMs: 10 } } },
        channel: { concurrency: 16, retry: { maxAttempts: 2 } },
      },
    )
    const items: TestItem[] = Array.from({ length: ITEMS }, (_, n) => ({
      id: `${n}/100`,
      partitionKey: `key-${(n * 31) % 300}`,
    }))
    const jobs = [await submit(server, { channel: 'shop' }, items), await submit(server, { channel: 'shop' }, items)]
    for (let round = 0; round < 5; round++) {
      const target = pim.requests.length + 5 + Math.floor(Math.random() * 15)
      await new Promise<void>((resolve) => {
        pim.onRequest = shop.onCall = () => {
          if (pim.requests.length >= target || shop.calls.length >= 2 * ITEMS) resolve()
        }
      })
      await server.kill()
      await server.start()
    }
    for (const job of jobs) {
      expect(await untilDone(server, job.id)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: ITEMS } })
    }
    const accepted = jobs.map((job) => ({ jobId: job.id, keys: items.map((item) => item.partitionKey!) }))
    expect([
      ...checkNoOverlap(shop.calls),
      ...checkOrder(shop.calls, accepted),
      ...checkEndedBeforeNext(shop.calls),
      ...checkRepeats(shop.calls),
      ...checkEachDelivered(shop.calls, accepted),
    ]).toEqual([])
    for (const job of jobs) {
      expect((await results(server, job.id)).map(({ index }) => index)).toEqual(items.map((_, n) => n))
    }
  })
})
