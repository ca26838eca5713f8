import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { isWaybillError } from '../errors.ts'
import {
  answer,
  breakConnection,
  createFakeServer,
  type Handler,
  inTurn,
  jobAs,
  refuse,
} from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

const input = {
  channel: 'sandbox',
  objectType: 'product',
  action: 'update',
  item: { id: 'a', data: { price: 1990 } },
} as const
const receipt = { done: true, job: jobAs({ status: 'ended' }), item: { index: 0, status: 'failed', result: null } }

function setUp(handler: Handler) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  return { waybill, requests: server.requests }
}

describe('items.deliver', () => {
  it('gives what became of the item, also when it failed or has not ended', async () => {
    for (const [status, done] of [
      [200, true],
      [202, false],
    ] as const) {
      const { waybill, requests } = setUp(inTurn(answer(status, { ...receipt, done })))
      const delivery = await waybill.items.deliver(input)
      expect([delivery.done, delivery.item.status]).toEqual([done, 'failed'])
      expect([requests[0]!.url.pathname, requests[0]!.headers.get('Prefer')]).toEqual(['/v1/items', null])
      expect(JSON.parse(requests[0]!.body)).toEqual(input)
    }
  })

  it('asks the server to wait', async () => {
    const { waybill, requests } = setUp(inTurn(answer(200, receipt)))
    await waybill.items.deliver(input, { waitSeconds: 0 })
    await waybill.items.deliver(input, { waitSeconds: 30 })
    expect(requests.map(({ headers }) => headers.get('Prefer'))).toEqual(['wait=0', 'wait=30'])
  })

  it('keeps its idempotency key over all retries, and leaves it with the error', async () => {
    const { waybill, requests } = setUp(inTurn(breakConnection, refuse(503, 'overloaded'), refuse(400, 'invalid_item')))
    const error = await waybill.items.deliver(input).catch((error: unknown) => error)
    const keys = new Set(requests.map(({ headers }) => headers.get('Idempotency-Key')))
    expect(requests).toHaveLength(3)
    expect(keys).toEqual(new Set([isWaybillError(error) ? error.idempotencyKey : null]))
  })
})
