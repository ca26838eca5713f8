import { setupServer } from 'msw/node'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient, type Waybill } from '../create-client.ts'
import { createMockWaybill, type MockWaybill, type MockWaybillOptions } from './create-mock-waybill.ts'

const baseUrl = 'http://waybill.test'
const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
let stop = (): void => undefined

function start(options: MockWaybillOptions): { mock: MockWaybill; waybill: Waybill } {
  const mock = createMockWaybill({ baseUrl, ...options })
  const server = setupServer(...mock.handlers)
  server.listen()
  stop = () => {
    server.close()
    mock.reset()
  }
  return { mock, waybill: createClient({ baseUrl, retry: { initialMs: 1 } }) }
}

const itemsOf = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `sku-${n}`, data: { n } }))

afterEach(() => {
  stop()
  stop = () => undefined
})

describe('a quota', () => {
  it('of requests refuses what would be too many, and is on every answer', async () => {
    const { mock, waybill } = start({
      time: 'virtual',
      quota: { requestRate: { perMinute: 60, burst: 3 }, maxPendingItems: 10 },
      subscriptions: { slow: { requestRate: { perMinute: 1 } } },
    })
    const policy = '"requests";q=3;w=3'
    const ask = async () => {
      const { response, error } = await waybill.raw.GET('/v1/self')
      return [error?.code, response.headers.get('ratelimit'), response.headers.get('ratelimit-policy')]
    }
    expect(await ask()).toEqual([undefined, '"requests";r=2', policy])
    const submitted = await waybill.raw.POST('/v1/jobs', { body: { ...envelope, items: itemsOf(4) } })
    expect(submitted.response.headers.get('ratelimit')).toBe('"requests";r=1, "pending-items";r=6')
    expect(
      (
        await waybill.raw.GET('/v1/jobs/{jobId}', { params: { path: { jobId: `job_${'0'.repeat(32)}` } } })
      ).response.headers.get('ratelimit'),
    ).toBe('"requests";r=0')
    const refused = await createClient({ baseUrl, retry: false }).raw.GET('/v1/self')
    expect([refused.error?.code, refused.response.headers.get('retry-after')]).toEqual(['rate_limited', '0'])
    expect((await waybill.raw.GET('/healthz/live')).error).toBeUndefined()
    mock.advance(1000)
    expect(await ask()).toEqual([undefined, '"requests";r=0', policy])
    const admin = createClient({ baseUrl, token: 'the-admin-token' })
    expect((await admin.self()).limits.requestRate).toEqual({ perMinute: 60, burst: 3 })
    await admin.subscriptions.put('acme', { weight: 3 })
    const names: string[] = []
    for await (const { name } of admin.subscriptions.list()) names.push(name)
    expect(names).toEqual(['acme', 'default', 'slow'])
    await expect(admin.subscriptions.delete('slow')).rejects.toMatchObject({ code: 'subscription_not_settable' })
  })

  it('of pending items refuses what would be too many, until some have ended', async () => {
    const { mock, waybill } = start({ time: 'virtual', quota: { maxPendingItems: 10 } })
    const post = (count: number) =>
      waybill.raw.POST('/v1/jobs', {
        body: { ...envelope, items: itemsOf(count) },
        headers: { 'Idempotency-Key': 'k' },
      })
    const first = await post(8)
    const key = { 'Idempotency-Key': 'other' }
    const more = await waybill.raw.POST('/v1/jobs', { body: { ...envelope, items: itemsOf(3) }, headers: key })
    expect(more.error).toMatchObject({ code: 'quota_exceeded', limit: { name: 'maxPendingItems', value: 10 } })
    expect(more.response.headers.get('retry-after')).toBe('0')
    // A repeat makes nothing.
    expect((await post(8)).data?.id).toBe(first.data!.id)
    const item = { channel: 'sandbox', objectType: 'p', action: 'update', item: { id: 'one' } } as const
    const open = await waybill.raw.POST('/v1/jobs', { body: { ...envelope, open: true } })
    const append = async () =>
      (
        await waybill.raw.POST('/v1/jobs/{jobId}/items', {
          params: { path: { jobId: open.data!.id }, query: { fromIndex: 0 } },
          body: itemsOf(3),
        })
      ).error?.code
    expect(await append()).toBe('quota_exceeded')
    mock.advance(60_000)
    expect(await append()).toBeUndefined()
    const jobs = [{ ...envelope, items: itemsOf(4) }]
    const stages = [
      { name: 'one', jobs },
      { name: 'two', jobs },
    ]
    expect((await waybill.raw.POST('/v1/executions', { body: { stages } })).error?.code).toBe('quota_exceeded')
    expect(mock.jobs).toHaveLength(2)
    expect((await waybill.raw.POST('/v1/items', { body: item, headers: { Prefer: 'wait=0' } })).error).toBeUndefined()
    expect((await waybill.raw.GET('/v1/limits')).data!.subscription).toMatchObject({ maxPendingItems: 10 })
  })

  it('of open jobs, of an execution too, refuses more until one is sealed', async () => {
    const { mock, waybill } = start({ time: 'virtual', quota: { maxOpenJobs: 2 } })
    const open = () => waybill.raw.POST('/v1/jobs', { body: { ...envelope, open: true } })
    const first = await open()
    const jobs = [
      { ...envelope, open: true },
      { ...envelope, open: true },
    ] as const
    const execution = { stages: [{ name: 'one', jobs: [...jobs] }] }
    const refused = await waybill.raw.POST('/v1/executions', { body: execution })
    expect(refused.error).toMatchObject({ code: 'quota_exceeded', limit: { name: 'maxOpenJobs', value: 2 } })
    expect(mock.jobs).toHaveLength(1)
    await open()
    expect((await open()).error?.code).toBe('quota_exceeded')
    await waybill.raw.POST('/v1/jobs/{jobId}/seal', {
      params: { path: { jobId: first.data!.id } },
      body: { itemCount: 0 },
    })
    expect((await open()).error).toBeUndefined()
  })
})
