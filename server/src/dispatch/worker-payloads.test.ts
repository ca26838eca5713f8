import { afterEach, describe, expect, it, vi } from 'vitest'
import { answerJson, FakeShop, type ShopRequest } from '../connectors/testing/fake-shop.ts'
import { payloadConfig } from '../connectors/testing/fake-payloads.ts'
import type { ChannelConfig, ConnectorConfig, PayloadConfig } from '../model/channel.ts'
import { FLAG_RETRY_AFTER, FLAG_UNRESOLVED, Verdict } from '../model/outcome-batch.ts'
import { monotonicUs } from '../runtime/clock.ts'
import { channelOf, FakeWorld, moduleConnector } from './testing/fake-world.ts'

// Threads start slowly where a machine is busy, and none of these tests is about how fast.
vi.setConfig({ testTimeout: 30_000 })

const worlds: FakeWorld[] = []
const systems: FakeShop[] = []

afterEach(async () => {
  await Promise.all(worlds.splice(0).map((each) => each.dispatcher.stop({ graceMs: 0 })))
  await Promise.all(systems.splice(0).map((system) => system.stop()))
})

async function started(): Promise<{ system: FakeShop; origin: string }> {
  const system = new FakeShop()
  systems.push(system)
  return { system, origin: await system.start() }
}

interface Delivered {
  readonly items: readonly { readonly id: string; readonly data: unknown }[]
}

/** A shop, a PIM that has `{"of": <id>}` for each id, and a channel between them. */
async function between(options: {
  readonly shop?: Partial<ConnectorConfig & { type: 'http' }>
  readonly payload?: Partial<PayloadConfig>
  readonly channel?: Partial<Omit<ChannelConfig, 'connector'>>
  readonly subscriptionOf?: (n: number) => string
}) {
  const { subscriptionOf = () => 'default' } = options
  const here = new FakeWorld({ allowPrivateAddresses: true, subscriptionOf })
  worlds.push(here)
  const shop = await started()
  const pim = await started()
  pim.system.answer = (request, response) => {
    answerJson(
      response,
      request.method === 'GET'
        ? { of: decodeURIComponent(request.url.split('/').pop()!) }
        : { items: idsOf(request).map((id) => ({ id, data: { of: id } })) },
    )
  }
  const connector: ConnectorConfig = {
    type: 'http',
    url: shop.origin,
    headers: {},
    ...{ batchSize: 1, timeoutMs: 5000, request: null, response: null, allowPrivateAddresses: true },
    ...options.shop,
  }
  if (connector.batchSize > 1) {
    shop.system.answer = ({ text }, response) => {
      const { items } = JSON.parse(text) as { items: { index: number }[] }
      answerJson(response, { results: items.map(({ index }) => ({ index, status: 'succeeded' })) })
    }
  }
  const channel = channelOf(connector, { payload: payloadConfig(pim.origin, options.payload), ...options.channel })
  const delivered = () => shop.system.requests.map(({ text }) => JSON.parse(text) as Delivered)
  return { here, shop: shop.system, pim: pim.system, channel, delivered }
}

function idsOf({ text }: ShopRequest): string[] {
  return (JSON.parse(text) as { ids: string[] }).ids
}

function items(count: number, prefix = 'i'): { id: string; partitionKey?: string; data?: unknown }[] {
  return Array.from({ length: count }, (_, n) => ({ id: `${prefix}${n}` }))
}

describe('payloads of a lane', () => {
  it('are delivered as if they had been submitted, one a call', async () => {
    const { here, pim, channel, delivered } = await between({})
    here.submit(channel, [...items(200), { id: 'whole', data: 7 }, { id: 'none', data: null }])
    const outcomes = await here.outcomesOf(202)
    expect(outcomes.every(({ verdict, throttled }) => verdict === Verdict.succeeded && throttled === 0)).toBe(true)
    const data = new Map(delivered().map(({ items: [item] }) => [item!.id, item!.data]))
    expect(data.size).toBe(202)
    expect([data.get('i17'), data.get('whole'), data.get('none')]).toEqual([{ of: 'i17' }, 7, null])
    expect(pim.requests).toHaveLength(200)
  })

  it('are asked for in batches, and fill the calls', async () => {
    const { here, pim, channel, delivered } = await between({ shop: { batchSize: 20 }, payload: { batchSize: 50 } })
    here.submit(channel, items(1000))
    const outcomes = await here.outcomesOf(1000)
    expect(outcomes.every(({ verdict }) => verdict === Verdict.succeeded)).toBe(true)
    const all = delivered().flatMap((call) => call.items)
    expect(new Set(all.map(({ id }) => id)).size).toBe(1000)
    expect(all.every(({ id, data }) => (data as { of: string }).of === id)).toBe(true)
    expect(pim.requests.length).toBeLessThan(60)
    expect(delivered().length).toBeLessThan(90)
  })

  it('are asked for once where items of a lot have the same id', async () => {
    const { here, pim, channel, delivered } = await between({ payload: { batchSize: 100 } })
    const same = Array.from({ length: 100 }, (_, n) => ({ id: n % 2 === 0 ? 'even' : 'odd', partitionKey: `k${n}` }))
    here.submit(channel, same)
    await here.outcomesOf(100)
    expect(delivered().every(({ items: [item] }) => (item!.data as { of: string }).of === item!.id)).toBe(true)
    // A lot is at least half a request's worth: 100 items are a few lots, and two ids each.
    const ids = pim.requests.flatMap(idsOf)
    expect(ids.length).toBeLessThanOrEqual(12)
    expect(pim.requests.every((request) => new Set(idsOf(request)).size === idsOf(request).length)).toBe(true)
  })

  it.each([1, 10])('of two subscriptions are their own, %i a request, also of the same id', async (batchSize) => {
    const { here, pim, channel, shop } = await between({
      payload: {
        batchSize,
        credentials: { acme: { type: 'bearer', token: 'of-acme' }, '*': { type: 'bearer', token: 'of-all' } },
      },
      subscriptionOf: (n) => (n === 1 ? 'acme' : 'bolt'),
    })
    pim.answer = (request, response) => {
      const data = { seenBy: request.headers.authorization }
      answerJson(response, batchSize === 1 ? data : { items: idsOf(request).map((id) => ({ id, data })) })
    }
    here.submit(channel, items(30))
    here.submit(channel, items(30))
    await here.outcomesOf(60)
    const seen = shop.requests.map(({ text }) => {
      const { subscription, items } = JSON.parse(text) as { subscription: string } & Delivered
      return `${subscription} ${(items[0]!.data as { seenBy: string }).seenBy}`
    })
    expect(seen.sort()).toEqual([
      ...Array.from({ length: 30 }, () => 'acme Bearer of-acme'),
      ...Array.from({ length: 30 }, () => 'bolt Bearer of-all'),
    ])
  })

  it('that cannot be resolved end only their items, without a call or a unit of the gate', async () => {
    const { here, shop, pim, channel } = await between({
      channel: { rateLimit: { limit: 1000, periodMs: 1000, burst: 50, unit: 'calls' } },
    })
    const found = pim.answer
    pim.answer = (request, response) => {
      if (/[13579]$/.test(request.url)) answerJson(response, {}, { status: request.url.endsWith('1') ? 500 : 404 })
      else found(request, response)
    }
    const startUs = monotonicUs()
    const tatUs = Math.max(channel.gate.tatUs, startUs)
    here.submit(channel, items(100))
    const outcomes = await here.outcomesOf(100)
    const failed = outcomes.filter(({ verdict }) => verdict === Verdict.unjudged)
    expect(failed).toHaveLength(50)
    expect(failed.every(({ flags }) => (flags & FLAG_UNRESOLVED) !== 0)).toBe(true)
    const codes = failed.map(({ httpStatus, said }) => `${said.error!.code} ${httpStatus}`)
    expect(new Set(codes)).toEqual(new Set(['payload_not_found 404', 'payload_unavailable 500']))
    expect(shop.requests).toHaveLength(50)
    // Each call took one, and nothing else did.
    expect(channel.gate.tatUs - tatUs).toBeLessThan(51 * 1000 + (monotonicUs() - startUs))
    expect(here.dispatcher.runningCalls(channel)).toBe(0)
  })

  it('are not thrown away while their tokens come up', async () => {
    const { here, shop, pim, channel } = await between({
      channel: { rateLimit: { limit: 20, periodMs: 1000, burst: 1, unit: 'calls' } },
    })
    here.submit(channel, items(20))
    await here.outcomesOf(20)
    expect(shop.requests).toHaveLength(20)
    expect(pim.requests.length).toBeLessThanOrEqual(22)
  })

  it('are not asked for while the gate is closed', async () => {
    const { here, pim, channel } = await between({})
    pim.answer = (_request, response) => {
      // All others are on their way when the first is answered.
      if (pim.requests.length === 8) response.writeHead(429, { 'retry-after': '30' }).end()
    }
    here.submit(channel, items(40))
    const [first] = await here.outcomesOf(1)
    expect(first).toMatchObject({ httpStatus: 429, flags: FLAG_UNRESOLVED | FLAG_RETRY_AFTER })
    expect(channel.gate.opensAtUs(1, monotonicUs()) - monotonicUs()).toBeGreaterThan(29_000_000)
    await here.until(() => here.returned.length >= 7)
    expect(pim.requests).toHaveLength(8)
    expect(here.dispatcher.runningCalls(channel)).toBe(0)
  })

  it('are not asked for before a short Retry-After has passed either', async () => {
    const { here, pim, channel } = await between({ channel: { concurrency: 2 } })
    const found = pim.answer
    let sentAtMs = 0
    pim.answer = (request, response) => {
      if (sentAtMs > 0) return found(request, response)
      sentAtMs = Date.now()
      response.writeHead(503, { 'retry-after': '0.6' }).end()
    }
    here.submit(channel, items(30))
    await here.outcomesOf(30)
    const [first] = here.outcomes
    expect(first!.retryAtMs).toBeGreaterThanOrEqual(sentAtMs + 600)
    // What was on its way when the answer came is no fault.
    const late = pim.requests.map(({ atMs }) => atMs - sentAtMs).filter((ms) => ms > 50)
    expect(Math.min(...late)).toBeGreaterThanOrEqual(590)
  })

  it('cost a backlog few tries while their system is down', async () => {
    const { here, pim, channel } = await between({})
    const found = pim.answer
    const upAtMs = Date.now() + 2000
    pim.answer = (request, response) => {
      if (Date.now() > upAtMs) return found(request, response)
      answerJson(response, {}, { status: 502 })
    }
    here.submit(channel, items(500))
    const outcomes = await here.outcomesOf(500)
    // Eight were on their way when it was found down, then one is asked for after 1 and 3 s.
    expect(outcomes.filter(({ verdict }) => verdict !== Verdict.succeeded).length).toBeLessThan(20)
    expect(here.returned.length).toBeGreaterThan(0)
  })

  it('of large items are bounded in memory, and all arrive', async () => {
    const { here, pim, channel, shop } = await between({ shop: { batchSize: 100 }, payload: { batchSize: 100 } })
    const text = 'x'.repeat(900_000)
    let open = 0
    let most = 0
    pim.answer = (request, response) => {
      const body = JSON.stringify({ items: idsOf(request).map((id) => ({ id, data: text })) })
      most = Math.max(most, ++open)
      response.on('close', () => open--)
      response.end(body)
    }
    shop.answer = ({ text: body }, response) => {
      const { items: some } = JSON.parse(body) as { items: { index: number; data: string }[] }
      expect(body.length).toBeLessThan(10_000_000)
      answerJson(response, {
        results: some.map(({ index, data }) => ({ index, status: data === text ? 'succeeded' : 'failed' })),
      })
    }
    here.submit(channel, items(60))
    const outcomes = await here.outcomesOf(60)
    expect(outcomes.every(({ verdict }) => verdict === Verdict.succeeded)).toBe(true)
    expect(most).toBeLessThanOrEqual(3)
  })

  it('of many items with one id do not multiply in memory before their calls', async () => {
    const { here, pim, channel, delivered } = await between({ shop: { batchSize: 1000 }, payload: { batchSize: 1000 } })
    pim.answer = (_request, response) => {
      answerJson(response, { items: [{ id: 'same', data: 'y'.repeat(800_000) }] })
    }
    here.submit(
      channel,
      Array.from({ length: 40 }, (_, n) => ({ id: 'same', partitionKey: `k${n}` })),
    )
    const outcomes = await here.outcomesOf(40)
    expect(outcomes.every(({ verdict }) => verdict === Verdict.succeeded)).toBe(true)
    expect(Math.max(...delivered().map((call) => call.items.length))).toBeLessThanOrEqual(10)
  })

  it('are given to modules, alone and in batches', async () => {
    const { here, pim, channel } = await between({})
    pim.answer = (_request, response) => {
      answerJson(response, { do: 'echo' })
    }
    const modular = channelOf(moduleConnector('scripted'), { payload: channel.config.payload }, 'modular')
    here.submit(modular, items(30))
    const outcomes = await here.outcomesOf(30)
    expect(outcomes.every(({ verdict }) => verdict === Verdict.succeeded)).toBe(true)
    expect(outcomes[7]!.said.result).toMatchObject({ item: { data: { do: 'echo' } } })
  })

  it('are asked for where the channel leads now, and what waits for them is returned', async () => {
    const { here, pim, channel, shop } = await between({})
    const other = await started()
    other.system.answer = (_request, response) => {
      answerJson(response, 'other')
    }
    const asked: string[] = []
    pim.answer = (request) => asked.push(request.url) // and never answers
    here.submit(channel, items(50))
    await here.until(() => asked.length > 0)
    here.reconfigure(channel, { payload: payloadConfig(other.origin) })
    await here.outcomesOf(50)
    expect(here.returned.length).toBeGreaterThan(0)
    expect(shop.requests.every(({ text }) => text.includes('"data":"other"'))).toBe(true)
    expect(shop.requests).toHaveLength(50)
  })

  it('that are on their way are given up at a stop: their items are returned', async () => {
    const { here, pim, channel } = await between({})
    pim.answer = () => {}
    here.submit(channel, items(10))
    await here.until(() => pim.requests.length === 8)
    await here.dispatcher.stop({ graceMs: 30_000 })
    expect(here.outcomes).toEqual([])
    expect(new Set(here.returned).size).toBe(10)
  })
})
