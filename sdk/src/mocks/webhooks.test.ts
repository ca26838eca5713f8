import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient } from '../create-client.ts'
import { type KnownWebhookEvent, verifyWebhook } from '../webhooks/index.ts'
import { createMockWaybill, type MockWaybill } from './index.ts'

const baseUrl = 'http://waybill.test'
const url = 'https://hooks.example/waybill'
const server = setupServer()
const waybill = createClient({ baseUrl })
const envelope = { channel: 'sandbox', objectType: 'price', action: 'update' } as const
let mock: MockWaybill
let bodies: KnownWebhookEvent[] = []
let answer: (body: KnownWebhookEvent) => Response

beforeAll(() => server.listen())
beforeEach(() => {
  bodies = []
  answer = () => new HttpResponse(null, { status: 204 })
})
afterEach(() => {
  mock.reset()
  vi.unstubAllGlobals()
})
afterAll(() => server.close())

function start(options: Parameters<typeof createMockWaybill>[0] = {}): void {
  mock = createMockWaybill({ baseUrl, time: 'virtual', ...options })
  const receiver = http.post('https://*.example/*', async ({ request }) => {
    const body = (await request.json()) as KnownWebhookEvent
    bodies.push(body)
    return answer(body)
  })
  server.resetHandlers(...mock.handlers, receiver)
}

const types = () => bodies.map(({ type }) => type)
/** Moves virtual time, and lets requests end on the way. */
async function advance(ms: number, steps = 1): Promise<void> {
  for (let step = 0; step < steps; step++) {
    mock.advance(ms / steps)
    await mock.webhooks.idle()
  }
}

describe('webhooks of the mocks', () => {
  it('go where a handler of the test gets them, and can be verified', async () => {
    start({ time: 'real' })
    const { secret } = await waybill.webhooks.endpoints.create({ url, eventTypes: ['job.ended'] })
    const verified: unknown[] = []
    server.use(
      http.post(url, async ({ request }) => {
        verified.push(await verifyWebhook({ body: await request.text(), headers: request.headers, secrets: secret }))
        return new HttpResponse(null, { status: 204 })
      }),
    )
    const job = await waybill.jobs.run({ ...envelope, items: [{ id: 'sku-1' }] })
    await mock.webhooks.idle()
    expect(verified).toMatchObject([{ type: 'job.ended', data: { job: { id: job.id, outcome: 'succeeded' } } }])
    expect(mock.webhooks.deliveries).toMatchObject([{ status: 'succeeded', event: { jobId: job.id } }])
  })

  it('are tried again by the schedule, and fail after the last attempt', async () => {
    start()
    answer = () => new HttpResponse('not now', { status: 500 })
    const endpoint = await waybill.webhooks.endpoints.create({ url, eventTypes: ['job.accepted'] })
    await waybill.jobs.submit({ ...envelope, items: [{ id: 'sku-1' }] })
    await mock.webhooks.idle()
    for (const [n, seconds] of [5, 300, 1800, 7200, 18_000, 36_000, 36_000].entries()) {
      expect(mock.webhooks.deliveries[0]).toMatchObject({ status: 'waiting', attempts: n + 1, reason: 'retry' })
      await advance(seconds * 1000 - 1)
      expect(bodies).toHaveLength(n + 1)
      await advance(1)
    }
    expect(mock.webhooks.deliveries).toMatchObject([{ status: 'failed', attempts: 8, reason: 'http_500' }])
    expect(mock.webhooks.deliveries[0]!.log[7]).toMatchObject({ attempt: 8, verdict: 'failed', answer: 'not now' })
    expect(new Set(bodies.map(({ id }) => id)).size).toBe(1)
    expect(await waybill.webhooks.endpoints.get(endpoint.id)).toMatchObject({ state: 'enabled' })
  })

  it('are not sent before a Retry-After', async () => {
    start()
    answer = () => new HttpResponse(null, { status: 429, headers: { 'Retry-After': '60' } })
    await waybill.webhooks.endpoints.create({ url, eventTypes: ['job.accepted'] })
    await waybill.jobs.submit({ ...envelope, items: [{ id: 'sku-1' }] })
    await mock.webhooks.idle()
    await advance(59_999)
    expect(bodies).toHaveLength(1)
    await advance(1)
    expect(bodies).toHaveLength(2)
  })

  it('count no attempt for an answer with Retry-After, 20 times, and wait 50 minutes at most', async () => {
    start()
    answer = () => new HttpResponse(null, { status: 429, headers: { 'retry-after': '7200' } })
    await waybill.webhooks.endpoints.create({ url, eventTypes: ['job.accepted'] })
    await waybill.jobs.submit({ ...envelope, items: [{ id: 'sku-1' }] })
    await mock.webhooks.idle()
    for (let n = 1; n <= 20; n++) {
      await advance(3_000_000 - 1)
      expect(bodies).toHaveLength(n)
      await advance(1)
    }
    // The 21st counts: it is the first attempt.
    expect(mock.webhooks.deliveries[0]!.log.map(({ verdict }) => verdict)).toEqual([
      ...Array<string>(20).fill('throttled'),
      'retry',
    ])
  })

  it('are replayed from a time in the past alone', async () => {
    start()
    const { id, createdAt } = await waybill.webhooks.endpoints.create({ url })
    const since = new Date(Date.parse(createdAt) + 60_000).toISOString()
    await expect(waybill.webhooks.endpoints.replay(id, { since })).rejects.toMatchObject({
      problem: { errors: [{ pointer: '/since' }] },
    })
  })

  it('of one job go to its own webhook, signed with the secret of these, and wait while they are disabled', async () => {
    start()
    const { secret } = await waybill.webhooks.ofJobs.rotateSecret()
    expect(await waybill.webhooks.ofJobs.update({ state: 'disabled' })).toMatchObject({ state: 'disabled' })
    const webhook = { url: 'https://pim.example/done?key=k3y', events: ['job.accepted' as const] }
    const { id } = await waybill.jobs.submit({ ...envelope, webhook, items: [{ id: 'sku-1' }] })
    await waybill.jobs.submit({ ...envelope, items: [{ id: 'sku-2' }] })
    const shown = []
    for await (const job of waybill.jobs.list()) shown.push(job.webhook)
    expect(shown).toEqual([null, { ...webhook, url: 'https://pim.example/done?key=***' }])
    await mock.webhooks.idle()
    expect(mock.webhooks.deliveries).toMatchObject([{ endpointId: null, reason: 'endpoint_disabled' }])
    let verified: unknown
    server.use(
      http.post('https://pim.example/done', async ({ request }) => {
        verified = await verifyWebhook({
          ...{ body: await request.text(), headers: request.headers, secrets: secret },
          toleranceSeconds: Infinity,
        })
        return new HttpResponse(null, { status: 204 })
      }),
    )
    await waybill.webhooks.ofJobs.update({ state: 'enabled' })
    await mock.webhooks.idle()
    expect(verified).toMatchObject({ type: 'job.accepted', data: { job: { id } } })
    expect(await waybill.webhooks.ofJobs.get()).toMatchObject({ state: 'enabled', secretHints: [{ expiresAt: null }] })
  })

  it('keep the order that the endpoint asks for', async () => {
    start()
    let refuses = true
    answer = () => new HttpResponse(null, { status: refuses ? 500 : 204 })
    const submit = () => waybill.jobs.submit({ ...envelope, items: [{ id: 'sku-1' }] })
    await waybill.webhooks.endpoints.create({ url, eventTypes: ['job.accepted', 'job.ended'] })
    const [first, second] = [await submit(), await submit()]
    await advance(1000)
    // The end of each waits for its beginning, and the two jobs not for each other.
    expect(types()).toEqual(['job.accepted', 'job.accepted'])
    refuses = false
    await advance(5000)
    await mock.webhooks.idle()
    const of = (id: string) =>
      bodies.flatMap((body) => ('job' in body.data && body.data.job.id === id ? [body.type] : []))
    for (const { id } of [first, second]) expect(of(id)).toEqual(['job.accepted', 'job.accepted', 'job.ended'])
  })

  it('report failing endpoints to the others, and disable them after five days', async () => {
    start()
    const watching = await waybill.webhooks.endpoints.create({
      url: 'https://watching.example/',
      eventTypes: ['webhook_endpoint.failing', 'webhook_endpoint.disabled'],
    })
    const endpoint = await waybill.webhooks.endpoints.create({ url, eventTypes: ['job.accepted'] })
    answer = (body) => new HttpResponse(null, { status: body.type === 'job.accepted' ? 500 : 204 })
    const submit = () => waybill.jobs.submit({ ...envelope, items: [{ id: 'sku-1' }] })
    for (let day = 0; day <= 5; day++) {
      await submit()
      await mock.webhooks.idle()
      await advance(86_400_000, 24)
    }
    const reports = bodies.filter(({ type }) => type.startsWith('webhook_endpoint.'))
    expect(reports).toMatchObject([
      { type: 'webhook_endpoint.failing', data: { endpoint: { id: endpoint.id, state: 'enabled' } } },
      { type: 'webhook_endpoint.disabled', data: { endpoint: { id: endpoint.id, reason: 'failures' } } },
    ])
    expect(await waybill.webhooks.endpoints.get(watching.id)).toMatchObject({ state: 'enabled', failingSince: null })
    const sent = bodies.length
    await submit()
    await advance(86_400_000)
    expect(bodies).toHaveLength(sent)
    answer = () => new HttpResponse(null, { status: 204 })
    await waybill.webhooks.endpoints.enable(endpoint.id)
    await mock.webhooks.idle()
    expect(types().at(-1)).toBe('job.accepted')
  })

  it('gather parked items, and show progress and deadlines at risk', async () => {
    start({ scenario: 'slow', channels: ['shop-eu'] })
    await waybill.webhooks.endpoints.create({
      url,
      eventTypes: ['item.parked', 'job.progress', 'job.deadline_at_risk'],
    })
    mock.failItem(({ id }) => id.startsWith('odd'), { status: 422 })
    const deadlineAt = new Date(Date.now() + 60_000).toISOString()
    const items = Array.from({ length: 60 }, (_, n) => ({ id: n < 2 ? `odd-${n}` : `sku-${n}` }))
    const retry = { rules: [{ status: [422], then: 'park' as const }] }
    const job = await waybill.jobs.submit({ ...envelope, channel: 'shop-eu', items, retry, deadlineAt })
    await advance(70_000, 70)
    const of = (type: string) => bodies.filter((body) => body.type === type).map(({ data }) => data)
    expect(of('item.parked')).toMatchObject([
      {
        channel: 'shop-eu',
        items: 1,
        parked: [{ jobId: job.id, index: 0 }],
        links: { parked: '/v1/parked?channel=shop-eu' },
      },
      { channel: 'shop-eu', items: 1, parked: [{ jobId: job.id, index: 1 }] },
    ])
    expect(of('job.deadline_at_risk')).toMatchObject([{ job: { id: job.id }, deadlineAt }])
    expect(of('job.progress').length).toBeGreaterThanOrEqual(1)
    expect(of('job.progress').length).toBeLessThanOrEqual(2)
  })

  it('are forgotten by reset', async () => {
    start()
    await waybill.webhooks.endpoints.create({ url })
    answer = () => new HttpResponse(null, { status: 500 })
    await waybill.jobs.submit({ ...envelope, items: [{ id: 'sku-1' }] })
    await mock.webhooks.idle()
    mock.reset()
    await advance(10_000)
    expect([mock.webhooks.endpoints, mock.webhooks.deliveries, bodies.length]).toEqual([[], [], 1])
  })
})
