import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { isStreamTruncatedError } from '../errors.ts'
import {
  answer,
  breakConnection,
  createFakeServer,
  encodeResults,
  type Handler,
  inTurn,
  jobAs,
  refuse,
  resultLine,
  streamAnswer,
} from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'
import type { ResultsOptions } from '../job-handle.ts'

const ended = jobAs({ status: 'ended' })
const three = [0, 1, 2].map((index) => resultLine(index))

function setUp(handler: Handler, last = ended) {
  const timing = createFakeTiming()
  const server = createFakeServer(handler)
  const waybill = createClientIn(timing, {
    baseUrl: 'https://waybill.test',
    fetch: server.fetch,
    requestTimeoutMs: 1_000,
  })
  return { job: waybill.jobs.attach(last), requests: server.requests, timing }
}

/** Ends in the middle of the nth line. */
function cutAt(lines: readonly unknown[], count: number): string {
  return `${encodeResults(lines).split('\n').slice(0, count).join('\n')}\n{"type":"it`
}

async function readAll(job: ReturnType<typeof setUp>['job'], options?: ResultsOptions) {
  const indexes: number[] = []
  const error = await (async () => {
    for await (const item of job.results(options)) indexes.push(item.index)
    return undefined
  })().catch((error: unknown) => error)
  return { indexes, error }
}

describe('results', () => {
  it('gives each line as an item, wherever the bytes are cut', async () => {
    const lines = [resultLine(0, { id: 'größe-😀' }), resultLine(1, { status: 'failed', result: null })]
    const text = encodeResults(lines)
    const { job, requests } = setUp(() => streamAnswer([...text]))
    const results = job.results<{ revision: number }>()
    expect(results.end).toBeNull()
    const items = []
    for await (const item of results) items.push(item)
    expect(items).toEqual(lines)
    expect(items[0]!.result?.revision).toBe(0)
    expect(results.end).toMatchObject({ complete: true, count: 2, nextIndex: 2 })
    expect(requests.map(({ url }) => url.pathname + url.search)).toEqual([`/v1/jobs/${job.id}/results`])
  })

  it('asks for the requested statuses and place', async () => {
    const { job, requests } = setUp(() => streamAnswer([encodeResults([resultLine(7)])]))
    await readAll(job, { status: 'failed', from: 5 })
    await readAll(job, { status: ['failed', 'cancelled'] })
    expect(requests.map(({ url }) => url.search)).toEqual(['?status=failed&from=5', '?status=failed&status=cancelled'])
  })

  it.each([
    ['from', { from: -1 }, '>= 0: current value is -1'],
    ['giveUpAfterMs', { giveUpAfterMs: Number.NaN }, '>= 0: current value is NaN'],
  ])('refuses %s that makes no sense', async (name, options, said) => {
    const { job, requests } = setUp(() => streamAnswer([encodeResults(three)]))
    const { error } = await readAll(job, options)
    expect(error).toEqual(new TypeError(`Cannot read the results of job ${job.id} as ${name} must be a number ${said}`))
    expect(requests).toHaveLength(0)
  })

  it('waits until the job is done', async () => {
    const { job, requests } = setUp(
      inTurn(answer(200, jobAs()), answer(200, ended), () => streamAnswer([encodeResults(three)])),
      jobAs(),
    )
    expect((await readAll(job)).indexes).toEqual([0, 1, 2])
    expect(requests).toHaveLength(3)
  })

  it('does not wait with partial, and says where to read on', async () => {
    const { job, requests } = setUp(
      () => streamAnswer([encodeResults(three, { complete: false, nextIndex: 1 })]),
      jobAs(),
    )
    const results = job.results({ partial: true })
    for await (const item of results) expect(item.type).toBe('item')
    expect(requests).toHaveLength(1)
    expect(results.end).toMatchObject({ complete: false, nextIndex: 1 })
  })

  it('gives the results of jobs that were cancelled or expired', async () => {
    for (const outcome of ['cancelled', 'expired'] as const) {
      const lines = [resultLine(0), resultLine(1, { status: 'cancelled', result: null })]
      const { job } = setUp(() => streamAnswer([encodeResults(lines)]), { ...ended, outcome })
      expect((await readAll(job)).indexes).toEqual([0, 1])
    }
  })

  it('can be read again, each time anew', async () => {
    const { job, requests } = setUp(() => streamAnswer([encodeResults(three)]))
    const results = job.results()
    for (const round of [1, 2]) {
      const indexes = []
      for await (const item of results) indexes.push(item.index)
      expect(indexes).toEqual([0, 1, 2])
      expect(requests).toHaveLength(round)
    }
  })

  it('does not mind lines of a kind that it does not know, nor a last line without its end', async () => {
    const text = encodeResults([three[0], { type: 'remark', text: 'later' }, three[1]])
    const { job } = setUp(() => streamAnswer([text.trimEnd()]))
    expect(await readAll(job)).toEqual({ indexes: [0, 1], error: undefined })
  })

  it('closes the connection when the consumer leaves', async () => {
    let cancelled = 0
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(`${JSON.stringify(three[0])}\n`)),
      cancel: () => void cancelled++,
    })
    const { job, timing } = setUp(() => new Response(body, { headers: { 'Content-Type': 'application/x-ndjson' } }))
    for await (const item of job.results()) {
      expect(item.index).toBe(0)
      break
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(cancelled).toBe(1)
    expect(timing.openDeadlines).toBe(0)
  })

  it('gives out nothing after an abort', async () => {
    const controller = new AbortController()
    const { job } = setUp(() => streamAnswer([encodeResults(three)]))
    const indexes: number[] = []
    const reading = (async () => {
      for await (const item of job.results({ signal: controller.signal })) {
        indexes.push(item.index)
        if (item.index === 1) controller.abort(new Error('enough'))
      }
    })()
    await expect(reading).rejects.toThrow('enough')
    expect(indexes).toEqual([0, 1])
  })

  it('ends with the reason of an abort', async () => {
    const controller = new AbortController()
    const endless = new ReadableStream<Uint8Array>({
      pull: (stream) => stream.enqueue(new TextEncoder().encode(`${JSON.stringify(three[0])}\n`)),
    })
    const { job } = setUp(({ signal }) => {
      signal.addEventListener('abort', () => undefined)
      return new Response(endless, { headers: { 'Content-Type': 'application/x-ndjson' } })
    })
    const reason = new Error('enough')
    const reading = (async () => {
      for await (const item of job.results({ signal: controller.signal })) {
        expect(item.index).toBe(0)
        controller.abort(reason)
      }
    })()
    await expect(reading).rejects.toBe(reason)
  })
})

describe('results that break off', () => {
  it.each([
    ['by a broken connection', true],
    ['without an end line', false],
  ])('are taken up again at the item after the last (%s)', async (_, breaks) => {
    // openai/openai-python#2959: a download began again at byte 0.
    const { job, requests, timing } = setUp(
      inTurn(
        () => streamAnswer([cutAt(three, 2)], breaks),
        () => streamAnswer([encodeResults([three[2]], { nextIndex: 3 })]),
      ),
    )
    expect(await readAll(job)).toEqual({ indexes: [0, 1, 2], error: undefined })
    expect(requests.map(({ url }) => url.search)).toEqual(['', '?from=2'])
    expect(timing.sleeps).toEqual([500])
  })

  it('are read on with patience while the server is away, and given up when no item comes for too long', async () => {
    const { job, requests, timing } = setUp(
      inTurn(
        () => streamAnswer([cutAt(three, 1)]),
        breakConnection,
        refuse(503, 'stopping', { 'Retry-After': '40' }),
        ...Array.from({ length: 7 }, () => breakConnection),
        () => streamAnswer([cutAt(three.slice(1), 1)]),
        breakConnection,
      ),
    )
    const startedMs = timing.now()
    const { indexes, error } = await readAll(job)
    expect(indexes).toEqual([0, 1])
    expect(isStreamTruncatedError(error) && error.nextIndex).toBe(2)
    expect(timing.sleeps.slice(0, 4)).toEqual([500, 625, 40_000, 976.5625])
    // Anew from the item that came.
    expect(timing.sleeps.slice(10, 12)).toEqual([500, 625])
    expect(timing.now() - startedMs).toBeGreaterThan(300_000)
    expect(requests.length).toBeGreaterThan(20)
    expect((error as Error).message).toBe(
      `Cannot read the results of job ${job.id} as the next item must come within 300000 ms: none came from index 2 on`,
    )
  })

  it('are given up at once when the server asks for a longer pause than that', async () => {
    const { job, requests } = setUp(inTurn(refuse(503, 'stopping', { 'Retry-After': '61' })))
    const { error } = await readAll(job, { giveUpAfterMs: 60_000 })
    expect(isStreamTruncatedError(error) && error.cause).toMatchObject({ retryAfterMs: 61_000 })
    expect(requests).toHaveLength(1)
  })

  it('are taken up again when nothing comes for as long as any answer may take', async () => {
    const silent = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(`${JSON.stringify(three[0])}\n`)),
    })
    const { job, requests, timing } = setUp(
      inTurn(
        () => new Response(silent, { headers: { 'Content-Type': 'application/x-ndjson' } }),
        () => streamAnswer([encodeResults(three.slice(1), { nextIndex: 3 })]),
      ),
    )
    const indexes: number[] = []
    for await (const item of job.results()) {
      indexes.push(item.index)
      if (item.index === 0) setImmediate(() => timing.advance(1_000))
    }
    expect(indexes).toEqual([0, 1, 2])
    expect(requests).toHaveLength(2)
  })

  it('are not read again when the server refuses', async () => {
    const { job, requests } = setUp(inTurn(() => streamAnswer([cutAt(three, 1)]), refuse(404, 'job_not_found')))
    expect((await readAll(job)).error).toMatchObject({ status: 404 })
    expect(requests).toHaveLength(2)
  })
})

describe('results that are not what was sent', () => {
  it.each([
    ['count', { count: 4 }, 'as 4 items were sent: 3 came'],
    ['sha256', { sha256: '0'.repeat(64) }, `as their SHA-256 must be ${'0'.repeat(64)}: it is `],
    ['complete', { complete: false, nextIndex: 2 }, 'as the job must be done: it continues at index 2'],
  ])('are refused by %s', async (_, end, said) => {
    const { job, requests } = setUp(() => streamAnswer([encodeResults(three, end)]))
    const { error } = await readAll(job)
    expect(isStreamTruncatedError(error)).toBe(true)
    expect((error as Error).message).toContain(said)
    expect(requests).toHaveLength(1)
  })

  it('are refused when one byte differs', async () => {
    const text = encodeResults(three).replace('sku-1', 'sku-7')
    const { job } = setUp(() => streamAnswer([text]))
    expect(isStreamTruncatedError((await readAll(job)).error)).toBe(true)
  })

  it('are refused when an index comes twice', async () => {
    const { job } = setUp(() => streamAnswer([encodeResults([three[0], three[1], three[1]])]))
    const { indexes, error } = await readAll(job)
    expect(indexes).toEqual([0, 1])
    expect((error as Error).message).toContain('as indexes must grow: 1 came after 1')
  })
})
