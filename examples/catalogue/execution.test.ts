import { createClient } from '@waybill/sdk'
import { createMockWaybill } from '@waybill/sdk/mocks'
import { setupServer } from 'msw/node'
import { afterEach, describe, expect, it } from 'vitest'
import { submitExecution } from './execution.ts'

const baseUrl = 'http://waybill.test'
let stop = (): void => undefined
afterEach(() => stop())

describe('submitExecution', () => {
  it('submits every item once, in its stage, though responses are lost', async () => {
    const mock = createMockWaybill({ baseUrl, channels: ['shop-eu', 'shop-us'], time: 'virtual' })
    const server = setupServer(...mock.handlers)
    server.listen()
    stop = () => {
      server.close()
      mock.reset()
    }
    mock.loseResponse('createExecution')
    mock.loseResponse('appendItems', 2)
    mock.loseResponse('sealJob')

    const waybill = createClient({ baseUrl, retry: { initialMs: 1 } })
    const itemsOf = (type: string, count: number) =>
      Array.from({ length: count }, (_, n) => ({ id: `${type}-${n}`, data: {} }))
    const stages = [
      { objectType: 'brand', items: itemsOf('brand', 3) },
      { objectType: 'product', items: itemsOf('product', 300) },
    ]
    const execution = await submitExecution(waybill, stages, ['shop-eu', 'shop-us'])
    mock.advance(600_000)
    const ended = await waybill.executions.wait(execution.id)

    expect(mock.jobs).toHaveLength(4)
    expect(ended).toMatchObject({ outcome: 'succeeded', counts: { total: 606, succeeded: 606 } })
    expect(execution.stages.map(({ jobs }) => jobs.map(({ channel }) => channel))).toEqual([
      ['shop-eu', 'shop-us'],
      ['shop-eu', 'shop-us'],
    ])
  })
})
