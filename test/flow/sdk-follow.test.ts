// A job is followed to its end and its results are read whole, whatever happens to server and network: real processes, real sockets.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient, type Job, type Waybill } from '@waybill/sdk'
import { afterEach, describe, expect, test } from 'vitest'
import { checkEachDelivered } from '../support/check-record.ts'
import { type Fate, FlakyProxy, type ProxiedRequest } from '../support/flaky-proxy.ts'
import { Random } from '../support/random.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'

const transports = ['events', 'long-poll', 'poll'] as const
/** `@waybill/sdk` is found from here. */
const testFolder = fileURLToPath(new URL('..', import.meta.url))

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface World {
  readonly server: ServerProcess
  readonly connector: RecordingConnector
  readonly proxy: FlakyProxy
  /** Through the proxy, as the server's port changes with each start. */
  readonly waybill: Waybill
}

interface WorldOptions {
  /** How long each call takes; ten items a call, two calls at a time. */
  readonly callMs?: number
  readonly result?: unknown
  readonly batchSize?: number
  readonly fate?: (request: ProxiedRequest, count: number) => Fate
}

async function createWorld({ callMs = 0, result = null, batchSize = 10, fate }: WorldOptions): Promise<World> {
  const connector = new RecordingConnector({
    answer: () => ({ kind: 'items', answer: () => ({ kind: 'succeeded', result }), delayMs: callMs }),
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    config: {
      channels: {
        shop: {
          connector: { type: 'http', url: connector.url, batchSize, allowPrivateAddresses: true },
          concurrency: 2,
        },
      },
    },
  })
  cleanups.push(() => server.remove())
  await server.start()
  const proxy = new FlakyProxy(() => server.url, fate)
  await proxy.start()
  cleanups.push(() => proxy.stop())
  return { server, connector, proxy, waybill: createClient({ baseUrl: proxy.url }) }
}

function createInput(count: number) {
  const items = Array.from({ length: count }, (_, index) => ({
    id: `sku-${index}`,
    partitionKey: `key-${index % 200}`,
  }))
  return { channel: 'shop', objectType: 'product', action: 'update', items } as const
}

function indexesBelow(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

async function readIndexes(results: AsyncIterable<{ index: number }>): Promise<number[]> {
  const indexes: number[] = []
  for await (const { index } of results) indexes.push(index)
  return indexes
}

/** The server dies and restarts after a while. */
async function killAndRestart(server: ServerProcess, awayMs = 700): Promise<void> {
  await server.kill()
  await sleep(awayMs)
  await server.start()
}

describe('over kill -9 and restart of the server', () => {
  test.each(transports)('a wait continues to the end, and no item is missed or given twice (%s)', async (transport) => {
    const { waybill, server, proxy, connector } = await createWorld({ callMs: 40 })
    const input = createInput(1_200)
    const job = await waybill.jobs.submit(input)
    const seen: Job[] = []
    const waiting = job.wait({ transport, backoff: { maxMs: 300 }, onProgress: (snapshot) => seen.push(snapshot) })
    for (const succeeded of [200, 600]) {
      while (connector.calls.length < succeeded) await sleep(10)
      await killAndRestart(server)
    }
    const ended = await waiting
    expect(ended).toMatchObject({ outcome: 'succeeded', counts: { total: 1_200, succeeded: 1_200 } })
    expect(seen.at(-1)).toEqual(ended)
    const versions = seen.map(({ version }) => version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    expect(proxy.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
    const reads = proxy.requests.filter(({ method }) => method === 'GET')
    if (transport === 'events') {
      // It returned to streams each time, after the last event.
      const streams = reads.filter(({ path }) => path.endsWith('/events'))
      expect(streams[0]!.lastEventId).toBeUndefined()
      expect(streams.length).toBeGreaterThan(2)
      expect(streams.slice(1).every(({ lastEventId }) => /^\d+$/.test(lastEventId ?? ''))).toBe(true)
      expect(reads.every(({ prefer }) => prefer === undefined)).toBe(true)
    } else {
      expect(reads.some(({ prefer }) => prefer !== undefined)).toBe(transport === 'long-poll')
    }
    expect(await readIndexes(job.results())).toEqual(indexesBelow(1_200))
    expect(
      checkEachDelivered(connector.calls, [{ jobId: job.id, keys: input.items.map((item) => item.partitionKey) }]),
    ).toEqual([])
  })

  test('a download continues after the last item, and its end is checked', { timeout: 240_000 }, async () => {
    // After each kill there is more to come than all buffers on the way hold: Linux grows those of a socket up to 32 MiB, and there are two.
    const count = 12_000
    const { waybill, server, proxy } = await createWorld({ result: 'x'.repeat(12_000), batchSize: 100 })
    const job = await waybill.jobs.submit(createInput(count))
    await job.wait()
    const results = job.results<string>()
    const askedFrom = (): number[] =>
      proxy.requests
        .filter(({ path }) => path.includes('/results'))
        .map(({ path }) => Number(new URL(path, 'http://x').searchParams.get('from') ?? 0))
    const indexes: number[] = []
    let kills = 0
    for await (const { index, result } of results) {
      indexes.push(index)
      expect(result).toHaveLength(12_000)
      // The second time in the midst of the second download, not while buffers still hold what is left of the first.
      const from = askedFrom().at(-1)!
      if ((kills === 0 || (kills === 1 && from > 0)) && index === from + 200) {
        kills++
        await killAndRestart(server)
      }
    }
    expect(kills).toBe(2)
    expect(indexes).toEqual(indexesBelow(count))
    expect(results.end).toMatchObject({ complete: true, nextIndex: count })
    const froms = askedFrom()
    expect(froms[0]).toBe(0)
    expect(new Set(froms).size).toBeGreaterThan(2)
    expect(froms).toEqual(froms.toSorted((a, b) => a - b))
  })

  test('events continue when the server stops as it should and closes its streams', async () => {
    const { waybill, server, proxy } = await createWorld({ callMs: 40 })
    const job = await waybill.jobs.submit(createInput(600))
    const versions: number[] = []
    let stopped = false
    for await (const snapshot of job.events()) {
      versions.push(snapshot.version)
      if (snapshot.counts.succeeded === 0 || stopped) continue
      stopped = true
      expect(await server.stop()).toBe(0)
      await server.start()
    }
    expect(job.last).toMatchObject({ done: true, counts: { succeeded: 600 } })
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    const streams = proxy.requests.filter(({ path }) => path.endsWith('/events'))
    expect(streams.length).toBeGreaterThan(1)
  })
})

describe('over a network without streams', () => {
  test('events are followed by long-poll, with the same end', async () => {
    const { waybill, proxy } = await createWorld({
      callMs: 40,
      fate: ({ path }) => (path.endsWith('/events') ? 'refuse' : 'pass'),
    })
    const job = await waybill.jobs.submit(createInput(1_000))
    let last: Job | null = null
    for await (const snapshot of job.events()) last = snapshot
    expect(last).toMatchObject({ done: true, counts: { succeeded: 1_000 } })
    expect(proxy.requests.filter(({ path }) => path.endsWith('/events'))).toHaveLength(4)
    expect(proxy.requests.some(({ prefer }) => prefer === 'wait=2')).toBe(true)
  })
})

describe('over a network that refuses, loses and cuts', () => {
  test.each(transports)('a wait comes to its end, and the results are whole (%s)', async (transport) => {
    const random = new Random(transport.length)
    // The handing over itself passes; after it, every other request fails in some way.
    const { waybill, proxy, connector } = await createWorld({
      callMs: 30,
      fate: ({ method }) => {
        if (method === 'POST') return 'pass'
        if (random.chance(0.3)) return random.pick(['refuse', 'lose_answer'])
        return random.chance(0.3) ? { cutAfterBytes: random.whole(0, 20_000) } : 'pass'
      },
    })
    const job = await waybill.jobs.submit(createInput(1_000))
    const ended = await job.wait({ transport, backoff: { initialMs: 50, maxMs: 200 } })
    expect(ended.counts).toMatchObject({ total: 1_000, succeeded: 1_000 })
    const results = job.results()
    expect(await readIndexes(results)).toEqual(indexesBelow(1_000))
    expect(results.end?.complete).toBe(true)
    expect(proxy.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(connector.calls).toHaveLength(1_000)
  })
})

/** Runs a program of an integrator's with the packed client in reach, and gives what it printed. */
async function runProgram(code: string, values: Record<string, string>): Promise<string> {
  const program = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: testFolder,
    env: { ...process.env, ...values },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  program.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  program.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  cleanups.push(async () => void program.kill('SIGKILL'))
  await once(program, 'close')
  return output
}

describe('in a process of its own', () => {
  test('an abort ends everything at once: no request comes after it, and the process has nothing to stay for', async () => {
    const { waybill, proxy } = await createWorld({
      callMs: 1_000,
      fate: ({ path }) => (path.includes('from=7') ? 'refuse' : 'pass'),
    })
    const job = await waybill.jobs.submit(createInput(20_000))
    const output = await runProgram(
      `
        import { createClient } from '@waybill/sdk'
        let requests = 0
        const counted = (request) => {
          requests++
          return fetch(request)
        }
        const job = createClient({ baseUrl: process.env.TEST_URL, fetch: counted }).jobs.attach(process.env.TEST_JOB)
        await job.get()
        const controller = new AbortController()
        const { signal } = controller
        const read = async (options) => { for await (const item of job.results({ partial: true, signal, ...options })) await new Promise(() => {}) }
        const slow = { initialMs: 60_000, jitter: 0 }
        const calls = {
          events: job.wait({ transport: 'events', signal, timeoutMs: 600_000 }),
          longPoll: job.wait({ transport: 'long-poll', signal, timeoutMs: 600_000 }),
          poll: job.wait({ transport: 'poll', signal, backoff: slow }),
          results: job.results({ signal })[Symbol.asyncIterator]().next(),
          brokenResults: read({ from: 7 }),
        }
        await new Promise((resolve) => setTimeout(resolve, 1_500))
        const outcomes = {}
        for (const [name, call] of Object.entries(calls)) {
          call.catch((error) => (outcomes[name] = error.message))
        }
        const requestsBefore = requests
        controller.abort(new Error('enough'))
        const abortedMs = performance.now()
        setTimeout(() => (outcomes.within50Ms = Object.keys(outcomes).length), 50)
        process.on('exit', () => {
          const later = { requests: requests - requestsBefore, stayedMs: performance.now() - abortedMs }
          console.log(JSON.stringify({ outcomes, later }))
        })
      `,
      { TEST_URL: proxy.url, TEST_JOB: job.id },
    )
    const { outcomes, later } = JSON.parse(output) as {
      outcomes: Record<string, string | number>
      later: { requests: number; stayedMs: number }
    }
    expect(outcomes).toEqual({
      events: 'enough',
      longPoll: 'enough',
      poll: 'enough',
      results: 'enough',
      brokenResults: 'enough',
      within50Ms: 5,
    })
    expect(later.requests).toBe(0)
    // The timers of any of them would have kept it for longer: the shortest is that of a request, 30 s.
    expect(later.stayedMs).toBeLessThan(20_000)
  })

  test('a job is taken up from what JSON keeps, to its end and its results', async () => {
    const { waybill, proxy } = await createWorld({ callMs: 40 })
    const job = await waybill.jobs.submit(createInput(400))
    const output = await runProgram(
      `
        import { createClient } from '@waybill/sdk'
        const job = createClient({ baseUrl: process.env.TEST_URL }).jobs.attach(JSON.parse(process.env.TEST_JOB))
        const { outcome } = await job.wait()
        const indexes = new Set()
        for await (const { index } of job.results()) indexes.add(index)
        console.log(outcome, indexes.size)
      `,
      { TEST_URL: proxy.url, TEST_JOB: JSON.stringify(job) },
    )
    expect(output.trim()).toBe('succeeded 400')
  })
})
