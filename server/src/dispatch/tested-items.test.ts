import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { payloadConfig } from '../connectors/testing/fake-payloads.ts'
import { answerJson, FakeShop } from '../connectors/testing/fake-shop.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { ChannelConfig, ConnectorConfig } from '../model/channel.ts'
import { monotonicUs, systemClock } from '../runtime/clock.ts'
import { silentLogger } from '../runtime/logger.ts'
import { type ChannelTest, ChannelTests, type TestedCall } from './channel-tests.ts'
import { channelOf, moduleConnector } from './testing/fake-world.ts'

/*
 * Tests of channels whose items get their data by id, or are checked before they are sent. Each channel has one unit of its rate limit.
 */

const rateLimit = { limit: 1, periodMs: 3_600_000, burst: 1, unit: 'calls' } as const
let tests: ChannelTests
/** The target system, and the PIM. */
let shop: FakeShop
let pim: FakeShop
let http: ConnectorConfig

beforeEach(async () => {
  tests = new ChannelTests({
    clock: systemClock,
    tats: { durableUnits: () => Infinity },
    termOf: () => 3,
    adoptChannel: () => Promise.resolve(),
    allowPrivateAddresses: true,
    logger: silentLogger,
  })
  shop = new FakeShop()
  pim = new FakeShop()
  http = {
    ...{ type: 'http', url: await shop.start(), headers: {}, batchSize: 1, timeoutMs: 5000 },
    ...{ allowPrivateAddresses: true, request: null, response: null },
  }
})

afterEach(async () => {
  await tests.stop()
  await Promise.all([shop.stop(), pim.stop()])
})

function run(channel: Channel, item: object, send: boolean): Promise<TestedCall> {
  const test: ChannelTest = {
    ...{ subscription: 'acme', caller: 'token:a', objectType: 'product', action: 'update', partitionBy: 'item' },
    ...{ line: Buffer.from(JSON.stringify(item)), send },
  }
  return tests.run(channel, test, new AbortController().signal)
}

function unitsOf({ gate }: Channel): number {
  return gate.available(monotonicUs()).units
}

describe('an item with only an id', () => {
  async function channelWith(
    connector: ConnectorConfig,
    payload: Parameters<typeof payloadConfig>[1] = {},
    options: Partial<ChannelConfig> = {},
  ): Promise<Channel> {
    return channelOf(connector, { rateLimit, payload: payloadConfig(await pim.start(), payload), ...options })
  }

  it.each([
    ['one by one', 1, 'GET /product/sku-1'],
    ['many at once', 10, 'POST /bulk/product'],
  ])('is shown with its data, which is asked for without a call, too (%s)', async (_, batchSize, line) => {
    pim.answer = (_request, response) => {
      answerJson(response, batchSize === 1 ? { price: 9 } : { items: [{ id: 'sku-1', data: { price: 9 } }] })
    }
    const channel = await channelWith(http, { batchSize })
    const { request, ...rest } = await run(channel, { id: 'sku-1' }, false)
    expect(rest).toEqual({ sent: false, answer: null, outcome: null })
    expect(JSON.parse(request!.body!)).toMatchObject({ items: [{ id: 'sku-1', data: { price: 9 } }] })
    expect(pim.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([line])
    expect([shop.requests.length, unitsOf(channel)]).toEqual([0, 1])

    const sent = await run(channel, { id: 'sku-1' }, true)
    expect(sent).toMatchObject({ sent: true, outcome: { verdict: 'succeeded' } })
    expect(JSON.parse(shop.requests[0]!.text)).toMatchObject({ items: [{ id: 'sku-1', data: { price: 9 } }] })
    expect([pim.requests.length, unitsOf(channel)]).toEqual([2, 0])
  })

  it('reaches a module with its data', async () => {
    pim.answer = (_request, response) => {
      answerJson(response, { do: 'echo' })
    }
    const channel = await channelWith(moduleConnector('scripted'))
    const { outcome } = await run(channel, { id: 'sku-1' }, true)
    expect(JSON.parse(outcome!.result!)).toMatchObject({ item: { id: 'sku-1', data: { do: 'echo' } } })
  })

  it('asks nobody when it has data, or deletes', async () => {
    const channel = await channelWith(http)
    await run(channel, { id: 'sku-1', data: null }, false)
    await run(channel, { id: 'sku-1', action: 'delete' }, false)
    expect(pim.requests).toEqual([])
  })

  it.each([
    ['is not found', 404, false, 'failed', 'payload_not_found'],
    ['is not found', 404, true, 'failed', 'payload_not_found'],
    ['is unavailable', 500, false, 'throttled', 'payload_unavailable'],
    ['is unavailable', 500, true, 'throttled', 'payload_unavailable'],
    ['is refused', 403, true, 'failed', 'payload_unavailable'],
  ])('whose payload %s (%i; send: %s) is not sent and takes no unit', async (_, status, send, verdict, code) => {
    pim.answer = (_request, response) => {
      answerJson(response, { reason: 'the reason of the PIM' }, { status })
    }
    const channel = await channelWith(http)
    const { outcome, ...rest } = await run(channel, { id: 'sku-1' }, send)
    expect(rest).toEqual({ sent: false, request: null, answer: null })
    expect(outcome).toMatchObject({ verdict, result: null, error: { code, origin: 'engine', status } })
    expect(outcome!.error!.detail).toContain('the reason of the PIM')
    expect(outcome!.retryAtMs === null).toBe(verdict === 'failed')
    expect([pim.requests.length, shop.requests.length, unitsOf(channel)]).toEqual([1, 0, 1])
  })

  it('whose payload does not come in time is not sent', async () => {
    pim.answer = () => {}
    const channel = await channelWith(http, { timeoutMs: 100 })
    const { sent, outcome } = await run(channel, { id: 'sku-1' }, true)
    expect([sent, unitsOf(channel)]).toEqual([false, 1])
    expect(outcome!.error).toMatchObject({ code: 'payload_unavailable', detail: 'No answer within 100 ms' })
  })

  it('shows no secret of the PIM', async () => {
    const credentials = { '*': { type: 'bearer', token: 'pim-secret-1' } } as const
    pim.answer = ({ headers }, response) => {
      answerJson(response, { saw: headers.authorization }, { status: 500 })
    }
    const tested = await run(await channelWith(http, { credentials }), { id: 'sku-1' }, false)
    expect(pim.requests[0]!.headers.authorization).toBe('Bearer pim-secret-1')
    expect(tested.outcome!.error!.detail).toContain('Bearer ***')
    expect(JSON.stringify(tested)).not.toContain('pim-secret-1')
  })

  it.each([true, false])('whose PIM asks for a pause holds the channel only with send (%s, RAT-2)', async (send) => {
    pim.answer = (_request, response) => {
      answerJson(response, {}, { status: 429, headers: { 'retry-after': '30' } })
    }
    const channel = await channelWith(http)
    expect((await run(channel, { id: 'sku-1' }, send)).outcome!.error).toMatchObject({ code: 'payload_unavailable' })
    expect(channel.gate.blockedUntilUs > monotonicUs() + 25e6).toBe(send)
  })

  it('is checked by the schema with the data of its payload', async () => {
    pim.answer = (_request, response) => {
      answerJson(response, { price: 'nine' })
    }
    const itemSchema = { properties: { price: { type: 'number' } } }
    const channel = await channelWith(http, {}, { itemSchema })
    for (const send of [false, true]) {
      const { sent, outcome } = await run(channel, { id: 'sku-1' }, send)
      expect(sent).toBe(false)
      expect(outcome!.error).toMatchObject({ code: 'item_schema_mismatch', pointer: '/data/price' })
    }
    expect([shop.requests.length, unitsOf(channel)]).toEqual([0, 1])
  })
})

describe('an item that its schema refuses', () => {
  const itemSchema = {
    properties: { price: { type: 'number' }, text: { type: 'string' } },
    required: ['text'],
    additionalProperties: false,
  }
  const refused = {
    verdict: 'failed',
    retryAtMs: null,
    result: null,
    error: {
      ...{ code: 'item_schema_mismatch', origin: 'engine', pointer: '/data/price' },
      errors: [{ pointer: '/data/price' }, { pointer: '/data/a~1b' }, { pointer: '/data/do' }],
    },
  }

  it.each([
    ['http', false],
    ['http', true],
    ['module', false],
    ['module', true],
  ] as const)('is not sent and takes no unit, and the next one takes it (%s, send: %s)', async (type, send) => {
    const connector = type === 'http' ? http : moduleConnector('scripted')
    const channel = channelOf(connector, { rateLimit, itemSchema })
    for (let n = 0; n < 3; n++) {
      // Were the module called, it would end its thread.
      const { outcome, ...rest } = await run(
        channel,
        { id: 'sku-1', data: { text: 'x', price: '9', 'a/b': 1, do: 'exit' } },
        send,
      )
      expect(rest).toEqual({ sent: false, request: null, answer: null })
      expect(outcome).toMatchObject(refused)
    }
    expect([shop.requests.length, unitsOf(channel)]).toEqual([0, 1])

    const good = await run(channel, { id: 'sku-1', data: { text: 'x' } }, send)
    expect(good.sent).toBe(send)
    expect(good.outcome?.error ?? null).toBeNull()
    expect(unitsOf(channel)).toBe(send ? 0 : 1)
  })

  it('is refused also when no unit is left', async () => {
    const channel = channelOf(http, { rateLimit, itemSchema })
    await run(channel, { id: 'sku-1', data: { text: 'x' } }, true)
    expect(unitsOf(channel)).toBe(0)
    expect((await run(channel, { id: 'sku-1', data: { text: 7 } }, true)).outcome).toMatchObject({
      error: { code: 'item_schema_mismatch', pointer: '/data/text' },
    })
  })
})
