import type { Job } from '@waybill/spec'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { isWaitTimeoutError } from '../errors.ts'
import {
  answer,
  breakConnection,
  createFakeServer,
  encodeEvents,
  type Handler,
  hang,
  inTurn,
  jobAs,
  refuse,
  streamAnswer,
} from '../testing/fake-server.ts'
import { createFakeTiming, type FakeTiming, nextTurn } from '../testing/fake-timing.ts'

const pending = jobAs({ status: 'pending', version: 1 })
const [second, third] = [2, 3].map((version) => jobAs({ version }))
const ended = jobAs({ status: 'ended', version: 9 })

function setUp(handler: Handler, timing: FakeTiming = createFakeTiming()) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(timing, { baseUrl: 'https://waybill.test', fetch: server.fetch, token: 'secret' })
  return { job: waybill.jobs.attach(pending), requests: server.requests, timing }
}

function stream(jobs: readonly Job[], breaks = false): () => Response {
  return () => streamAnswer([encodeEvents(...jobs)], breaks, 'text/event-stream; charset=utf-8')
}

/** A stream that stays open after these pieces. */
function openStream(pieces: readonly string[], onCancel?: () => void): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
    },
    cancel: onCancel,
  })
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
}

/** As `events`, `job` or `job, held`: what was asked for. */
function listAsked(requests: ReturnType<typeof setUp>['requests']): string[] {
  return requests.map(({ url, headers }) => {
    const last = headers.get('Last-Event-ID')
    if (url.pathname.endsWith('/events')) return last === null ? 'events' : `events after ${last}`
    return headers.get('Prefer') === null ? 'job' : 'job, held'
  })
}

/** However long a busy machine takes. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}

async function collect(snapshots: AsyncIterable<Job>): Promise<number[]> {
  const versions: number[] = []
  for await (const { version } of snapshots) versions.push(version)
  return versions
}

describe('events', () => {
  it('gives each snapshot of the stream, the ended one last, wherever the bytes are cut', async () => {
    const named = jobAs({ version: 2, source: 'größe-😀' })
    const text = encodeEvents(named, third!, ended)
    const bytes = new TextEncoder().encode(text)
    const { job, requests, timing } = setUp(() => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
          controller.close()
        },
      })
      return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
    })
    const seen: Job[] = []
    for await (const snapshot of job.events()) {
      expect(job.last).toEqual(snapshot)
      seen.push(snapshot)
    }
    expect(seen).toEqual([named, third, ended])
    expect(requests).toHaveLength(1)
    expect([requests[0]!.headers.get('Accept'), requests[0]!.headers.get('Authorization')]).toEqual([
      'text/event-stream',
      'Bearer secret',
    ])
    expect(requests[0]!.url.search).toBe('')
    expect(timing.sleeps).toEqual([])
    expect(timing.openDeadlines).toBe(0)
  })

  it('sends nothing when the job is known to have ended', async () => {
    const { job, requests } = setUp(stream([ended]))
    await collect(job.events())
    expect(await collect(job.events())).toEqual([9])
    expect(requests).toHaveLength(1)
  })

  it('does not mind comments, and events of kinds that it does not know', async () => {
    const text = `: still here\n\nevent: remark\ndata: hello\n\n${encodeEvents(second!)}data: plain\n\n${encodeEvents(ended)}`
    const { job } = setUp(() => streamAnswer([text], false, 'text/event-stream'))
    expect(await collect(job.events())).toEqual([2, 9])
  })

  it('stops on done alone, whatever status and event are called', async () => {
    const strange = { ...second!, status: 'quarantined' as Job['status'] }
    const done = { ...ended, status: 'archived' as Job['status'] }
    const { job } = setUp(() =>
      streamAnswer(
        [encodeEvents(strange), encodeEvents(done).replace('event: end', 'event: job')],
        false,
        'text/event-stream',
      ),
    )
    expect(await collect(job.events())).toEqual([2, 9])
  })

  it('closes the stream when the consumer leaves', async () => {
    let cancelled = 0
    const { job, timing } = setUp(() => openStream([encodeEvents(second!, third!)], () => cancelled++))
    for await (const snapshot of job.events({ timeoutMs: 60_000 })) {
      expect(snapshot.version).toBe(2)
      break
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(cancelled).toBe(1)
    expect(timing.openDeadlines).toBe(0)
  })

  it('ends at once on an abort, with its reason, though the fetch does not look at its signal', async () => {
    const controller = new AbortController()
    const { job, timing, requests } = setUp(() => openStream([encodeEvents(second!)]))
    const waiting = job.wait({ transport: 'events', signal: controller.signal }).catch((error: unknown) => error)
    await until(() => job.last?.version === 2 && timing.openDeadlines === 1)
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await nextTurn(waiting)).toBe(reason)
    expect(timing.openDeadlines).toBe(0)
    expect(requests).toHaveLength(1)
  })

  it('throws a WaitTimeoutError with the last snapshot after timeoutMs', async () => {
    const { job, timing } = setUp(() => openStream([encodeEvents(second!)]))
    const waiting = job.wait({ transport: 'events', timeoutMs: 5_000 }).catch((error: unknown) => error)
    await until(() => job.last?.version === 2 && timing.openDeadlines === 2)
    timing.advance(5_000)
    const error = await waiting
    expect(isWaitTimeoutError(error) && error.last).toEqual(second)
    expect(timing.openDeadlines).toBe(0)
  })
})

describe('events that break off', () => {
  it.each([
    ['by a broken connection', true],
    ['without end, as when the server stops', false],
  ])('are taken up after the last one (%s)', async (_, breaks) => {
    const { job, requests, timing } = setUp(inTurn(stream([second!], breaks), stream([third!, ended])))
    expect(await collect(job.events())).toEqual([2, 3, 9])
    expect(listAsked(requests)).toEqual(['events', 'events after 2'])
    expect(timing.sleeps).toEqual([500])
  })

  it('are waited for while the server is away', async () => {
    const away = [breakConnection, refuse(502, 'stopping'), refuse(503, 'stopping', { 'Retry-After': '7' })]
    const { job, requests, timing } = setUp(inTurn(stream([second!]), ...away, answer(200, third!), stream([ended])))
    expect(await collect(job.events())).toEqual([2, 3, 9])
    // A plain request tells that it is back.
    expect(listAsked(requests)).toEqual(['events', 'events after 2', 'job', 'job', 'job', 'events after 3'])
    expect(timing.sleeps.map(Math.round)).toEqual([500, 625, 781, 7_000])
  })

  it('are opened again when nothing comes for more than two heartbeats', async () => {
    const timing = createFakeTiming()
    const { job, requests } = setUp(
      inTurn(() => openStream([encodeEvents(second!), ': still here\n\n']), stream([ended])),
      timing,
    )
    const following = collect(job.events())
    await until(() => job.last?.version === 2 && timing.openDeadlines === 1)
    timing.advance(30_000)
    expect(await nextTurn(following)).toBe('not ended yet')
    expect(requests).toHaveLength(1)
    timing.advance(5_000)
    expect(await following).toEqual([2, 9])
    expect(listAsked(requests)).toEqual(['events', 'events after 2'])
  })

  it('do not count as failures when the stream stood for a while', async () => {
    const timing = createFakeTiming()
    const longLived: Handler = (_, count) => {
      if (count === 10) return stream([jobAs({ status: 'ended', version: 99 })])()
      const body = new ReadableStream<Uint8Array>({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode(encodeEvents(jobAs({ version: 2 + count }))))
          await until(() => timing.openDeadlines === 1 && job.last?.version === 2 + count)
          timing.advance(6_000)
          controller.close()
        },
      })
      return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
    }
    const { job } = setUp(longLived, timing)
    const following = collect(job.events({ maxConsecutiveErrors: 1 }))
    expect((await following).at(-1)).toBe(99)
    expect(timing.sleeps).toEqual([])
  })

  it('end it after maxConsecutiveErrors', async () => {
    const { job, requests } = setUp(inTurn(stream([second!]), breakConnection))
    await expect(job.wait({ transport: 'events', maxConsecutiveErrors: 3 })).rejects.toMatchObject({
      name: 'ConnectionError',
      last: second,
    })
    expect(requests).toHaveLength(3)
  })
})

describe('where events do not get through, it continues by long-poll', () => {
  const held = answer(200, ended, { 'Preference-Applied': 'wait=2' })

  it.each([
    ['no such route', answer(404, { message: 'Not Found' })],
    ['404', refuse(404, 'job_not_found')],
    ['405', answer(405, {})],
    ['406', answer(406, {})],
    ['501', answer(501, {})],
    ['a firewall', answer(403, {})],
    ['as many streams as the server holds', refuse(503, 'overloaded', { 'Retry-After': '5' })],
    ['another type', answer(200, second)],
    ['a page', new Response('<html>', { headers: { 'Content-Type': 'text/html' } })],
    ['204', new Response(null, { status: 204 })],
  ])('%s', async (_, refusal) => {
    const { job, requests, timing } = setUp(inTurn(refusal, held))
    expect(await collect(job.events())).toEqual([9])
    expect(listAsked(requests)).toEqual(['events', 'job, held'])
    expect(timing.sleeps).toEqual([])
  })

  it('a proxy that keeps back the answer', async () => {
    // ky's timer is one of the runtime's.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { job, requests } = setUp(inTurn(hang, held))
    const following = collect(job.events())
    await until(() => requests.length === 1)
    await vi.advanceTimersByTimeAsync(9_999)
    expect(requests).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await following).toEqual([9])
    expect(listAsked(requests)).toEqual(['events', 'job, held'])
  })

  it('a proxy that keeps back the first event', async () => {
    const { job, requests, timing } = setUp(inTurn(() => openStream([]), held))
    const following = collect(job.events())
    await until(() => timing.openDeadlines === 1)
    timing.advance(10_000)
    expect(await following).toEqual([9])
    expect(listAsked(requests)).toEqual(['events', 'job, held'])
  })

  it('streams that break again and again while plain requests are answered', async () => {
    const { job, requests } = setUp(({ url, headers }) => {
      if (url.pathname.endsWith('/events')) return breakConnection()
      return headers.get('Prefer') === null ? answer(200, second) : held.clone()
    })
    expect(await collect(job.events())).toEqual([2, 9])
    expect(listAsked(requests)).toEqual([
      'events',
      'events',
      'job',
      'events after 2',
      'job',
      'events after 2',
      'job, held',
    ])
  })

  it('and by polling where that does not work either, with the same end', async () => {
    const { job, requests, timing } = setUp(
      inTurn(answer(404, {}), answer(200, second), answer(200, second), answer(200, ended)),
    )
    expect(await job.wait({ transport: 'events' })).toEqual(ended)
    expect(listAsked(requests)).toEqual(['events', 'job, held', 'job', 'job'])
    expect(timing.sleeps).toEqual([500, 625])
  })

  it('and refusals end it with the same error', async () => {
    const { job } = setUp(inTurn(refuse(404, 'job_not_found')))
    const byEvents = await job.wait({ transport: 'events' }).catch((error: unknown) => error)
    const byPolling = await job.wait({ transport: 'poll' }).catch((error: unknown) => error)
    expect(byEvents).toEqual(byPolling)
    expect(byEvents).toMatchObject({ code: 'job_not_found', last: pending })
  })
})
