import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerJson, FakeShop } from '../connectors/testing/fake-shop.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { ChannelConfig, HttpConnectorConfig } from '../model/channel.ts'
import { ProblemError } from '../model/errors.ts'
import { monotonicUs, systemClock } from '../runtime/clock.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { silentLogger } from '../runtime/logger.ts'
import { type ChannelTest, ChannelTests } from './channel-tests.ts'
import { channelOf, moduleConnector } from './testing/fake-world.ts'

const none = new AbortController().signal
let tests: ChannelTests
let shop: FakeShop
let origin: string
let durable = (_channel: Channel): number => Infinity

beforeEach(async () => {
  durable = () => Infinity
  tests = new ChannelTests({
    clock: systemClock,
    tats: { durableUnits: (channel) => durable(channel) },
    termOf: () => 3,
    adoptChannel: () => Promise.resolve(),
    allowPrivateAddresses: true,
    logger: silentLogger,
  })
  shop = new FakeShop()
  origin = await shop.start()
})

afterEach(async () => {
  await tests.stop()
  await shop.stop()
})

function http(options: Partial<HttpConnectorConfig> = {}, channel: Partial<ChannelConfig> = {}): Channel {
  const connector: HttpConnectorConfig = {
    type: 'http',
    url: `${origin}/api?key=url-secret-1`,
    headers: { 'X-Tenant': 'tenant-secret-1' },
    batchSize: 1,
    timeoutMs: 5000,
    allowPrivateAddresses: true,
    request: null,
    response: null,
    ...options,
  }
  return channelOf(connector, channel)
}

function run(channel: Channel, data: unknown, options: Partial<ChannelTest> = {}, signal = none) {
  const test: ChannelTest = {
    ...{ subscription: 'acme', caller: 'token:a', objectType: 'product', action: 'update', partitionBy: 'item' },
    ...{ line: Buffer.from(JSON.stringify({ id: 'sku-1', data })), send: true },
    ...options,
  }
  return tests.run(channel, test, signal)
}

async function refusalOf(running: Promise<unknown>): Promise<ProblemError> {
  const error = await running.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ProblemError)
  return error as ProblemError
}

describe('a test without a call', () => {
  it('shows the request that a delivery would make, and calls nobody', async () => {
    const { sent, request, answer, outcome } = await run(http(), { price: 1 }, { send: false })
    expect([sent, answer, outcome, shop.requests.length]).toEqual([false, null, null, 0])
    expect(request).toMatchObject({ method: 'POST', url: `${origin}/api?key=***` })
    expect(JSON.parse(request!.body!)).toMatchObject({
      subscription: 'acme',
      objectType: 'product',
      items: [{ index: 0, attempt: 1, id: 'sku-1', partitionKey: 'sku-1', data: { price: 1 } }],
    })
    expect(request!.headers).toContainEqual({ name: 'x-tenant', value: '***' })
  })

  it('is carried out whatever holds the channel', async () => {
    const channel = http()
    channel.gate.pause()
    expect((await run(channel, null, { send: false })).request).not.toBeNull()
  })

  it('fetches no access token', async () => {
    const credentials = {
      '*': {
        type: 'oauth2_client_credentials',
        tokenUrl: `${origin}/token`,
        clientId: 'waybill',
        clientSecret: 'oauth-secret-1',
      },
    } as const
    const { request } = await run(http({}, { credentials }), null, { send: false })
    expect(request!.headers).toContainEqual({ name: 'authorization', value: '***' })
    expect(shop.requests).toEqual([])
  })

  it('loads a module and calls nothing of it', async () => {
    const tested = await run(channelOf(moduleConnector('scripted')), { do: 'exit' }, { send: false })
    expect(tested).toEqual({ sent: false, request: null, answer: null, outcome: null })
  })

  it('reports an expression that fails, with its range', async () => {
    const request = {
      update: { method: 'PUT', path: '/x', query: {}, headers: {}, body: '{"a": item.data.b}', bodyType: 'json' },
    } as const
    const { outcome, ...rest } = await run(http({ request }), {}, { send: false })
    expect(rest).toEqual({ sent: false, request: null, answer: null })
    expect(outcome).toMatchObject({ verdict: 'failed', retryAtMs: null, error: { code: 'request_not_made' } })
    expect(outcome!.error!.detail).toMatch(/\/request\/update\/body: .*b \(characters \d+ to \d+\)/)
  })
})

describe('a test with a call', () => {
  it('uses the credentials of the subscription alone, and masks them also where the answer repeats them', async () => {
    const credentials = {
      acme: { type: 'bearer', token: 'acme-secret-1' },
      other: { type: 'bearer', token: 'other-secret-1' },
    } as const
    shop.answer = ({ headers }, response) => {
      answerJson(
        response,
        { saw: headers.authorization },
        { headers: { 'x-echo': headers.authorization!, 'set-cookie': 'sid=1234' } },
      )
    }
    const tested = await run(http({}, { credentials }), null)
    expect(shop.requests[0]!.headers).toMatchObject({ authorization: 'Bearer acme-secret-1', 'waybill-epoch': '3' })
    expect(tested.sent).toBe(true)
    expect(JSON.stringify(tested)).not.toMatch(/secret-1|sid=/)
    expect(tested.answer).toMatchObject({ status: 200, body: '{"saw":"Bearer ***"}' })
    expect(tested.outcome).toMatchObject({ verdict: 'succeeded', error: null, result: '{"saw":"Bearer ***"}' })
  })

  it('hides its signature in the answer and in the result', async () => {
    const hmac = { type: 'hmac', header: 'X-Signature', secret: 'hmac-secret-1' } as const
    shop.answer = ({ headers }, response) => {
      answerJson(response, { saw: headers['x-signature'] })
    }
    const { answer, outcome } = await run(http({}, { credentials: { '*': hmac } }), null)
    expect(shop.requests[0]!.headers['x-signature']).toMatch(/^[0-9a-f]{64}$/)
    expect([answer!.body, outcome!.result]).toEqual(['{"saw":"***"}', '{"saw":"***"}'])
  })

  it('names another job each time: nobody takes a second test for a repeat', async () => {
    await run(http(), null)
    await run(http(), null)
    const keys = shop.requests.map(({ headers }) => headers['idempotency-key'])
    expect(new Set(keys).size).toBe(2)
  })

  it('judges a refusal by the retry rules of the channel', async () => {
    shop.answer = (_request, response) => {
      answerJson(response, { error: 'busy' }, { status: 422 })
    }
    const retry = { maxAttempts: 3, backoff: { initialMs: 1000, factor: 2, maxMs: 9000 }, rules: [] }
    expect((await run(http({}, { retry }), null)).outcome).toMatchObject({ verdict: 'failed', retryAtMs: null })
    const rules = [{ status: [422], then: 'retry' }] as const
    const { outcome } = await run(http({}, { retry: { ...retry, rules } }), null)
    expect(outcome).toMatchObject({ verdict: 'retry', error: { code: 'http_422', status: 422 } })
    expect(outcome!.retryAtMs! - Date.now()).toBeLessThanOrEqual(1000)
    const parks = [{ status: [422], then: 'park' }] as const
    expect((await run(http({}, { retry: { ...retry, rules: parks } }), null)).outcome).toMatchObject({
      verdict: 'parked',
      retryAtMs: null,
    })
  })

  it('closes the gate by a Retry-After, and the next one is held until then (RAT-2)', async () => {
    shop.answer = (_request, response) => {
      answerJson(response, {}, { status: 429, headers: { 'retry-after': '30' } })
    }
    const channel = http()
    expect((await run(channel, null)).outcome).toMatchObject({ verdict: 'throttled' })
    expect(channel.gate.blockedUntilUs).toBeGreaterThan(monotonicUs() + 25e6)
    const refusal = await refusalOf(run(channel, null))
    expect(refusal.code).toBe('channel_held')
    expect(refusal.retryAfterSeconds).toBeGreaterThan(25)
    expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(30)
    expect(shop.requests).toHaveLength(1)
  })

  it('takes a unit of the rate limit, and is refused when none becomes free soon (RAT-1)', async () => {
    const rateLimit = { limit: 1, periodMs: 60_000, burst: 1, unit: 'calls' } as const
    const channel = http({}, { rateLimit })
    await run(channel, null)
    expect(channel.gate.takenUnits).toBe(1)
    const refusal = await refusalOf(run(channel, null))
    expect([refusal.code, shop.requests.length]).toEqual(['channel_held', 1])
    expect(refusal.message).toContain('its rate limit is used up')
    expect(refusal.retryAfterSeconds).toBeGreaterThan(50)
    // It waits for one that is almost there.
    const quick = http({}, { rateLimit: { ...rateLimit, periodMs: 300 } })
    const beforeMs = Date.now()
    await run(quick, null)
    await run(quick, null)
    const [, , second] = shop.requests.map(({ atMs }) => atMs)
    expect(second! - beforeMs).toBeGreaterThanOrEqual(290)
  })

  it('waits until what it takes of a slow channel is durable', async () => {
    const channel = http({}, { rateLimit: { limit: 1, periodMs: 60_000, burst: 1, unit: 'calls' } })
    channel.gate.guard()
    let asked = 0
    durable = ({ gate }) => {
      if (++asked === 3) gate.raiseDurable(monotonicUs() + 600e6)
      return gate.durableUnits(monotonicUs())
    }
    expect((await run(channel, null)).sent).toBe(true)
    expect(asked).toBe(3)
    const never = http({}, { rateLimit: { limit: 1, periodMs: 60_000, burst: 1, unit: 'calls' } })
    never.gate.guard()
    durable = () => 0
    expect((await refusalOf(run(never, null))).code).toBe('channel_held')
    expect(shop.requests).toHaveLength(1)
  })

  it.each([
    ['paused', (channel: Channel) => channel.gate.pause(), undefined],
    ['blocked', (channel: Channel) => channel.gate.blockUntil(monotonicUs() + 7.5e6), 8],
    [
      'with an open circuit',
      (channel: Channel) => {
        channel.circuit.record({ calls: 100, failed: 100 }, monotonicUs())
      },
      30,
    ],
  ])('is refused by a channel that is %s, and changes nothing', async (_, hold, seconds) => {
    const channel = http({}, { circuit: { failureRatio: 0.5, minCalls: 20, openMs: 30_000 } })
    hold(channel)
    const refusal = await refusalOf(run(channel, null))
    expect([refusal.code, refusal.retryAfterSeconds]).toEqual(['channel_held', seconds])
    expect([shop.requests.length, channel.gate.takenUnits]).toEqual([0, 0])
  })

  it('says nothing to the circuit', async () => {
    shop.answer = (_request, response) => {
      answerJson(response, {}, { status: 500 })
    }
    const channel = http({}, { circuit: { failureRatio: 0.1, minCalls: 1, openMs: 30_000 } })
    await run(channel, null)
    expect(channel.circuit.state(monotonicUs())).toBe('closed')
  })

  it('ends a call when its time is up', async () => {
    shop.answer = () => {}
    const { sent, request, answer, outcome } = await run(http({ timeoutMs: 100 }), null)
    expect([sent, request === null, answer]).toEqual([true, false, null])
    expect(outcome).toMatchObject({ verdict: 'retry', error: { code: 'timeout' } })
  })
})

describe('a module', () => {
  const module = (data: unknown, options = {}) =>
    run(channelOf(moduleConnector('scripted', { timeoutMs: 200, abortGraceMs: 100, ...options })), data)

  it('is called as for a delivery', async () => {
    const { sent, request, answer, outcome } = await module({ do: 'echo' })
    expect([sent, request, answer, outcome!.verdict]).toEqual([true, null, null, 'succeeded'])
    expect(JSON.parse(outcome!.result!)).toMatchObject({
      item: { index: 0, id: 'sku-1', attempt: 1 },
      job: { subscription: 'acme', objectType: 'product', action: 'update' },
      epoch: 3,
    })
  })

  it.each(['loop', 'never end', 'loop later'])(
    'that does not end (%s) loses its thread, and the next test has another',
    async (what) => {
      const startedMs = performance.now()
      const { sent, outcome } = await module({ do: what })
      expect(sent).toBe(true)
      expect(outcome).toMatchObject({ verdict: 'retry', error: { code: 'timeout' } })
      expect(outcome!.error!.detail).toContain('its thread was ended')
      expect(performance.now() - startedMs).toBeLessThan(10_000)
      expect((await module({})).outcome!.verdict).toBe('succeeded')
    },
  )

  it.each(['exit', 'exit as if all were well'])('that ends its thread (%s) has failed', async (what) => {
    expect((await module({ do: what })).outcome).toMatchObject({
      verdict: 'failed',
      error: { code: 'worker_crashed' },
    })
  })

  it('whose errors nobody awaits keeps its thread', async () => {
    expect((await module({ do: 'throw later' })).outcome!.verdict).toBe('succeeded')
    expect((await module({ do: 'wait', ms: 50 })).outcome!.verdict).toBe('succeeded')
  })

  it.each([
    ['broken', 'missing is not defined'],
    ['neither', 'it has neither'],
    ['nowhere', 'Cannot find module'],
  ])('that cannot be loaded (%s) is a refusal with the reason', async (fixture, reason) => {
    const connector = moduleConnector(`../../connectors/testing/${fixture}`)
    const refusal = await refusalOf(run(channelOf(connector), null, { send: false }))
    expect(refusal.code).toBe('connector_unavailable')
    expect(refusal.message).toMatch(/^Cannot test channel shop as its connector must load: ./)
    expect(refusal.message).toContain(reason)
  })
})

describe('many tests', () => {
  it('run one at a time for a caller, and the next one starts when it has ended', async () => {
    const order: string[] = []
    const channel = channelOf(moduleConnector('scripted'))
    await Promise.all(
      ['a', 'b'].map(async (name) => {
        await run(channel, { do: 'wait', ms: 300 }, { caller: 'token:same' })
        order.push(name)
      }),
    )
    expect(order).toEqual(['a', 'b'])
  })

  it('are refused when there is no thread for them in time', async () => {
    const clock = new FakeClock()
    const options = {
      clock,
      tats: { durableUnits: () => Infinity },
      termOf: () => 1,
      adoptChannel: () => Promise.resolve(),
      allowPrivateAddresses: true,
    }
    const slow = new ChannelTests({ ...options, logger: silentLogger })
    const test: ChannelTest = {
      ...{ subscription: 'acme', caller: 'token:a', objectType: 'product', action: 'update', partitionBy: 'item' },
      ...{ line: Buffer.from('{"id":"sku-1","data":{"do":"never end"}}'), send: true },
    }
    const channel = channelOf(moduleConnector('scripted'))
    const first = refusalOf(slow.run(channel, test, none))
    const second = refusalOf(slow.run(channel, test, none))
    clock.advance(10_000)
    expect(await second).toMatchObject({ code: 'overloaded', retryAfterSeconds: 5 })
    await slow.stop()
    expect((await first).code).toBe('stopping')
  })

  it('end when their client leaves, and free their thread', async () => {
    const leaving = new AbortController()
    const channel = channelOf(moduleConnector('scripted', { timeoutMs: 60_000 }))
    const running = run(channel, { do: 'loop' }, {}, leaving.signal)
    setTimeout(() => {
      leaving.abort()
    }, 1000)
    await expect(running).rejects.toThrow()
    expect((await run(channel, {})).outcome!.verdict).toBe('succeeded')
  })

  it('end with the server', async () => {
    const running = refusalOf(run(channelOf(moduleConnector('scripted', { timeoutMs: 60_000 })), { do: 'never end' }))
    await new Promise((resolve) => setTimeout(resolve, 500))
    await tests.stop()
    expect((await running).code).toBe('stopping')
    expect((await refusalOf(run(http(), null))).code).toBe('stopping')
  })
})
