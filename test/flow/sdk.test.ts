import {
  type ClientOptions,
  createClient,
  isAuthenticationError,
  isBadRequestError,
  isConflictError,
  isExecutionTimeoutError,
  isNotFoundError,
  isWaitTimeoutError,
  type Job,
  type JobState,
  type NewStageJob,
  type Waybill,
} from '@waybill/sdk'
import { afterEach, describe, expect, test } from 'vitest'
import { type Fate, FlakyProxy, type ProxiedRequest } from '../support/flaky-proxy.ts'
import { type CallAnswer, type Delivery, RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface WorldOptions {
  readonly answer?: (delivery: Delivery) => CallAnswer
  readonly channel?: object
  readonly fate?: (request: ProxiedRequest, count: number) => Fate
  readonly client?: Partial<ClientOptions>
  readonly adminToken?: string
}

interface World {
  readonly server: ServerProcess
  readonly connector: RecordingConnector
  readonly proxy: FlakyProxy
  /** Through the proxy. */
  readonly waybill: Waybill
}

/** A real server with a real storefront behind it, and a client on the other side of a network that may fail. */
async function createWorld(options: WorldOptions = {}): Promise<World> {
  const connector = new RecordingConnector({ answer: options.answer })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    adminToken: options.adminToken,
    config: {
      channels: {
        shop: {
          connector: { type: 'http', url: connector.url, batchSize: 20, allowPrivateAddresses: true },
          concurrency: 8,
          ...options.channel,
        },
      },
    },
  })
  cleanups.push(() => server.remove())
  await server.start()
  const proxy = new FlakyProxy(() => server.url, options.fate)
  await proxy.start()
  cleanups.push(() => proxy.stop())
  const waybill = createClient({ baseUrl: proxy.url, retry: { initialMs: 10 }, ...options.client })
  return { server, connector, proxy, waybill }
}

function createInput(count: number) {
  const items = Array.from({ length: count }, (_, index) => ({ id: `sku-${index}`, data: { price: index } }))
  return { channel: 'shop', objectType: 'product', action: 'update', source: 'pim', items } as const
}

/** Every tenth product is refused for good; the others give back their price. */
function refuseEveryTenth(): CallAnswer {
  return {
    kind: 'items',
    answer: ({ index, data }) =>
      index % 10 === 9 ? { kind: 'failed', code: 'price_odd' } : { kind: 'succeeded', result: data },
  }
}

async function collect<Entry>(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const collected: Entry[] = []
  for await (const entry of entries) collected.push(entry)
  return collected
}

describe('the client over a real server', () => {
  test('submits 1,000 items, reports its progress, and gives every result to its input', async () => {
    const { waybill } = await createWorld({
      answer: refuseEveryTenth,
      channel: { rateLimit: { limit: 100, periodMs: 1000 } },
    })
    const input = createInput(1_000)
    const job = await waybill.jobs.submit(input)
    expect(job.last).toMatchObject({ done: false, source: 'pim', counts: { total: 1_000 } })

    const seen: Job[] = []
    const ended = await job.wait({ onProgress: (snapshot) => seen.push(snapshot) })
    expect(ended).toMatchObject({ done: true, outcome: 'partial', counts: { succeeded: 900, failed: 100 } })
    expect(seen.at(-1)).toEqual(ended)
    const versions = seen.map(({ version }) => version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))

    const results = job.results<{ price: number }>()
    const lines = await collect(results)
    expect(lines.map(({ index }) => index)).toEqual(input.items.map((_, index) => index))
    for (const line of lines) {
      expect(line.id).toBe(input.items[line.index]!.id)
      if (line.status === 'succeeded') expect(line.result?.price).toBe(line.index)
      else expect(line.error).toMatchObject({ code: 'price_odd', origin: 'connector' })
    }
    expect(results.end).toMatchObject({ complete: true, count: 1_000, nextIndex: 1_000 })
    const failed = await collect(job.results({ status: 'failed', from: 500 }))
    expect(failed.map(({ index }) => index)).toEqual(Array.from({ length: 50 }, (_, n) => 509 + n * 10))

    const items = await collect(job.items({ status: 'failed', include: ['data', 'log'], pageSize: 30 }))
    expect(items.map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, n) => 9 + n * 10))
    expect(items[0]).toMatchObject({ data: { price: 9 }, attempts: 1, log: [{ attempt: 1, verdict: 'failed' }] })
    expect(await job.item(3)).toMatchObject({ id: 'sku-3', status: 'succeeded', data: { price: 3 } })
  })

  test('waits by long-poll with a handful of requests, and by polling with the same end', async () => {
    const slow = (): CallAnswer => ({ kind: 'items', answer: () => ({ kind: 'succeeded' }), delayMs: 100 })
    const { waybill, proxy } = await createWorld({ answer: slow, channel: { concurrency: 1 } })
    const waited = await waybill.jobs.run(createInput(400))
    expect(waited.outcome).toBe('succeeded')
    const asked = proxy.requests.filter(({ method }) => method === 'GET')
    expect(asked.length).toBeLessThan(6)
    expect(new Set(asked.map(({ prefer }) => prefer))).toEqual(new Set(['wait=25']))

    const polled = await waybill.jobs.run(createInput(40), { transport: 'poll', backoff: { initialMs: 50 } })
    expect(polled.outcome).toBe('succeeded')
    expect(proxy.requests.at(-1)!.prefer).toBeUndefined()
  })

  test('cancels a running job, whose results are kept, and deletes it', async () => {
    const slow = (): CallAnswer => ({ kind: 'items', answer: () => ({ kind: 'succeeded' }), delayMs: 50 })
    const { waybill } = await createWorld({ answer: slow, channel: { concurrency: 1 } })
    const job = await waybill.jobs.submit(createInput(2_000))
    for await (const snapshot of job.poll({ transport: 'poll', backoff: { initialMs: 50, factor: 1 } })) {
      if (snapshot.counts.succeeded > 0) break
    }
    await expect(job.delete()).rejects.toSatisfy(isConflictError)
    expect((await job.cancel()).status).toMatch(/^(cancelling|ended)$/)
    const ended = await job.wait()
    expect(ended.outcome).toBe('cancelled')
    const lines = await collect(job.results())
    expect(lines).toHaveLength(2_000)
    const cancelled = lines.filter(({ status }) => status === 'cancelled')
    expect(cancelled).toHaveLength(ended.counts.cancelled)
    expect(cancelled.length).toBeGreaterThan(0)
    expect(lines.some(({ status }) => status === 'succeeded')).toBe(true)

    expect((await job.cancel()).outcome).toBe('cancelled')
    await job.delete()
    await expect(job.get()).rejects.toSatisfy(isNotFoundError)
  })

  test('reads what has ended so far from a job that continues', async () => {
    const { waybill } = await createWorld()
    await waybill.channels.put('paused', {
      connector: { type: 'http', url: 'http://127.0.0.1:9/', allowPrivateAddresses: true },
    })
    await waybill.channels.pause('paused')
    const job = await waybill.jobs.submit({ ...createInput(3), channel: 'paused' })
    const results = job.results({ partial: true })
    expect(await collect(results)).toEqual([])
    expect(results.end).toMatchObject({ complete: false, count: 0, nextIndex: 0 })

    const error = await job.wait({ timeoutMs: 300 }).catch((error: unknown) => error)
    expect(isWaitTimeoutError(error) && error.job).toBe(job)
    expect(isWaitTimeoutError(error) && error.last?.waiting[0]?.reason).toBe('paused')
    await job.cancel()
    await job.wait()
    await waybill.channels.resume('paused')
    await waybill.channels.delete('paused')
    expect((await waybill.channels.list()).map(({ name }) => name)).not.toContain('paused')
  })

  test('delivers single items, lists jobs, and says what is wrong with input', async () => {
    const { waybill } = await createWorld({ answer: refuseEveryTenth })
    const [item] = createInput(1).items
    const envelope = { channel: 'shop', objectType: 'product', action: 'update' } as const
    const delivery = await waybill.items.deliver({ ...envelope, item: item! }, { waitSeconds: 10 })
    expect(delivery).toMatchObject({ done: true, item: { status: 'succeeded', result: { price: 0 } } })

    const ids = [delivery.job.id]
    for (const count of [1, 2, 3]) ids.push((await waybill.jobs.submit(createInput(count))).id)
    expect((await collect(waybill.jobs.list({ pageSize: 2 }))).map(({ id }) => id)).toEqual(ids.toReversed())
    const fromPim = await collect(waybill.jobs.list({ source: 'pim', channel: ['shop', 'sandbox'] }))
    expect(fromPim.map(({ id }) => id)).toEqual(ids.slice(1).toReversed())

    const empty = await waybill.jobs.submit(createInput(0))
    expect(await empty.wait()).toMatchObject({ done: true, outcome: 'succeeded', counts: { total: 0 } })
    const missing = await waybill.jobs.submit({ ...createInput(3), channel: 'shpo' }).catch((error: unknown) => error)
    expect(isBadRequestError(missing) && [missing.code, missing.problem?.channels]).toEqual([
      'unknown_channel',
      ['sandbox', 'shop'],
    ])
  })

  test('pauses, resumes and releases a job, and tries its failed items again', async () => {
    const refusals = new Set(['sku-1', 'sku-3'])
    const { waybill } = await createWorld({
      answer: () => ({
        kind: 'items',
        answer: ({ id }) => (refusals.has(id) ? { kind: 'failed', code: 'not_now' } : { kind: 'succeeded' }),
      }),
    })
    const first = await waybill.jobs.submit({ ...createInput(5), runAt: new Date(Date.now() + 60_000).toISOString() })
    const second = await waybill.jobs.submit({ ...createInput(5), dependsOn: [{ job: first.id }] })
    expect(second.last?.status).toBe('blocked')
    expect((await second.pause()).status).toBe('paused')
    expect((await second.release()).status).toBe('paused')
    expect((await second.resume()).status).not.toBe('paused')
    const ended = await second.wait()
    expect(ended).toMatchObject({ outcome: 'partial', counts: { succeeded: 3, failed: 2 } })
    await first.cancel()

    const letters = await collect(
      waybill.deadLetters.list({ jobId: second.id, code: ['not_now', 'timeout'], pageSize: 1 }),
    )
    expect(letters.map(({ item }) => item.index)).toEqual([3, 1])
    refusals.delete('sku-1')
    const retried = await second.retryFailed()
    expect(await retried.wait()).toMatchObject({ retryOf: second.id, counts: { succeeded: 1, failed: 1 } })
    refusals.clear()
    const [again] = await waybill.deadLetters.retry({ channel: 'shop', code: 'not_now' })
    expect(await again!.wait()).toMatchObject({ retryOf: retried.id, outcome: 'succeeded', counts: { total: 1 } })
    await expect(waybill.deadLetters.retry({ jobId: second.id })).rejects.toSatisfy(isConflictError)
  })

  test('runs an execution stage by stage, and decides on what is parked', async () => {
    const refusals = new Set(['acme'])
    const { waybill, connector } = await createWorld({
      answer: () => ({
        kind: 'items',
        answer: ({ id }) => (refusals.has(id) ? { kind: 'failed', code: 'not_now' } : { kind: 'succeeded' }),
      }),
    })
    const { channel, ...envelope } = { channel: 'shop', objectType: 'thing', action: 'update' } as const
    const parking: Partial<NewStageJob> = {
      onExhausted: 'park',
      retry: { rules: [{ code: ['not_now'], then: 'park' }] },
    }
    const { id } = await waybill.executions.create({
      stages: [
        { name: 'brands', jobs: [{ channel, ...envelope, ...parking, items: [{ id: 'acme' }, { id: 'zen' }] }] },
        { name: 'products', jobs: [{ channel, ...envelope, items: [{ id: 'sku-1' }] }] },
      ],
    })
    expect((await waybill.executions.get(id)).stages.map(({ name }) => name)).toEqual(['brands', 'products'])
    const isParked = new AbortController()
    const looking = waybill.executions.wait(id, {
      signal: isParked.signal,
      onProgress: ({ counts }) => counts.waiting === 1 && isParked.abort(),
    })
    await expect(looking).rejects.toSatisfy((reason) => reason === isParked.signal.reason)
    const waited = await waybill.executions.wait(id, { timeoutMs: 2000 }).catch((error: unknown) => error)
    expect(isExecutionTimeoutError(waited) && waited.execution?.stages[1]?.status).toBe('blocked')
    const parked = await collect(waybill.parked.list({ channel }))
    expect(parked.map(({ item }) => item.id)).toEqual(['acme'])
    refusals.clear()
    expect(await waybill.parked.resolve(parked, 'retry')).toEqual({ resolved: 1, notParked: [] })
    expect(await waybill.executions.wait(id)).toMatchObject({ done: true, outcome: 'succeeded', counts: { total: 3 } })
    expect(await waybill.parked.resolve(parked, 'skip')).toMatchObject({ resolved: 0, notParked: [{ index: 0 }] })
    expect(connector.calls.at(-1)).toMatchObject({ index: 0 })
  })

  test('sends its token, and reports one that is not valid', async () => {
    const token = 'a-token-for-this-test-0123456789'
    const { waybill, server, proxy } = await createWorld({
      adminToken: token,
      client: { token: () => Promise.resolve(token) },
    })
    expect((await waybill.jobs.run(createInput(5))).outcome).toBe('succeeded')
    expect(new Set(proxy.requests.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${token}`]))
    for (const wrong of [undefined, 'wrong']) {
      const error = await createClient({ baseUrl: server.url, token: wrong })
        .channels.list()
        .catch((error: unknown) => error)
      expect(isAuthenticationError(error) && error.code).toBe('unauthenticated')
    }
  })
})

describe('the client over a network that fails', () => {
  test('creates no duplicate job when the responses to a submission are lost', async () => {
    const { waybill, proxy, connector } = await createWorld({
      fate: ({ method }, count) => (method === 'POST' && count < 3 ? 'lose_answer' : 'pass'),
    })
    const job = await waybill.jobs.submit(createInput(100))
    expect(proxy.requests).toHaveLength(4)
    expect(new Set(proxy.requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
    await job.wait()
    expect((await collect(waybill.jobs.list())).map(({ id }) => id)).toEqual([job.id])
    expect(connector.calls).toHaveLength(100)
  })

  test('continues waiting and submits nothing when every other request fails', async () => {
    const slow = (): CallAnswer => ({ kind: 'items', answer: () => ({ kind: 'succeeded' }), delayMs: 100 })
    const { waybill, proxy } = await createWorld({
      answer: slow,
      channel: { concurrency: 1 },
      fate: (_, count) => (count % 4 === 1 ? 'refuse' : count % 4 === 3 ? 'lose_answer' : 'pass'),
    })
    const ended = await waybill.jobs.run(createInput(200), { transport: 'poll', backoff: { initialMs: 50, factor: 1 } })
    expect(ended.counts.succeeded).toBe(200)
    expect(proxy.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(proxy.requests.length).toBeGreaterThan(8)
  })

  test('takes up results where they broke off', async () => {
    const { waybill, proxy } = await createWorld({
      answer: refuseEveryTenth,
      fate: ({ path }) => (/results$/.test(path) ? { cutAfterBytes: 100_000 } : 'pass'),
    })
    const job = await waybill.jobs.submit(createInput(1_000))
    const lines = await collect(job.results())
    expect(lines.map(({ index }) => index)).toEqual(Array.from({ length: 1_000 }, (_, index) => index))
    const reads = proxy.requests.filter(({ path }) => path.includes('/results')).map(({ path }) => path)
    expect(reads).toHaveLength(2)
    expect(Number(new URL(reads[1]!, 'http://x').searchParams.get('from'))).toBeGreaterThan(100)
  })

  test('waits over kill -9 and restart of the server, also from another process', async () => {
    const slow = (): CallAnswer => ({ kind: 'items', answer: () => ({ kind: 'succeeded' }), delayMs: 50 })
    const { waybill, server, proxy } = await createWorld({ answer: slow, channel: { concurrency: 2 } })
    const job = await waybill.jobs.submit(createInput(1_000))
    const kept = JSON.stringify(job)
    const versions: number[] = []
    const waiting = job.wait({ onProgress: ({ version }) => versions.push(version), backoff: { maxMs: 200 } })
    await new Promise((resolve) => setTimeout(resolve, 300))
    await server.kill()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await server.start()
    const other = createClient({ baseUrl: proxy.url }).jobs.attach(JSON.parse(kept) as JobState)
    expect(await other.wait()).toEqual(await waiting)
    expect(other.last).toMatchObject({ outcome: 'succeeded', counts: { succeeded: 1_000 } })
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
  })
})
