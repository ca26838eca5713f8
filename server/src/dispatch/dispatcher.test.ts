import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { answerJson, FakeShop, type ShopRequest } from '../connectors/testing/fake-shop.ts'
import type { ConnectorConfig } from '../model/channel.ts'
import { FLAG_RETRY_AFTER, Verdict } from '../model/outcome-batch.ts'
import { monotonicUs, systemClock } from '../runtime/clock.ts'
import { channelOf, FakeWorld, moduleConnector } from './testing/fake-world.ts'

// Threads start slowly where a machine is busy, and none of these tests is about how fast.
vi.setConfig({ testTimeout: 30_000 })

const worlds: FakeWorld[] = []
const shops: FakeShop[] = []

function world(options: ConstructorParameters<typeof FakeWorld>[0] = {}): FakeWorld {
  const made = new FakeWorld({ allowPrivateAddresses: true, ...options })
  worlds.push(made)
  return made
}

async function shopThat(
  answer: (request: ShopRequest, response: ServerResponse) => void,
): Promise<{ shop: FakeShop; connector: ConnectorConfig & { type: 'http' } }> {
  const shop = new FakeShop()
  shop.answer = answer
  const url = await shop.start()
  shops.push(shop)
  return {
    shop,
    connector: {
      type: 'http',
      url,
      headers: {},
      batchSize: 1,
      timeoutMs: 5000,
      request: null,
      response: null,
      allowPrivateAddresses: false,
    },
  }
}

function items(count: number, data?: object): object[] {
  return Array.from({ length: count }, (_, n) => ({ id: `i${n}`, ...(data === undefined ? {} : { data }) }))
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

afterEach(async () => {
  await Promise.all(worlds.splice(0).map((each) => each.dispatcher.stop({ graceMs: 0 })))
  await Promise.all(shops.splice(0).map((shop) => shop.stop()))
})

describe('dispatcher', () => {
  it('delivers every item of a job exactly once', async () => {
    const here = world()
    const channel = channelOf(moduleConnector('no-op'))
    const job = here.submit(channel, items(20_000))
    const outcomes = await here.outcomesOf(20_000)
    expect(new Set(outcomes.map(({ index }) => index)).size).toBe(20_000)
    expect(outcomes.every(({ verdict }) => verdict === Verdict.succeeded)).toBe(true)
    expect(outcomes[19_000]).toMatchObject({
      jobRef: job.record.ref,
      epoch: 7,
      attempt: 1,
      throttled: 0,
      flags: 0,
      httpStatus: 0,
      said: {},
    })
    expect(outcomes.every(({ index, chunk }) => chunk === Math.floor(index / 1000))).toBe(true)
    expect(here.dispatcher.runningCalls(channel)).toBe(0)
  })

  it('gives a module the item, the job and the credentials of its subscription', async () => {
    const here = world()
    const credentials = { other: { type: 'bearer', token: 'no' }, default: { type: 'bearer', token: 'yes' } } as const
    const channel = channelOf(moduleConnector('scripted'), { credentials })
    const job = here.submit(channel, [{ id: 'a', partitionKey: 'k', action: 'delete', data: { do: 'echo' } }])
    const [outcome] = await here.outcomesOf(1)
    expect(outcome!.said.result).toEqual({
      item: {
        index: 0,
        id: 'a',
        partitionKey: 'k',
        action: 'delete',
        data: { do: 'echo' },
        attempt: 1,
        idempotencyKey: `${job.record.id}/0`,
      },
      job: { id: job.record.id, subscription: 'default', channel: 'shop', objectType: 'product', action: 'delete' },
      epoch: 7,
      attempt: 1,
      credentials: { type: 'bearer', token: 'yes' },
    })
  })

  it('streams outcomes: a slow item does not delay its neighbours', async () => {
    const here = world()
    const channel = channelOf(moduleConnector('scripted'))
    here.submit(channel, [{ id: 'slow', data: { do: 'wait', ms: 1000 } }, ...items(200)])
    await here.outcomesOf(201)
    const slow = here.outcomes.findIndex(({ index }) => index === 0)
    expect(slow).toBe(200)
    expect(here.outcomes[200]!.seenAtMs - here.outcomes[199]!.seenAtMs).toBeGreaterThan(500)
  })

  it('starts further items while a slow one runs, up to the concurrency and never beyond it', async () => {
    let running = 0
    let most = 0
    const { shop, connector } = await shopThat((_request, response) => {
      most = Math.max(most, ++running)
      setTimeout(() => {
        running--
        response.end()
      }, 5)
    })
    const here = world()
    const channel = channelOf(connector, { concurrency: 5 })
    here.submit(channel, items(300))
    await here.outcomesOf(300)
    expect(shop.requests).toHaveLength(300)
    expect(most).toBe(5)
  })

  it('aborts a call whose time is up, and reports a time-out when it ends', async () => {
    const here = world()
    const channel = channelOf(moduleConnector('scripted', { timeoutMs: 100 }))
    here.submit(channel, items(3, { do: 'wait until aborted' }))
    const outcomes = await here.outcomesOf(3)
    expect(outcomes.map(({ said }) => said.error?.code)).toEqual(['timeout', 'timeout', 'timeout'])
    expect(outcomes.every(({ verdict, attempt }) => verdict === Verdict.unjudged && attempt === 1)).toBe(true)
  })

  it('ends HTTP calls whose time is up', async () => {
    const { connector } = await shopThat(() => {})
    const here = world()
    here.submit(channelOf({ ...connector, timeoutMs: 100 }), items(2))
    const outcomes = await here.outcomesOf(2)
    expect(outcomes.map(({ said }) => said.error)).toMatchObject([
      { code: 'timeout', detail: 'No answer within 100 ms' },
      { code: 'timeout' },
    ])
  })

  it('hands items back unstarted when the gate closes, and delivers them later', async () => {
    const here = world()
    const channel = channelOf(moduleConnector('scripted'), { concurrency: 2 })
    here.submit(channel, items(6, { do: 'wait', ms: 100 }))
    await here.until(() => here.dispatcher.runningCalls(channel) > 0)
    channel.gate.pause()
    await here.until(() => here.returned.length > 0)
    const returned = here.returned.length
    await here.outcomesOf(6 - returned)
    await pause(50)
    expect(here.outcomes).toHaveLength(6 - returned)
    channel.gate.resume()
    here.pump(channel)
    await here.outcomesOf(6)
    expect(here.outcomes.every(({ attempt, throttled }) => attempt === 1 && throttled === 0)).toBe(true)
  })

  it.each([1, 5])('starts no call of a job past its deadline, batches of %i', async (batchSize) => {
    const here = world()
    const channel = channelOf({ ...moduleConnector('scripted'), batchSize } as never)
    const late = here.submit(channel, items(20), Date.now() - 1)
    const other = here.submit(channel, items(200), Date.now() + 3_600_000)
    await here.outcomesOf(200)
    expect(here.returned.length).toBeGreaterThanOrEqual(20)
    expect(new Set(here.outcomes.map(({ jobRef }) => jobRef))).toEqual(new Set([other.record.ref]))
    expect(late.record.ref).not.toBe(other.record.ref)
  })

  it('keeps to the rate, call by call (RAT-1)', async () => {
    const { shop, connector } = await shopThat((_request, response) => response.end())
    const here = world()
    const channel = channelOf(connector, { rateLimit: { limit: 100, periodMs: 1000, burst: 2, unit: 'calls' } })
    here.submit(channel, items(60))
    await here.outcomesOf(60)
    const starts = here.outcomes.map(({ startedAtMs }) => startedAtMs).sort((a, b) => a - b)
    // 60 calls at 100 a second with a burst of 2: the last one starts 580 ms after the first, and not much later.
    expect(starts[59]! - starts[0]!).toBeGreaterThanOrEqual(578)
    expect(shop.requests).toHaveLength(60)
  })

  it('counts items where the rate does', async () => {
    const { shop, connector } = await shopThat((request, response) => {
      const { items: sent } = JSON.parse(request.text) as { items: { index: number }[] }
      answerJson(response, { results: sent.map(({ index }) => ({ index, status: 'succeeded' })) })
    })
    const here = world()
    const rateLimit = { limit: 1000, periodMs: 1000, burst: 10, unit: 'items' } as const
    here.submit(channelOf({ ...connector, batchSize: 10 }, { rateLimit }), items(200))
    await here.outcomesOf(200)
    const starts = here.outcomes.map(({ startedAtMs }) => startedAtMs).sort((a, b) => a - b)
    expect(starts[199]! - starts[0]!).toBeGreaterThanOrEqual(185)
    expect(shop.requests.length).toBeGreaterThanOrEqual(20)
  })

  it('starts no call between reading a Retry-After and its end (RAT-2)', async () => {
    let throttledAtMs = 0
    const { shop, connector } = await shopThat((_request, response) => {
      if (shop.requests.length === 20) {
        throttledAtMs = Date.now()
        response.writeHead(429, { 'retry-after': '1' })
      }
      response.end()
    })
    const here = world()
    const channel = channelOf(connector, { concurrency: 1 })
    here.submit(channel, items(60))
    await here.outcomesOf(60)
    const throttled = here.outcomes.filter(({ httpStatus }) => httpStatus === 429)
    expect(throttled).toHaveLength(1)
    expect(throttled[0]).toMatchObject({ verdict: Verdict.unjudged, flags: FLAG_RETRY_AFTER })
    expect(throttled[0]!.retryAtMs).toBeGreaterThanOrEqual(throttledAtMs + 1000)
    const next = shop.requests[20]!
    expect(next.atMs).toBeGreaterThanOrEqual(throttledAtMs + 999)
    expect(channel.gate.blockedUntilUs).toBeLessThanOrEqual(monotonicUs())
  })

  it('fails the items that the answer to a batch does not name (RTY-4)', async () => {
    const { shop, connector } = await shopThat((request, response) => {
      const { items: sent } = JSON.parse(request.text) as { items: { index: number }[] }
      const results = sent
        .filter(({ index }) => index % 5 !== 0)
        .map(({ index }) => ({ index, status: index % 7 === 0 ? 'failed' : 'succeeded' }))
      answerJson(response, { results })
    })
    const here = world()
    here.submit(channelOf({ ...connector, batchSize: 25 }), items(100))
    await here.outcomesOf(100)
    for (const { index, verdict, said, httpStatus } of here.outcomes) {
      expect(httpStatus).toBe(200)
      const expected = index % 5 === 0 ? 'invalid_answer' : index % 7 === 0 ? 'rejected' : undefined
      expect(said.error?.code).toBe(expected)
      expect(verdict).toBe(expected === undefined ? Verdict.succeeded : Verdict.unjudged)
    }
    expect(shop.requests.every(({ text }) => (JSON.parse(text) as { items: object[] }).items.length <= 25)).toBe(true)
  })

  it('puts items of one job and one action into a call', async () => {
    const { shop, connector } = await shopThat((request, response) => {
      const { items: sent } = JSON.parse(request.text) as { items: { index: number }[] }
      answerJson(response, { results: sent.map(({ index }) => ({ index, status: 'succeeded' })) })
    })
    const here = world()
    const channel = channelOf({ ...connector, batchSize: 4 }, { concurrency: 1 })
    channel.gate.pause()
    for (let job = 0; job < 3; job++) {
      here.submit(
        channel,
        Array.from({ length: 10 }, (_, n) => ({ id: `i${n}`, ...(n % 3 === 0 ? { action: 'delete' } : {}) })),
      )
    }
    channel.gate.resume()
    here.pump(channel)
    await here.outcomesOf(30)
    expect(here.outcomes.every(({ verdict }) => verdict === Verdict.succeeded)).toBe(true)
    for (const { text } of shop.requests) {
      const body = JSON.parse(text) as {
        action: string
        jobId: string
        items: { action?: string; idempotencyKey: string }[]
      }
      for (const item of body.items) {
        expect(item.action ?? 'update').toBe(body.action)
        expect(item.idempotencyKey.startsWith(`${body.jobId}/`)).toBe(true)
      }
    }
  })

  it('delivers with a new configuration from the next call on', async () => {
    const first = await shopThat((_request, response) => response.end())
    const second = await shopThat((_request, response) => response.end())
    const here = world()
    const channel = channelOf(first.connector)
    here.submit(channel, items(50))
    await here.outcomesOf(50)
    here.reconfigure(channel, { connector: second.connector, concurrency: 2 })
    here.submit(channel, items(50))
    await here.outcomesOf(100)
    expect([first.shop.requests.length, second.shop.requests.length]).toEqual([50, 50])
  })

  it('moves a channel whose connector becomes one of another kind', async () => {
    const { shop, connector } = await shopThat((_request, response) => response.end())
    const here = world()
    const channel = channelOf(moduleConnector('no-op'))
    here.submit(channel, items(10))
    await here.outcomesOf(10)
    here.reconfigure(channel, { connector })
    here.submit(channel, items(10))
    await here.outcomesOf(20)
    expect(shop.requests).toHaveLength(10)
  })

  it('runs another channel beside one whose calls are slow, on two threads', async () => {
    const here = world({ threads: 2 })
    const slow = channelOf(moduleConnector('scripted'), { concurrency: 4 }, 'slow')
    const quick = channelOf(moduleConnector('no-op'), {}, 'quick')
    here.submit(slow, items(400, { do: 'wait', ms: 400 }))
    await here.until(() => here.outcomes.length > 8)
    const quickJob = here.submit(quick, items(1000))
    const isQuick = ({ jobRef }: { jobRef: number }): boolean => jobRef === quickJob.record.ref
    await here.until(() => here.outcomes.filter(isQuick).length === 1000)
    expect(here.outcomes.filter((outcome) => !isQuick(outcome)).length).toBeLessThan(400)
  })

  it('lets channels take turns on one thread', async () => {
    const here = world({ threads: 1 })
    const slow = channelOf(moduleConnector('scripted'), { concurrency: 1 }, 'slow')
    const quick = channelOf(moduleConnector('no-op'), {}, 'quick')
    here.submit(slow, items(100, { do: 'wait', ms: 50 }))
    await here.until(() => here.outcomes.length > 2)
    const quickJob = here.submit(quick, items(100))
    await here.until(() => here.outcomes.filter(({ jobRef }) => jobRef === quickJob.record.ref).length === 100)
    expect(here.outcomes.length).toBeLessThan(200)
    const slowOnes = here.outcomes.length
    await here.until(() => here.outcomes.length > slowOnes + 2)
  })

  it('gives the thread of an idle channel to the next one without waiting for its regular look at the lanes', async () => {
    const clock: typeof systemClock = {
      ...systemClock,
      after: (delayMs, callback) => (delayMs >= 100 ? () => {} : systemClock.after(delayMs, callback)),
    }
    const here = world({ threads: 1, clock })
    for (let n = 0; n < 10; n++) here.submit(channelOf(moduleConnector('no-op'), {}, `channel-${n}`), items(1))
    await here.outcomesOf(10)
    expect(new Set(here.outcomes.map(({ jobRef }) => jobRef)).size).toBe(10)
  })

  it('gives the thread of a channel without jobs to the next one at once, without any timer', async () => {
    const clock: typeof systemClock = { ...systemClock, after: () => () => {} }
    const channels = Array.from({ length: 10 }, (_, n) => channelOf(moduleConnector('no-op'), {}, `channel-${n}`))
    const here: FakeWorld = world({
      ...{ threads: 1, clock },
      onOutcome: () => {
        const { name } = channels[ended++]!
        setImmediate(() => here.dispatcher.lastJobEnded(name))
      },
    })
    let ended = 0
    for (const channel of channels) here.submit(channel, items(1))
    await here.outcomesOf(10)
    expect(new Set(here.outcomes.map(({ jobRef }) => jobRef)).size).toBe(10)
  })

  it('loads bodies that are not in the cache, and fails items that nobody has', async () => {
    const here = world()
    const channel = channelOf(moduleConnector('no-op'))
    channel.gate.pause()
    const job = here.submit(channel, items(3000))
    here.bodies.delete(`${job.record.ref}/1`)
    channel.gate.resume()
    here.pump(channel)
    await here.outcomesOf(3000)
    for (const { index, said } of here.outcomes) {
      expect(said.error?.code).toBe(index >= 1000 && index < 2000 ? 'invalid_item' : undefined)
    }
  })

  it('lets running calls end when it stops, hands the rest back, and leaves nothing behind', async () => {
    const here = world()
    const channel = channelOf(moduleConnector('scripted'), { concurrency: 3 })
    here.submit(channel, items(50, { do: 'wait', ms: 300 }))
    await here.until(() => here.dispatcher.runningCalls(channel) === 3)
    await pause(20)
    await here.dispatcher.stop({ graceMs: 5000 })
    expect(here.outcomes.length).toBeGreaterThan(0)
    expect(here.outcomes.every(({ verdict }) => verdict === Verdict.succeeded)).toBe(true)
    expect(here.dispatcher.capacity(channel)).toMatchObject({ permits: 0, items: 0 })
    await here.dispatcher.stop({ graceMs: 5000 })
  })

  it('does not wait for calls longer than requested when it stops', async () => {
    const here = world()
    const channel = channelOf(moduleConnector('scripted'), { concurrency: 3 })
    here.submit(channel, items(3, { do: 'never end' }))
    await here.until(() => here.dispatcher.runningCalls(channel) === 3)
    const startedMs = performance.now()
    await here.dispatcher.stop({ graceMs: 100 })
    expect(performance.now() - startedMs).toBeLessThan(3000)
  })
})
