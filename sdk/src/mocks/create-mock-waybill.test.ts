import { setupServer } from 'msw/node'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createClient, createClientIn, type Waybill } from '../create-client.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'
import { limits } from './engine/limits.ts'
import { createMockWaybill, type MockWaybill, type MockWaybillOptions } from './create-mock-waybill.ts'

const baseUrl = 'http://waybill.test'
const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
let stop = (): void => undefined

function start(options: MockWaybillOptions = {}): { mock: MockWaybill; waybill: Waybill } {
  const mock = createMockWaybill({ baseUrl, ...options })
  const server = setupServer(...mock.handlers)
  server.listen()
  stop = () => {
    server.close()
    mock.reset()
  }
  return { mock, waybill: createClient({ baseUrl, retry: { initialMs: 1 } }) }
}

async function listAll<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const entry of entries) all.push(entry)
  return all
}

const itemsOf = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `sku-${n}`, data: { n } }))

afterEach(() => {
  vi.useRealTimers()
  stop()
  stop = () => undefined
})

describe('createMockWaybill', () => {
  it('shows what was submitted, and gives items the results they are to have', async () => {
    const { mock, waybill } = start({ resultOf: ({ id, data }) => ({ shopId: `shop-${id}`, data }) })
    const job = await waybill.jobs.submit({ ...envelope, items: itemsOf(2) }, { idempotencyKey: 'nightly' })
    await job.wait()
    const results = await listAll(job.results())
    expect(results.map(({ result }) => result)).toEqual([
      { shopId: 'shop-sku-0', data: { n: 0 } },
      { shopId: 'shop-sku-1', data: { n: 1 } },
    ])
    expect(mock.jobs).toMatchObject([
      {
        job: { id: job.id, outcome: 'succeeded' },
        idempotencyKey: 'nightly',
        repeats: 0,
        items: [{ id: 'sku-0' }, {}],
      },
    ])
  })

  it('leaves alone what is not under its address', async () => {
    const mocks = [`${baseUrl}/api`, `${baseUrl}/other/`].map((url) => createMockWaybill({ baseUrl: url }))
    const server = setupServer(...mocks.flatMap(({ handlers }) => handlers))
    server.listen()
    stop = () => server.close()
    const items = itemsOf(1)
    await createClient({ baseUrl: `${baseUrl}/other` }).jobs.submit({ ...envelope, items })
    expect(mocks.map(({ jobs }) => jobs.length)).toEqual([0, 1])
  })

  it('of any address takes the paths of the API alone', async () => {
    start({ baseUrl: '*' })
    expect((await fetch('https://anywhere.test/v1/jobs')).status).toBe(200)
    await expect(fetch('http://127.0.0.1:1/elsewhere')).rejects.toThrow()
  })

  it('makes access tokens, which may do what their scopes say until they expire or are revoked', async () => {
    const { waybill } = start({ token: 'right' })
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const made = await waybill.tokens.create({
      ...{ name: 'reader', scopes: ['jobs:read', 'tokens:write'], subscription: 'acme', expiresAt },
    })
    const own = createClient({ baseUrl, token: made.token!, retry: false })
    expect(await own.self()).toEqual({
      ...{ kind: 'token', subscription: 'acme', scopes: ['jobs:read', 'tokens:write'], tokenId: made.id },
      ...{ tokenName: 'reader', expiresAt, jobs: null },
      limits: limits.subscription,
    })
    expect((await waybill.self()).kind).toBe('dev')
    expect(await listAll(own.jobs.list())).toEqual([])
    await expect(own.channels.list()).rejects.toMatchObject({ code: 'forbidden' })
    const grants = [
      { scopes: ['items:read'] as const },
      { subscription: 'default' },
      { expiresAt: '2999-01-01T00:00:00Z' },
    ]
    for (const grant of grants) {
      const beyond = own.tokens.create({ name: 'x', scopes: ['jobs:read'], ...grant } as never)
      await expect(beyond).rejects.toMatchObject({ code: 'forbidden' })
    }
    const child = await own.tokens.create({ name: 'child', scopes: ['jobs:read'] })
    expect(child).toMatchObject({ createdBy: made.id, expiresAt, subscription: 'acme' })
    expect((await listAll(own.tokens.list())).map(({ id }) => id)).toEqual([child.id, made.id])
    await own.tokens.revoke(made.id)
    await expect(own.self()).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(waybill.tokens.revoke(made.id)).rejects.toMatchObject({ code: 'token_not_found' })
    const late = createClient({ baseUrl, token: child.token!, retry: false })
    expect((await late.self()).tokenId).toBe(child.id)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(expiresAt) })
    await expect(late.self()).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('accepts one token only, if configured', async () => {
    start({ token: 'right' })
    const list = async (token: string) =>
      (await fetch(`${baseUrl}/v1/jobs`, { headers: { authorization: `Bearer ${token}` } })).status
    expect([await list('right'), await list('wrong')]).toEqual([200, 401])
  })

  it('has the channels it is given', async () => {
    const { waybill } = start({ channels: { 'shop-eu': { concurrency: 3 } } })
    const channels = (await waybill.channels.list()).map(({ name, concurrency }) => [name, concurrency])
    expect(channels).toEqual([
      ['sandbox', 64],
      ['shop-eu', 3],
    ])
  })

  it('begins anew when it is reset, and answers who waits', async () => {
    const { mock, waybill } = start({ scenario: 'stuck' })
    const job = await waybill.jobs.submit({ ...envelope, items: itemsOf(1) })
    const waiting = fetch(`${baseUrl}/v1/jobs/${job.id}`, { headers: { prefer: 'wait=30' } })
    await vi.waitFor(async () => expect(mock.jobs).toHaveLength(1))
    mock.reset()
    expect((await waiting).ok || (await waiting).status === 404).toBe(true)
    expect(mock.jobs).toEqual([])
    await expect(job.get()).rejects.toThrow(/404|none/)
  })

  it('refuses a scenario that there is none of', () => {
    expect(() => createMockWaybill({ scenario: 'sunny' as 'slow' })).toThrow('current value is sunny')
  })
})

describe('time', () => {
  it('that is virtual moves by advance alone', async () => {
    const { mock, waybill } = start({ time: 'virtual', itemMs: 1000, channels: { shop: { concurrency: 1 } } })
    const job = await waybill.jobs.submit({ ...envelope, channel: 'shop', items: itemsOf(100) })
    expect(await job.get()).toMatchObject({ status: 'pending', progress: null })
    mock.advance(40_000)
    expect(await job.get()).toMatchObject({
      status: 'running',
      counts: { succeeded: 40, running: 1, pending: 59 },
      progress: { ratio: 0.4, itemsPerSecond: 1, etaSeconds: 60 },
    })
    const ended = job.wait()
    mock.advance(60_000)
    expect(await ended).toMatchObject({ outcome: 'succeeded' })
  })

  it('that is real does not move by advance', () => {
    const mock = createMockWaybill()
    expect(() => mock.advance(1)).toThrow("time must be 'virtual'")
  })

  it('that a test has faked moves jobs and client together', async () => {
    const { waybill } = start({ itemMs: 3_600_000 })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const job = await waybill.jobs.submit({ ...envelope, items: itemsOf(3) })
    const ended = job.wait()
    await vi.waitFor(
      async () => {
        await vi.advanceTimersByTimeAsync(600_000)
        expect(job.last?.done).toBe(true)
      },
      { interval: 1, timeout: 10_000 },
    )
    expect(await ended).toMatchObject({ outcome: 'succeeded' })
  })
})

describe('a scheduled job', () => {
  // Timers of Node may be a millisecond before Date: the job was looked at too early, and never again.
  it('starts though its timer comes before its time', async () => {
    const { waybill } = start()
    vi.useFakeTimers({ toFake: ['Date'] })
    const runAt = new Date(Date.now() + 20).toISOString()
    const job = await waybill.jobs.submit({ ...envelope, runAt, items: itemsOf(1) })
    expect(job.last).toMatchObject({ status: 'scheduled', waiting: [{ reason: 'schedule', until: runAt }] })
    expect(await job.wait()).toMatchObject({ outcome: 'succeeded' })
  })
})

describe('an open job', () => {
  it('ends when nobody continues it for a day', async () => {
    const { mock, waybill } = start({ time: 'virtual' })
    const { data: open } = await waybill.raw.POST('/v1/jobs', { body: { ...envelope, open: true } })
    const append = (fromIndex: number) =>
      waybill.raw.POST('/v1/jobs/{jobId}/items', {
        params: { path: { jobId: open!.id }, query: { fromIndex } },
        body: itemsOf(1),
      })
    mock.advance(86_000_000)
    await append(0)
    mock.advance(86_000_000)
    expect((await append(1)).data).toMatchObject({ nextIndex: 2 })
    mock.advance(86_400_000)
    expect(mock.jobs).toMatchObject([{ job: { outcome: 'expired', counts: { cancelled: 2 } } }])
    expect((await append(2)).error).toMatchObject({ code: 'job_ended' })
  })
})

describe('items', () => {
  it('of one key run one after another, also over a retry', async () => {
    const { mock, waybill } = start({ time: 'virtual', itemMs: 10 })
    mock.failItem('sku-0', { status: 500, times: 2 })
    const items = itemsOf(3).map((item) => ({ ...item, partitionKey: 'family' }))
    const job = await waybill.jobs.submit({ ...envelope, items })
    mock.advance(15)
    expect(await job.get()).toMatchObject({
      counts: { waiting: 1, pending: 2 },
      waiting: [
        { reason: 'partition', items: 2 },
        { reason: 'retry', items: 1 },
      ],
    })
    mock.advance(60_000)
    const results = await listAll(job.results())
    expect(results.map(({ attempts }) => attempts)).toEqual([3, 1, 1])
    const starts = results.map(({ startedAt }) => Date.parse(startedAt!))
    const ends = results.map(({ endedAt }) => Date.parse(endedAt!))
    expect(starts[1]).toBeGreaterThanOrEqual(ends[0]!)
    expect(starts[2]).toBeGreaterThanOrEqual(ends[1]!)
  })

  it('are called as the rate limit of their channel allows', async () => {
    const rateLimit = { limit: 10, periodMs: 1000, burst: 5 }
    const { mock, waybill } = start({ time: 'virtual', itemMs: 1, channels: { shop: { rateLimit } } })
    const job = await waybill.jobs.submit({ ...envelope, channel: 'shop', items: itemsOf(100) })
    mock.advance(50)
    expect(await job.get()).toMatchObject({ counts: { succeeded: 5 }, waiting: [{ reason: 'rate_limit', items: 95 }] })
    mock.advance(1000)
    expect(await job.get()).toMatchObject({ counts: { succeeded: 15 } })
  })

  it('fail by an id or by a function, the last word counting', async () => {
    const { mock, waybill } = start()
    mock.failItem(({ data }) => (data as { n: number }).n > 0, { code: 'too_many', detail: 'n: too many' })
    mock.failItem('sku-2', { status: 409 })
    const job = await waybill.jobs.submit({ ...envelope, items: itemsOf(3) })
    await job.wait()
    const errors = (await listAll(job.results())).map(({ error }) => error && [error.code, error.detail])
    expect(errors).toEqual([null, ['too_many', 'n: too many'], ['http_409', null]])
  })
})

describe('scenario', () => {
  const run = async (scenario: MockWaybillOptions['scenario'], items = 6) => {
    const { mock, waybill } = start({ scenario: scenario! })
    const job = await waybill.jobs.submit({ ...envelope, items: itemsOf(items) })
    const ended = await job.wait()
    return { mock, ended, results: await listAll(job.results()) }
  }

  it('all-succeed', async () => {
    expect((await run('all-succeed')).ended).toMatchObject({ outcome: 'succeeded' })
  })

  it('partial-failure fails every third item', async () => {
    const { ended, results } = await run('partial-failure')
    expect(ended).toMatchObject({ outcome: 'partial', counts: { succeeded: 4, failed: 2 } })
    expect(results.filter(({ status }) => status === 'failed').map(({ index }) => index)).toEqual([1, 4])
  })

  it('outage and lost-response create no duplicate job', async () => {
    const lost = await run('lost-response')
    expect(lost.mock.jobs).toMatchObject([{ repeats: 1, job: { outcome: 'succeeded' } }])
  })

  it('dropped-stream is read on from where it broke off', async () => {
    const { results } = await run('dropped-stream')
    expect(results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('throttled and outage are waited out', async () => {
    const at = async (response: Promise<Response>) => [
      (await response).status,
      (await response).headers.get('retry-after'),
    ]
    const submit = () =>
      fetch(`${baseUrl}/v1/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...envelope, items: [] }),
      })
    start({ scenario: 'throttled' })
    expect([await at(submit()), await at(submit()), await at(submit())]).toEqual([
      [429, '1'],
      [429, '1'],
      [202, null],
    ])
    stop()
    start({ scenario: 'outage' })
    const answers = [await at(submit()), await at(submit()), await at(submit()), await at(submit())]
    expect(answers).toEqual([
      [503, '1'],
      [503, '1'],
      [503, '1'],
      [202, null],
    ])
  })

  // A suite with virtual time spent seconds in each of them.
  it.each([
    ['throttled', 2],
    ['outage', 3],
  ] as const)('%s lets no client wait in virtual time', async (scenario, refusals) => {
    const { mock } = start({ scenario, time: 'virtual' })
    const timing = createFakeTiming()
    const waybill = createClientIn(timing, { baseUrl, retry: { initialMs: 1 } })
    const job = await waybill.jobs.submit({ ...envelope, items: itemsOf(2) })
    expect(timing.sleeps).toEqual(Array.from({ length: refusals }, (_, n) => 2 ** n))
    mock.advance(10_000)
    expect(await job.get()).toMatchObject({ outcome: 'succeeded' })
  })

  it('slow takes two seconds an item, one after another', async () => {
    const { mock, waybill } = start({ scenario: 'slow', time: 'virtual' })
    const job = await waybill.jobs.submit({ ...envelope, items: itemsOf(10) })
    mock.advance(10_000)
    expect(await job.get()).toMatchObject({ counts: { succeeded: 5, running: 1 } })
  })

  it('stuck never moves, and can be cancelled', async () => {
    const { mock, waybill } = start({ scenario: 'stuck', time: 'virtual' })
    const job = await waybill.jobs.submit({ ...envelope, items: itemsOf(2) })
    mock.advance(86_400_000)
    expect(await job.get()).toMatchObject({ status: 'pending', done: false, counts: { pending: 2 } })
    await job.cancel()
    expect(await job.wait()).toMatchObject({ outcome: 'cancelled', counts: { cancelled: 2 } })
  })

  it('unknown-status shows one that this version does not know, and ends all the same', async () => {
    const { mock, waybill } = start({ scenario: 'unknown-status', time: 'virtual', itemMs: 1000 })
    const job = await waybill.jobs.submit({ ...envelope, items: itemsOf(1) })
    mock.advance(500)
    expect(await job.get()).toMatchObject({ status: 'reviewing', done: false })
    const ended = job.wait()
    mock.advance(1000)
    expect(await ended).toMatchObject({ status: 'ended', outcome: 'succeeded' })
  })
})

describe('faults', () => {
  it('outage by network error lasts as long as requested', async () => {
    const { mock } = start({ time: 'virtual' })
    mock.outage({ forMs: 1000, as: 'network-error' })
    await expect(fetch(`${baseUrl}/v1/jobs`)).rejects.toThrow()
    mock.advance(1000)
    expect((await fetch(`${baseUrl}/v1/jobs`)).status).toBe(200)
  })

  it('a lost response has taken effect', async () => {
    const { mock, waybill } = start({ time: 'virtual' })
    const job = await waybill.jobs.submit({ ...envelope, items: itemsOf(1) })
    mock.loseResponse('pauseJob')
    await expect(fetch(`${baseUrl}/v1/jobs/${job.id}/pause`, { method: 'POST' })).rejects.toThrow()
    expect(mock.jobs[0]!.job.status).toBe('paused')
  })

  // Without types nothing else would tell that the test loses no answer at all.
  it('of an operation that there is none of are refused', () => {
    const { mock } = start()
    expect(() => mock.loseResponse('submitjob' as 'submitJob')).toThrow(
      /^Cannot lose a response as operation must be one of .*submitJob.*: current value is submitjob$/,
    )
  })

  it('a dropped stream of events is opened again', async () => {
    const { mock, waybill } = start({ itemMs: 100 })
    mock.dropStream({ afterItems: 1, times: 2 })
    const job = await waybill.jobs.submit({ ...envelope, items: itemsOf(2) })
    expect(await job.wait({ transport: 'events' })).toMatchObject({ outcome: 'succeeded' })
  })
})
