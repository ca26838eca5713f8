// Complaints of users of other clients, each with its source: one promise of ours each, through the calls that users make. The corners
// of each are tested beside their subject.

import type { Job } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { createClient, createClientIn } from './create-client.ts'
import {
  answer,
  breakConnection,
  createFakeServer,
  encodeEvents,
  encodeResults,
  type Handler,
  hang,
  inTurn,
  jobAs,
  jobId,
  refuse,
  resultLine,
  streamAnswer,
} from './testing/fake-server.ts'
import { createFakeTiming, type FakeTiming, nextTurn } from './testing/fake-timing.ts'
import { isPermissionError, isWaitTimeoutError, type JobHandle, type JobState } from './index.ts'

const transports = ['events', 'long-poll', 'poll'] as const
const input = { channel: 'sandbox', objectType: 'product', action: 'update', items: [{ id: 'sku-1001' }] } as const
const running = jobAs({ status: 'running', version: 2 })
const ended = jobAs({ status: 'ended', version: 9 })

/** In held time. */
function setUp(handler: Handler, timing: FakeTiming = createFakeTiming(), last: Job = running) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(timing, { baseUrl: 'https://waybill.test', fetch: server.fetch, token: 'secret' })
  return { waybill, job: waybill.jobs.attach(last), requests: server.requests, timing }
}

/** A server that answers as this job is by then, and holds answers and streams in held time. */
function serveJob(
  timing: FakeTiming,
  endsAfterMs: number,
  retryAfter = (_leftMs: number): string | null => null,
): Handler {
  const endsMs = timing.now() + endsAfterMs
  const jobNow = (): Job =>
    timing.now() >= endsMs ? ended : jobAs({ version: 2 + Math.max(0, timing.now() - endsMs + endsAfterMs) })
  return ({ url, headers }) => {
    if (url.pathname.endsWith('/events')) {
      const first = jobNow()
      timing.advance(Math.max(0, endsMs - timing.now()))
      return streamAnswer([encodeEvents(first), encodeEvents(jobNow())], false, 'text/event-stream')
    }
    const preference = headers.get('Prefer')
    if (preference !== null) {
      timing.advance(Math.min(Number(preference.replace('wait=', '')) * 1_000, Math.max(0, endsMs - timing.now())))
      return answer(200, jobNow(), { 'Preference-Applied': preference })
    }
    const seconds = retryAfter(endsMs - timing.now())
    return answer(200, jobNow(), seconds === null ? {} : { 'Retry-After': seconds })
  }
}

async function catchError(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

async function readIndexes(job: JobHandle): Promise<number[]> {
  const indexes: number[] = []
  for await (const { index } of job.results()) indexes.push(index)
  return indexes
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}

/** How many timers there are, once those of the runner that came meanwhile are gone: they are short, ours last 10 s and more. */
async function awaitTimers(wanted: number): Promise<number> {
  const untilMs = performance.now() + 5_000
  while (countTimers() > wanted && performance.now() < untilMs) await new Promise((resolve) => setImmediate(resolve))
  return countTimers()
}

function openStream(contentType: string, piece: string): Response {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(piece)),
  })
  return new Response(body, { headers: { 'Content-Type': contentType } })
}

describe('1. abort is ignored while sleeping (openai/openai-node#2477, vercel/ai#21053)', () => {
  const later = { 'Retry-After': '60' }
  type Call = (job: JobHandle, signal: AbortSignal) => Promise<unknown>
  const wait =
    (transport: (typeof transports)[number]): Call =>
    (job, signal) =>
      job.wait({ transport, signal, timeoutMs: 90_000 })
  const read: Call = async (job, signal) => {
    for await (const item of job.results({ signal, partial: true })) expect(item.index).toBe(0)
  }
  const line = `${JSON.stringify(resultLine(0))}\n`
  const upload: Call = (job, signal) => job.upload([{ id: 'sku-1001' }], { signal })
  const whenOpen =
    (appending: () => Response | Promise<Response>): Handler =>
    ({ method }) =>
      method === 'GET' ? answer(200, jobAs({ status: 'open', nextIndex: 0, sealedAt: null })) : appending()

  it.each<[string, Call, Handler]>([
    ['asleep between polls', wait('poll'), () => answer(200, running, later)],
    ['asleep after a failed poll', wait('poll'), () => refuse(503, 'stopping', later)],
    ['asleep after a failed long-poll', wait('long-poll'), () => refuse(503, 'stopping', later)],
    ['asleep before a stream of events is opened again', wait('events'), () => refuse(503, 'stopping', later)],
    ['asleep before a retry', (job, signal) => job.get({ signal }), () => refuse(503, 'stopping', later)],
    ['asleep before results are read on', read, () => refuse(503, 'stopping', later)],
    ['asleep before a part is sent again', upload, whenOpen(() => refuse(503, 'stopping', later))],
    ['sending a part', upload, whenOpen(hang)],
    ['polling', wait('poll'), hang],
    ['held back', wait('long-poll'), hang],
    ['opening a stream of events', wait('events'), hang],
    ['listening to events', wait('events'), () => openStream('text/event-stream', encodeEvents(running))],
    ['opening results', read, hang],
    ['reading results', read, () => openStream('application/x-ndjson', line)],
  ])('ours ends at once while %s, sends nothing more, and leaves no timer', async (_, call, handler) => {
    const timersBefore = countTimers() // of the runner
    const server = createFakeServer(handler)
    const waybill = createClient({ baseUrl: 'https://waybill.test', fetch: server.fetch })
    const controller = new AbortController()
    const reason = new Error('enough')
    const calling = catchError(call(waybill.jobs.attach(running), controller.signal))
    // An upload looks at its job first.
    const asked = call === upload ? 2 : 1
    while (server.requests.length < asked) await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setTimeout(resolve, 20))
    controller.abort(reason)
    expect(await nextTurn(calling)).toBe(reason)
    // Without a timer nothing is left that could ask again.
    expect(await awaitTimers(timersBefore)).toBeLessThanOrEqual(timersBefore)
    expect(server.requests).toHaveLength(asked)
  })
})

describe('2. a wait that never ends: an unknown state polled in a hot loop, no total time-out (openai/openai-python#1407)', () => {
  const strange = { ...running, status: 'quarantined' as Job['status'] }

  it.each(transports)('ours keeps its pace in a status it does not know, until timeoutMs (%s)', async (transport) => {
    const timing = createFakeTiming()
    const { job, requests } = setUp(({ url }) => {
      if (url.pathname.endsWith('/events')) return streamAnswer([encodeEvents(strange)], false, 'text/event-stream')
      // It claims to hold back, and does not.
      return answer(200, strange, { 'Preference-Applied': 'wait=25' })
    }, timing)
    const startedMs = timing.now()
    const error = await catchError(job.wait({ transport, timeoutMs: 3_600_000 }))
    expect(isWaitTimeoutError(error) && error.last?.status).toBe('quarantined')
    expect(timing.now() - startedMs).toBe(3_600_000)
    expect(requests.length).toBeLessThan(160)
  })
})

describe("3. a time-out that loses the job's id (jsforce/jsforce#121)", () => {
  it('ours carries the job, which can be waited for again', async () => {
    const timing = createFakeTiming()
    const follow = serveJob(timing, 60_000)
    const { waybill } = setUp(
      (request, count) => (request.method === 'POST' ? answer(202, running) : follow(request, count)),
      timing,
    )
    const error = await catchError(waybill.jobs.run(input, { timeoutMs: 10_000 }))
    if (!isWaitTimeoutError(error)) throw error
    expect([error.job.id, error.last?.id]).toEqual([jobId, jobId])
    expect(await error.job.wait()).toEqual(ended)
  })
})

describe('4. one passing poll error ends the wait, and the caller submits again: a duplicate (apache/airflow#67219)', () => {
  it.each(transports)('ours continues, and submits once (%s)', async (transport) => {
    const passing = [
      breakConnection,
      ...[408, 425, 429, 500, 502, 503, 504].map((status) => refuse(status, 'stopping')),
    ]
    const { waybill, requests } = setUp((request, count) => {
      if (request.method === 'POST') return answer(202, running)
      return inTurn(...passing, answer(200, ended))(request, count - 1)
    })
    expect((await waybill.jobs.run(input, { transport })).done).toBe(true)
    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(requests.length).toBeGreaterThan(passing.length)
  })
})

describe('5. wrong cadence: 33 s for a job of 10 s (Azure/azure-sdk-for-python#45432)', () => {
  it.each(transports)(
    'ours sees it end, at worst, within 4 s by polling and at once otherwise (%s)',
    async (transport) => {
      for (const random of [0, 0.5, 0.999]) {
        const timing = createFakeTiming(random)
        const startedMs = timing.now()
        const { job } = setUp(serveJob(timing, 10_000), timing)
        await job.wait({ transport })
        expect(timing.now() - startedMs).toBeLessThanOrEqual(transport === 'poll' ? 14_000 : 10_000)
      }
    },
  )

  it('ours sees a job of an hour end within 2 s when the server knows how long it takes', async () => {
    const timing = createFakeTiming(0.999)
    const startedMs = timing.now()
    const { job, requests } = setUp(
      serveJob(timing, 3_600_000, (leftMs) => String(Math.min(30, Math.ceil(leftMs / 4_000)))),
      timing,
    )
    await job.wait({ transport: 'poll' })
    expect(timing.now() - startedMs).toBeLessThanOrEqual(3_602_000)
    expect(requests.length).toBeLessThan(160)
  })
})

describe('6. Retry-After is ignored, or taken as none above 60 s (openai/openai-node#1840)', () => {
  const busy = refuse(429, 'quota_exceeded', { 'Retry-After': '90' })

  it.each<[string, (waybill: ReturnType<typeof setUp>['waybill']) => Promise<unknown>, Response]>([
    ['a submission', (waybill) => waybill.jobs.submit(input), answer(202, running)],
    ['a read', (waybill) => waybill.jobs.attach(jobId).get(), answer(200, running)],
    ...transports.map(
      (transport): [string, (waybill: ReturnType<typeof setUp>['waybill']) => Promise<unknown>, Response] => [
        `a wait by ${transport}`,
        (waybill) => waybill.jobs.attach(running).wait({ transport }),
        answer(200, ended),
      ],
    ),
    ['results', (waybill) => readIndexes(waybill.jobs.attach(ended)), streamAnswer([encodeResults([])])],
  ])('ours waits as long as it says, before %s', async (_, call, then) => {
    const { waybill, timing } = setUp(inTurn(busy, then))
    await call(waybill)
    expect(timing.sleeps[0]).toBe(90_000)
  })
})

describe('7. 403 is treated as "not ready" (smithy-lang/smithy-typescript#1970)', () => {
  it.each(transports)('ours ends at once, with the last snapshot (%s)', async (transport) => {
    const { job, requests, timing } = setUp(() => refuse(403, 'forbidden'))
    const error = await catchError(job.wait({ transport }))
    expect(isPermissionError(error) && error.last).toEqual(running)
    expect(timing.sleeps).toEqual([])
    // A stream that is refused is asked about once more, by a plain request.
    expect(requests).toHaveLength(transport === 'events' ? 2 : 1)
  })
})

describe('8. no way to attach again after a restart (Azure/azure-sdk-for-js#11183)', () => {
  it('ours continues in another process from what JSON keeps, without a request', async () => {
    const before = setUp(inTurn(answer(202, running)))
    const kept = JSON.stringify(await before.waybill.jobs.submit(input))
    const after = setUp(inTurn(answer(200, ended), streamAnswer([encodeResults([resultLine(0)])])))
    const job = after.waybill.jobs.attach(JSON.parse(kept) as JobState)
    expect(after.requests).toHaveLength(0)
    expect(await job.wait()).toEqual(ended)
    expect(await readIndexes(job)).toEqual([0])
  })
})

describe('9. idempotency keys are lost on a retried batch (triggerdotdev/trigger.dev#3989)', () => {
  it('ours keeps key and bytes over every retry, and leaves the key to the caller at the end', async () => {
    const { waybill, requests } = setUp((_, count) => (count < 10 ? breakConnection() : answer(202, running)))
    const error = await catchError(waybill.jobs.submit(input))
    const { idempotencyKey } = error as { idempotencyKey?: string }
    expect(idempotencyKey).toMatch(/./)
    await waybill.jobs.submit(input, { idempotencyKey })
    expect(requests.length).toBe(11)
    expect(new Set(requests.map(({ headers, body }) => `${headers.get('Idempotency-Key')} ${body}`)).size).toBe(1)
  })
})

describe('10. a stuck job that cannot be cancelled (amzn/selling-partner-api-models#2633)', () => {
  it.each(['open', 'scheduled', 'blocked', 'pending', 'running', 'paused', 'cancelling', 'quarantined'])(
    'ours is cancelled when it is %s, over a bad line',
    async (status) => {
      const stuck = { ...running, status: status as Job['status'] }
      const cancelling = jobAs({ status: 'cancelling', version: 3 })
      const { job, requests } = setUp(
        inTurn(breakConnection, refuse(503, 'overloaded'), answer(202, cancelling)),
        undefined,
        stuck,
      )
      expect(await job.cancel()).toEqual(cancelling)
      expect(new Set(requests.map(({ method, url }) => `${method} ${url.pathname}`))).toEqual(
        new Set([`POST /v1/jobs/${jobId}/cancel`]),
      )
    },
  )
})

describe('11. partial results of cancelled or expired jobs are dropped', () => {
  it.each(['cancelled', 'expired', 'failed', 'partial'] as const)('ours are given out (%s)', async (outcome) => {
    const lines = [
      resultLine(0),
      resultLine(1, { status: 'cancelled', result: null }),
      resultLine(2, { status: 'failed' }),
    ]
    const { job } = setUp(inTurn(answer(200, { ...ended, outcome }), streamAnswer([encodeResults(lines)])))
    expect((await job.wait()).outcome).toBe(outcome)
    expect(await readIndexes(job)).toEqual([0, 1, 2])
  })
})

describe('12. results that cannot be mapped to inputs', () => {
  it('ours carry the place in what was submitted, also where ids repeat and only some are requested', async () => {
    const items = ['a', 'b', 'a', 'c', 'a'].map((id, n) => ({ id, data: { n } }))
    const lines = [2, 4].map((index) =>
      resultLine(index, { id: items[index]!.id, status: 'failed', result: { n: index } }),
    )
    const { job } = setUp(() => streamAnswer([encodeResults(lines)]), undefined, ended)
    for await (const { id, index, result } of job.results<{ n: number }>({ status: 'failed' })) {
      expect(items[index]).toEqual({ id, data: result })
    }
  })
})

describe('13. a download of 200 MB that starts again at byte 0 (openai/openai-python#2959)', () => {
  it('ours continues at the item after the last, however often it breaks', async () => {
    const all = Array.from({ length: 2_000 }, (_, index) => resultLine(index))
    let sentBytes = 0
    const { job } = setUp(
      ({ url }) => {
        const from = Number(url.searchParams.get('from') ?? 0)
        const text = encodeResults(all.slice(from), { nextIndex: all.length })
        const piece = text.slice(0, 50_000)
        sentBytes += piece.length
        return streamAnswer([piece], piece.length < text.length)
      },
      undefined,
      ended,
    )
    expect(await readIndexes(job)).toEqual(all.map(({ index }) => index))
    const wholeBytes = encodeResults(all).length
    expect(sentBytes).toBeLessThan(wholeBytes * 1.05)
    expect(sentBytes).toBeGreaterThan(5 * 50_000)
  })
})

describe('14. a poll URL on another host receives the access token (turbopuffer/turbopuffer-typescript#213)', () => {
  it.each(transports)('ours follows no link of an answer, and no redirect (%s)', async (transport) => {
    // Every link of this job leads elsewhere.
    const { waybill, requests } = setUp((request) =>
      request.method === 'POST' ? answer(202, running, { Location: 'https://elsewhere.test/' }) : answer(200, ended),
    )
    const job = await waybill.jobs.submit(input)
    await job.wait({ transport })
    const moved = new Response(null, { status: 307, headers: { Location: 'https://elsewhere.test/v1' } })
    const redirected = setUp(inTurn(moved))
    await expect(redirected.job.wait({ transport })).rejects.toThrow('it redirects to https://elsewhere.test/v1')
    const origins = [...requests, ...redirected.requests].map(({ url }) => url.origin)
    expect(new Set(origins)).toEqual(new Set(['https://waybill.test']))
  })
})

describe('15. a poller that is a promise: returning it from an async function waits for the whole job (core-lro)', () => {
  it('ours is returned as it is', async () => {
    const { waybill, requests } = setUp(inTurn(answer(202, running)))
    const start = async () => await waybill.jobs.submit(input)
    const job = await start()
    expect('then' in job).toBe(false)
    expect([job.last?.done, requests.length]).toEqual([false, 1])
  })
})
