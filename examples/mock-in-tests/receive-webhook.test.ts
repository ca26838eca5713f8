import { createClient } from '@waybill/sdk'
import { createMockWaybill } from '@waybill/sdk/mocks'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { receiveWebhook } from './receive-webhook.ts'

const baseUrl = 'http://waybill.test'
const url = 'https://pim.example/hooks/waybill'
const mock = createMockWaybill({ baseUrl, channels: ['shop-eu'] })
const waybill = createClient({ baseUrl })
const server = setupServer(...mock.handlers)
beforeAll(() => server.listen())
afterEach(() => {
  mock.reset()
  server.resetHandlers()
})
afterAll(() => server.close())

describe('receiveWebhook', () => {
  it('reports each job once, also when its event is sent again', async () => {
    const { id: endpointId, secret } = await waybill.webhooks.endpoints.create({ url, eventTypes: ['job.ended'] })
    const seen = new Set<string>()
    const onJobEnded = vi.fn(async () => undefined)
    const remember = async (id: string): Promise<boolean> => !seen.has(id) && seen.add(id) !== undefined
    server.use(http.post(url, ({ request }) => receiveWebhook(request, { secrets: [secret], remember, onJobEnded })))

    const items = [{ id: 'sku-1001', data: { cents: 1990 } }]
    const job = await waybill.jobs.run({ channel: 'shop-eu', objectType: 'price', action: 'update', items })
    await mock.webhooks.idle()
    await waybill.webhooks.endpoints.replay(endpointId, { since: job.createdAt })
    await mock.webhooks.idle()

    expect(mock.webhooks.deliveries.map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
    expect(onJobEnded).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: job.id, outcome: 'succeeded' }))
  })

  it('is tried again later when it is not there', async () => {
    const { secret } = await waybill.webhooks.endpoints.create({ url, eventTypes: ['job.ended'] })
    const onJobEnded = vi.fn(async () => undefined)
    const remember = async (): Promise<boolean> => true
    server.use(
      http.post(url, () => new HttpResponse(null, { status: 503 }), { once: true }),
      http.post(url, ({ request }) => receiveWebhook(request, { secrets: [secret], remember, onJobEnded })),
    )
    await waybill.jobs.run({ channel: 'shop-eu', objectType: 'price', action: 'update', items: [] })
    await mock.webhooks.idle()
    expect(mock.webhooks.deliveries).toMatchObject([{ status: 'waiting', attempts: 1, reason: 'retry' }])
    expect(onJobEnded).not.toHaveBeenCalled()
  })

  it('refuses what is not signed with its secret', async () => {
    await waybill.webhooks.endpoints.create({ url, eventTypes: ['job.ended'] })
    const secrets = [`whsec_${btoa('x'.repeat(32))}`]
    const onJobEnded = vi.fn(async () => undefined)
    const remember = async (): Promise<boolean> => true
    server.use(http.post(url, ({ request }) => receiveWebhook(request, { secrets, remember, onJobEnded })))
    await waybill.jobs.run({ channel: 'shop-eu', objectType: 'price', action: 'update', items: [] })
    await mock.webhooks.idle()
    expect(mock.webhooks.deliveries[0]!.log[0]).toMatchObject({ status: 400, answer: 'no_match' })
    expect(onJobEnded).not.toHaveBeenCalled()
  })
})
