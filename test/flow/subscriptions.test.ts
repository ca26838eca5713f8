import type { CreatedAccessToken, Job, Problem, Subscription, SubscriptionConfig } from '@waybill/spec'
import { createClient, isRateLimitError } from '@waybill/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { JSON_BODY } from '../support/hostile-world.ts'
import { type Delivery, RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'

/*
 * Subscriptions over the API on a real server: their limits hold at once, over all channels and over a restart, and what one takes is not taken from another.
 */

const ADMIN_TOKEN = 'wba_the-admin-token-of-these-tests'
const envelope = { objectType: 'product', action: 'update' }
/** Calls take this long, so that they overlap. */
const CALL_MS = 60

/** Calls that run, by the subscription whose job it is; the most at once; and items that were delivered. */
const running = new Map<string, number>()
const most = new Map<string, number>()
const delivered = new Map<string, number>()
const owners = new Map<string, string>()
let connector: RecordingConnector
let server: ServerProcess

function noteCall({ jobId, items }: Delivery): void {
  const owner = owners.get(jobId) ?? 'unknown'
  const now = (running.get(owner) ?? 0) + 1
  running.set(owner, now)
  most.set(owner, Math.max(most.get(owner) ?? 0, now))
  delivered.set(owner, (delivered.get(owner) ?? 0) + items.length)
  // Before the answer is sent: a call that the server sees ended is not counted any more.
  setTimeout(() => running.set(owner, running.get(owner)! - 1), CALL_MS - 5)
}

beforeAll(async () => {
  connector = new RecordingConnector({
    answer: (delivery) => {
      noteCall(delivery)
      return { kind: 'items', answer: () => ({ kind: 'succeeded' }), delayMs: CALL_MS }
    },
  })
  await connector.start()
  const channel = { connector: { type: 'http', url: connector.url, allowPrivateAddresses: true }, concurrency: 12 }
  const batches = { ...channel, connector: { ...channel.connector, batchSize: 5 } }
  server = await ServerProcess.create({
    adminToken: ADMIN_TOKEN,
    args: ['--no-dev'],
    config: { channels: { one: channel, two: batches }, subscriptions: { fixed: { weight: 3 } } },
  })
  await server.start()
}, 60_000)

afterAll(async () => {
  await server.remove()
  await connector.stop()
})

afterEach(() => {
  most.clear()
  delivered.clear()
})

async function call<T>(method: string, path: string, options: { token?: string; body?: unknown } = {}) {
  const { token = ADMIN_TOKEN, body } = options
  const answer = await server.fetch(path, {
    ...{ method, headers: { authorization: `Bearer ${token}`, ...(body !== undefined && JSON_BODY) } },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: (text === '' ? null : JSON.parse(text)) as T }
}

const put = (name: string, limits: SubscriptionConfig) =>
  call<Subscription>('PUT', `/v1/subscriptions/${encodeURIComponent(name)}`, { body: limits })

async function tokenOf(subscription: string): Promise<string> {
  const body = { name: 'test', scopes: ['jobs:read', 'jobs:write'], subscription }
  return (await call<CreatedAccessToken>('POST', '/v1/tokens', { body })).body.token!
}

/** @param from.actions of the items in turn; none: that of the job */
async function submit(
  token: string,
  owner: string,
  from: { readonly channel: string; readonly actions?: readonly string[]; readonly count: number },
): Promise<Job> {
  const { channel, actions = [], count } = from
  const items = Array.from({ length: count }, (_, n) => ({ id: `sku-${n}`, action: actions[n % actions.length] }))
  const { status, body } = await call<Job>('POST', '/v1/jobs', { token, body: { ...envelope, channel, items } })
  expect(status).toBe(202)
  owners.set(body.id, owner)
  return body
}

async function untilDone(token: string, { id }: Job): Promise<Job> {
  return await vi.waitFor(
    async () => {
      const { body } = await call<Job>('GET', `/v1/jobs/${id}`, { token })
      expect(body.done).toBe(true)
      return body
    },
    { timeout: 60_000, interval: 100 },
  )
}

describe('limits of a subscription', () => {
  test('maxRunningCalls holds over all channels, batches that are split included, and changes at once', async () => {
    expect((await put('acme', { maxRunningCalls: 3 })).status).toBe(201)
    const token = await tokenOf('acme')
    const jobs = [
      await submit(token, 'acme', { channel: 'one', count: 150 }),
      await submit(token, 'acme', { channel: 'two', count: 700 }),
      await submit(token, 'acme', { channel: 'two', count: 33 }),
      // Each of its batches becomes two calls.
      await submit(token, 'acme', { channel: 'two', count: 120, actions: ['create', 'delete'] }),
    ]
    await vi.waitFor(() => expect(delivered.get('acme')).toBeGreaterThan(300), { timeout: 30_000 })
    expect(most.get('acme')).toBe(3)
    expect((await put('acme', { maxRunningCalls: 7 })).status).toBe(200)
    await vi.waitFor(() => expect(most.get('acme')).toBe(7), { timeout: 30_000 })
    for (const job of jobs) expect((await untilDone(token, job)).counts.succeeded).toBe(job.counts.total)
    expect(most.get('acme')).toBe(7)
  }, 90_000)

  test('weight changes the shares of a channel while it runs', async () => {
    const [light, heavy] = [await tokenOf('light'), await tokenOf('heavy')]
    const jobs = [
      [light, await submit(light, 'light', { channel: 'one', count: 1500 })],
      [heavy, await submit(heavy, 'heavy', { channel: 'one', count: 1500 })],
    ] as const
    const share = async (): Promise<number> => {
      delivered.clear()
      await vi.waitFor(
        () => expect((delivered.get('light') ?? 0) + (delivered.get('heavy') ?? 0)).toBeGreaterThan(300),
        { timeout: 30_000 },
      )
      return (delivered.get('heavy') ?? 0) / (delivered.get('light') ?? 1)
    }
    const equal = await share()
    expect(equal).toBeGreaterThan(0.75)
    expect(equal).toBeLessThan(1.35)
    await put('heavy', { weight: 4 })
    await share() // lots that were on their way
    expect(await share()).toBeGreaterThan(2.5)
    for (const [token, { id }] of jobs) await call('POST', `/v1/jobs/${id}/cancel`, { token })
  }, 90_000)

  test('maxPendingItems and maxOpenJobs refuse what comes next; DELETE returns to the defaults, jobs and tokens stay', async () => {
    const token = await tokenOf('small')
    await call('POST', '/v1/channels/one/pause')
    const held = await submit(token, 'small', { channel: 'one', count: 8 })
    await put('small', { maxPendingItems: 5, maxOpenJobs: 1 })
    const more = (members: object) =>
      call<Problem>('POST', '/v1/jobs', { token, body: { ...envelope, channel: 'one', ...members } })
    const refused = await more({ items: [{ id: 'x' }] })
    expect([refused.status, refused.body.code]).toEqual([429, 'quota_exceeded'])
    expect(refused.headers.get('ratelimit')).toMatch(/^"pending-items";r=0;t=\d+$/)
    expect(refused.headers.get('ratelimit-policy')).toBe('"pending-items";q=5;qu="items"')
    expect((await more({ open: true })).status).toBe(201)
    expect((await more({ open: true })).body.code).toBe('quota_exceeded')
    expect((await call('DELETE', '/v1/subscriptions/small')).status).toBe(204)
    expect((await more({ items: [{ id: 'x' }] })).status).toBe(202)
    expect((await call<Job>('GET', `/v1/jobs/${held.id}`, { token })).body.counts.pending).toBe(8)
    await call('POST', '/v1/channels/one/resume')
    await untilDone(token, held)
  }, 60_000)

  test('are there after a crash; those of the file cannot be changed', async () => {
    await put('kept', { weight: 0.25, requestRate: { perMinute: 30, burst: 4 } })
    await put('gone', { weight: 9 })
    await call('DELETE', '/v1/subscriptions/gone')
    await server.kill()
    await server.start()
    const listed = await call<{ subscriptions: Subscription[] }>('GET', '/v1/subscriptions')
    const byName = new Map(listed.body.subscriptions.map((subscription) => [subscription.name, subscription]))
    expect(byName.get('kept')).toMatchObject({ origin: 'api', weight: 0.25, requestRate: { perMinute: 30, burst: 4 } })
    expect([byName.has('gone'), byName.get('fixed')?.origin]).toEqual([false, 'file'])
    for (const [method, options] of [['PUT', { body: {} }] as const, ['DELETE', {}] as const]) {
      const { status, body } = await call<Problem>(method, '/v1/subscriptions/fixed', options)
      expect([status, body.code]).toEqual([409, 'subscription_not_settable'])
    }
    const token = await tokenOf('kept')
    const self = await call<{ limits: object }>('GET', '/v1/self', { token })
    const limits = await call<{ subscription: object }>('GET', '/v1/limits', { token })
    const expected = { weight: 0.25, maxOpenJobs: 1000, requestRate: { perMinute: 30, burst: 4 } }
    expect([self.body.limits, limits.body.subscription]).toMatchObject([expected, expected])
  }, 60_000)
})

describe('requestRate', () => {
  test('a flood of one subscription neither refuses nor delays another, and the SDK waits by itself', async () => {
    await put('flood', { requestRate: { perMinute: 60, burst: 20 } })
    await put('calm', { requestRate: { perMinute: 6000, burst: 100 } })
    const [flood, calm] = [await tokenOf('flood'), await tokenOf('calm')]
    const statuses = new Map<number, number>()
    let flooding = true
    const floodedMs = performance.now()
    const flooded = Promise.all(
      Array.from({ length: 20 }, async () => {
        while (flooding) {
          const { status, headers } = await call('GET', '/v1/jobs', { token: flood })
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          expect(headers.get('ratelimit-policy')).toBe('"requests";q=20;w=20')
          if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
        }
      }),
    )
    const beganMs = performance.now()
    for (let n = 0; n < 50; n++) expect((await call('GET', '/v1/jobs', { token: calm })).status).toBe(200)
    const tookSeconds = (performance.now() - beganMs) / 1000
    flooding = false
    await flooded
    const floodSeconds = (performance.now() - floodedMs) / 1000
    expect(statuses.get(429)).toBeGreaterThan(100)
    expect(statuses.get(200)).toBeLessThanOrEqual(20 + floodSeconds + 2)
    // The processor is shared, and nothing else: not one waited for what is left to the other, a second for each request.
    expect(tookSeconds / 50).toBeLessThan(1)

    const waybill = createClient({ baseUrl: server.url, token: flood })
    expect((await waybill.self()).subscription).toBe('flood')
    const impatient = createClient({ baseUrl: server.url, token: flood, retry: false })
    const refusals = await Promise.allSettled(Array.from({ length: 5 }, () => impatient.self()))
    const reasons = refusals.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    expect(reasons.length).toBeGreaterThan(0)
    expect(reasons.every((reason) => isRateLimitError(reason) && reason.code === 'rate_limited')).toBe(true)
    for (let n = 0; n < 30; n++) expect((await call('GET', '/healthz/live', { token: flood })).status).toBe(200)
  }, 60_000)
})

test('names that begin with ~ are refused wherever a subscription is named', async () => {
  expect((await put('~internal', {})).status).toBe(400)
  expect((await call('GET', '/v1/subscriptions/~internal')).status).toBe(400)
  const body = { name: 'test', scopes: ['jobs:read'], subscription: '~internal' }
  expect((await call<Problem>('POST', '/v1/tokens', { body })).body.errors).toMatchObject([
    { pointer: '/subscription' },
  ])
})
