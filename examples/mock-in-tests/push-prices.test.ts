import { createClient } from '@waybill/sdk'
import { createMockWaybill, type MockWaybill, type MockWaybillOptions } from '@waybill/sdk/mocks'
import { setupServer } from 'msw/node'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PATIENCE_MS, pushPrices } from './push-prices.ts'

const baseUrl = 'http://waybill.test'
const prices = [
  { sku: 'sku-1001', cents: 1990 },
  { sku: 'sku-1002', cents: -1 },
  { sku: 'sku-1003', cents: 2990 },
]
let stop = (): void => undefined

/** A server for one test, and a client of it. */
function start(options: MockWaybillOptions = {}): { mock: MockWaybill; push: () => ReturnType<typeof pushPrices> } {
  const mock = createMockWaybill({ baseUrl, channels: ['shop-eu'], ...options })
  const server = setupServer(...mock.handlers)
  server.listen()
  stop = () => {
    server.close()
    mock.reset()
  }
  const waybill = createClient({ baseUrl, retry: { initialMs: 1 } })
  return { mock, push: () => pushPrices(waybill, prices, '2026-01-15') }
}

afterEach(() => {
  vi.useRealTimers()
  stop()
})

describe('pushPrices', () => {
  it('submits every price', async () => {
    const { mock, push } = start()
    expect(await push()).toMatchObject({ accepted: 3, refused: [] })
    expect(mock.jobs).toHaveLength(1)
    expect(mock.jobs[0]).toMatchObject({
      job: { channel: 'shop-eu', source: 'pim' },
      idempotencyKey: 'prices/2026-01-15',
    })
    expect(mock.jobs[0]!.items.map(({ id, data }) => [id, data])).toEqual([
      ['sku-1001', { cents: 1990 }],
      ['sku-1002', { cents: -1 }],
      ['sku-1003', { cents: 2990 }],
    ])
  })

  it('says which prices the shop refused, and why', async () => {
    const { mock, push } = start()
    mock.failItem('sku-1002', { status: 422, detail: 'price: must not be negative' })
    expect(await push()).toMatchObject({
      accepted: 2,
      refused: [{ sku: 'sku-1002', reason: 'price: must not be negative' }],
    })
  })

  it('submits nothing twice when the answer is lost', async () => {
    const { mock, push } = start({ scenario: 'lost-response' })
    expect(await push()).toMatchObject({ accepted: 3 })
    expect(mock.jobs).toMatchObject([{ repeats: 1 }])
  })

  it('submits nothing twice when the night is run again', async () => {
    const { mock, push } = start()
    const first = await push()
    expect(await push()).toEqual(first)
    expect(mock.jobs).toHaveLength(1)
  })

  it('reads every outcome though the download breaks off', async () => {
    const { mock, push } = start()
    mock.dropStream({ afterBytes: 500, times: 3 })
    expect(await push()).toMatchObject({ accepted: 3 })
  })

  it('waits out a server that is away', async () => {
    const { mock, push } = start()
    mock.outage({ times: 3, as: 'network-error' })
    expect(await push()).toMatchObject({ accepted: 3 })
  })

  it('cancels what the shop does not take in time', async () => {
    const { mock, push } = start({ scenario: 'stuck' })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const pushed = push()
    await vi.waitFor(() => expect(mock.jobs).toHaveLength(1), { interval: 1 })
    await vi.advanceTimersByTimeAsync(PATIENCE_MS)
    expect(await pushed).toMatchObject({
      accepted: 0,
      refused: prices.map(({ sku }) => ({ sku, reason: 'cancelled' })),
    })
  })
})
