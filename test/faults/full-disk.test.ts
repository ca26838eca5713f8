import type { Channel, Job, Problem } from '@waybill/spec'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkEachDelivered, checkNoOverlap, checkOrder, checkRepeats } from '../support/check-record.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'

const MAX_DATA_BYTES = 4_000_000
const ITEMS = 300
const KEYS = 10
/** About 1 MB of a job: four of them do not fit. */
const PADDING = 'x'.repeat(3_000)
/** Outcomes of about 60 KB each fill what is left. */
const RESULT = 'r'.repeat(60_000)

describe('a full disk', () => {
  let shop: RecordingConnector
  let server: ServerProcess
  let results: 'large' | 'small'

  beforeEach(async () => {
    results = 'large'
    shop = new RecordingConnector({
      answer: () => ({
        kind: 'items',
        delayMs: 2,
        answer: () => ({ kind: 'succeeded', result: results === 'large' ? RESULT : null }),
      }),
    })
    await shop.start()
    server = await ServerProcess.create({
      config: {
        channels: { shop: { connector: { type: 'http', url: shop.url }, concurrency: 4 } },
        limits: { maxDataBytes: MAX_DATA_BYTES },
      },
    })
    await server.start()
  })
  afterEach(async () => {
    await server.remove()
    await shop.stop()
  })

  async function submit(padding = PADDING): Promise<{ status: number; retryAfter: string | null; body: unknown }> {
    const items = Array.from({ length: ITEMS }, (_, n) => ({
      id: `sku-${n}`,
      partitionKey: `key-${n % KEYS}`,
      data: { padding },
    }))
    const response = await server.fetch('/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'shop', objectType: 'product', action: 'update', items }),
    })
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: await response.json(),
    }
  }
  async function read<T>(path: string): Promise<T> {
    return (await (await server.fetch(path)).json()) as T
  }

  it('refuses new work, keeps what is accepted, starts no call while outcomes find no space, and continues when there is (REC-1)', async () => {
    const accepted = [(await submit('')).body as Job, (await submit('')).body as Job]
    await until(async () => (await server.fetch('/healthz/ready')).status === 503)
    expect(await read('/healthz/ready')).toMatchObject({ code: 'disk_full' })
    const refusal = await submit()
    expect(refusal).toMatchObject({ status: 503, body: { code: 'disk_full' } satisfies Partial<Problem> })
    expect(Number(refusal.retryAfter)).toBeGreaterThan(0)

    await until(async () => (await read<Channel>('/v1/channels/shop')).state.runningCalls === 0)
    const callsWhenFull = shop.calls.length
    for (let round = 0; round < 5; round++) {
      // The API stays answering, and the retries for space continue meanwhile: one a second.
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect((await read<Job>(`/v1/jobs/${accepted[0]!.id}`)).status).toBe('running')
    }
    expect(shop.calls.length).toBe(callsWhenFull)

    // A larger disk: everything continues, after a start as well.
    results = 'small'
    await server.kill()
    await server.configure({
      channels: { shop: { connector: { type: 'http', url: shop.url }, concurrency: 4 } },
      limits: { maxDataBytes: 50 * MAX_DATA_BYTES },
    })
    await server.start()
    for (const { id } of accepted) {
      await until(async () => (await read<Job>(`/v1/jobs/${id}`)).done)
      expect(await read<Job>(`/v1/jobs/${id}`)).toMatchObject({ outcome: 'succeeded', counts: { succeeded: ITEMS } })
    }
    const records = accepted.map(({ id }) => ({
      jobId: id,
      keys: Array.from({ length: ITEMS }, (_, n) => `key-${n % KEYS}`),
    }))
    expect([
      ...checkNoOverlap(shop.calls),
      ...checkOrder(shop.calls, records),
      ...checkRepeats(shop.calls),
      ...checkEachDelivered(shop.calls, records, { mayRepeat: true }),
    ]).toEqual([])
  })

  it('continues without a start when jobs that have ended are deleted', async () => {
    results = 'small'
    const ended: Job[] = []
    let answer
    while ((answer = await submit()).status === 202) {
      ended.push(answer.body as Job)
      expect(ended.length).toBeLessThan(10)
    }
    for (const { id } of ended) {
      await until(async () => {
        const job = await read<Job>(`/v1/jobs/${id}`)
        if (job.done) return true
        // The last ones may find no space for their outcomes: delete those that have ended.
        for (const other of ended)
          if ((await read<Job>(`/v1/jobs/${other.id}`)).done)
            await server.fetch(`/v1/jobs/${other.id}`, { method: 'DELETE' })
        return (await server.fetch(`/v1/jobs/${id}`)).status === 404
      })
      await server.fetch(`/v1/jobs/${id}`, { method: 'DELETE' })
    }
    await until(async () => (await submit()).status === 202)
    expect((await server.fetch('/healthz/ready')).status).toBe(200)
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 60_000
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error('Cannot go on as this must come true within 60 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
