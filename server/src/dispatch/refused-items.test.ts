import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import type { ConnectorConfig } from '../model/channel.ts'
import { Verdict } from '../model/outcome-batch.ts'
import { systemClock } from '../runtime/clock.ts'
import { channelOf, FakeWorld, moduleConnector } from './testing/fake-world.ts'

// Threads start slowly where a machine is busy, and none of these tests is about how fast.
vi.setConfig({ testTimeout: 30_000 })

const worlds: FakeWorld[] = []
const shops: Server[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((each) => each.dispatcher.stop({ graceMs: 0 })))
  for (const shop of shops.splice(0)) shop.close()
})

function world(): FakeWorld {
  const made = new FakeWorld()
  worlds.push(made)
  return made
}

const HOUR_MS = 3_600_000
const itemSchema = { type: 'object', properties: { price: { type: 'number' } } }
/** Items of which some are not valid. */
const items = (count: number, isGood: (n: number) => boolean): object[] =>
  Array.from({ length: count }, (_, n) => ({ id: `i${n}`, data: { text: 'x', price: isGood(n) ? n : String(n) } }))

it('an item that is not valid by the schema takes nothing of the rate limit', async () => {
  const here = world()
  const rateLimit = { limit: 1, periodMs: HOUR_MS, burst: 1, unit: 'calls' } as const
  const channel = channelOf(moduleConnector('scripted'), { rateLimit, itemSchema, concurrency: 2 })
  here.submit(
    channel,
    items(50, (n) => n === 49),
  )
  await here.outcomesOf(50)
  expect(here.outcome(49)).toMatchObject({ verdict: Verdict.succeeded })
  expect(here.outcome(0).said.error).toMatchObject({ code: 'item_schema_mismatch', pointer: '/data/price' })
  expect(here.outcomes.filter(({ said }) => said.error?.code === 'item_schema_mismatch')).toHaveLength(49)
  expect(here.dispatcher.runningCalls(channel)).toBe(0)
  expect(channel.gate.available(systemClock.monotonicUs()).units).toBe(0)
})

/** A shop whose products have prices, and the bodies that it received. */
async function startShop() {
  const bodies: string[] = []
  const shop = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString())
      response.end('{}')
    })
  })
  await once(shop.listen(0, '127.0.0.1'), 'listening')
  shops.push(shop)
  const connector: ConnectorConfig = {
    ...{ type: 'http', headers: {}, timeoutMs: 5000, allowPrivateAddresses: true, response: null, batchSize: 1 },
    url: `http://127.0.0.1:${(shop.address() as AddressInfo).port}`,
    request: {
      update: {
        ...{ method: 'PUT', path: '/{item.id}', query: {}, headers: {}, bodyType: 'json' },
        body: 'item.data.price * 2.0',
      },
    },
  }
  return { bodies, connector }
}

it.each([null, { type: 'object' }])(
  'an item of which no request can be made takes nothing of the rate limit, with the schema %j',
  async (schema) => {
    const here = world()
    const rateLimit = { limit: 1, periodMs: HOUR_MS, burst: 1, unit: 'calls' } as const
    const { bodies, connector } = await startShop()
    const channel = channelOf(connector, { rateLimit, itemSchema: schema, concurrency: 2 })
    here.submit(
      channel,
      items(50, (n) => n === 49),
    )
    await here.outcomesOf(50)
    expect(here.outcomes.filter(({ said }) => said.error?.code === 'request_not_made')).toHaveLength(49)
    expect(here.outcome(49)).toMatchObject({ verdict: Verdict.succeeded })
    expect(bodies).toEqual(['98'])
    expect(channel.gate.available(systemClock.monotonicUs()).units).toBe(0)
  },
)

it('a batch takes units of the rate limit for the items that are sent', async () => {
  const here = world()
  const rateLimit = { limit: 10, periodMs: HOUR_MS, burst: 10, unit: 'items' } as const
  const channel = channelOf(moduleConnector('sizes', { batchSize: 10 }), { rateLimit, itemSchema })
  here.submit(
    channel,
    items(10, (n) => n % 2 === 0),
  )
  await here.outcomesOf(10)
  expect(here.outcomes.filter(({ verdict }) => verdict === Verdict.succeeded)).toHaveLength(5)
  expect(channel.gate.available(systemClock.monotonicUs()).units).toBe(5)
})

it('items that are valid wait for their units of the rate limit, and nothing else takes one', async () => {
  const here = world()
  const rateLimit = { limit: 400, periodMs: 1000, burst: 1, unit: 'items' } as const
  const channel = channelOf(moduleConnector('scripted'), { rateLimit, itemSchema, concurrency: 4 })
  const taken = channel.gate.takenUnits
  here.submit(
    channel,
    items(100, (n) => n % 3 === 0),
  )
  await here.outcomesOf(100)
  expect(here.outcomes.filter(({ verdict }) => verdict === Verdict.succeeded)).toHaveLength(34)
  expect(here.outcomes.every(({ startedAtMs, endedAtMs }) => endedAtMs >= startedAtMs)).toBe(true)
  expect(channel.gate.takenUnits - taken).toBe(34)
})

it('a schema that is set, changed or removed applies from the next call on', async () => {
  const here = world()
  const channel = channelOf(moduleConnector('scripted'))
  const codes = async (count: number): Promise<(string | undefined)[]> => {
    const before = here.outcomes.length
    here.submit(
      channel,
      items(count, () => false),
    )
    await here.outcomesOf(before + count)
    return here.outcomes.slice(before).map(({ said }) => said.error?.code)
  }
  expect(await codes(2)).toEqual([undefined, undefined])
  here.reconfigure(channel, { itemSchema })
  expect(await codes(2)).toEqual(['item_schema_mismatch', 'item_schema_mismatch'])
  here.reconfigure(channel, { itemSchema: { properties: { price: { type: 'string' } } } })
  expect(await codes(1)).toEqual([undefined])
  here.reconfigure(channel, { itemSchema: null })
  expect(await codes(1)).toEqual([undefined])
})
