import type { Job } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { isAuthenticationError, isPermissionError } from '../api-errors.ts'
import { createClientIn } from '../create-client.ts'
import { isWaitTimeoutError, isWaybillError } from '../errors.ts'
import {
  answer,
  breakConnection,
  createFakeServer,
  type Handler,
  hang,
  inTurn,
  jobAs,
  jobId,
  refuse,
  type SeenRequest,
} from '../testing/fake-server.ts'
import { createFakeTiming, type FakeTiming, nextTurn } from '../testing/fake-timing.ts'
import type { WaitOptions } from '../job-handle.ts'
import { maxDelayMs, systemTiming } from '../transport/sleep.ts'

const applied = { 'Preference-Applied': 'wait=25' }
const running = jobAs({ status: 'running', version: 2 })
const ended = jobAs({ status: 'ended', version: 9 })

function setUp(handler: Handler, timing: FakeTiming = createFakeTiming(), last: Job = jobAs({ status: 'pending' })) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(timing, { baseUrl: 'https://waybill.test', fetch: server.fetch })
  return { waybill, job: waybill.jobs.attach(last), requests: server.requests, timing }
}

/** A server that holds its answers back in held time. */
function holdBack(timing: FakeTiming, ...jobs: Job[]): Handler {
  return (request, count) => {
    const preference = request.headers.get('Prefer')
    if (preference === null) return answer(200, jobs[Math.min(count, jobs.length - 1)])
    timing.advance(Number(preference.replace('wait=', '')) * 1_000)
    return answer(200, jobs[Math.min(count, jobs.length - 1)], { 'Preference-Applied': preference })
  }
}

function listPreferences(requests: readonly SeenRequest[]): (string | null)[] {
  return requests.map(({ headers }) => headers.get('Prefer'))
}

async function catchError(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('wait by long-poll', () => {
  it('asks again at once with the status it knows, and gives the ended job', async () => {
    const timing = createFakeTiming()
    const { job, requests } = setUp(holdBack(timing, running, running, ended), timing)
    expect(await job.wait()).toEqual(ended)
    expect(listPreferences(requests)).toEqual(['wait=25', 'wait=25', 'wait=25'])
    expect(requests.map(({ url }) => url.searchParams.get('knownStatus'))).toEqual(['pending', 'running', 'running'])
    expect(timing.sleeps).toEqual([])
  })

  it('asks for answers every 2 s with onProgress, and reports each snapshot that differs', async () => {
    const timing = createFakeTiming()
    const later = jobAs({ status: 'running', version: 3 })
    const { job, requests } = setUp(holdBack(timing, running, running, later, ended), timing)
    const seen: number[] = []
    await job.wait({ onProgress: ({ version }) => seen.push(version) })
    expect(new Set(listPreferences(requests))).toEqual(new Set(['wait=2']))
    expect(seen).toEqual([2, 3, 9])
  })

  it('requests the first answer at once when nothing is known of the job', async () => {
    const timing = createFakeTiming()
    const { waybill, requests } = setUp(holdBack(timing, running, ended), timing)
    await waybill.jobs.attach(jobId).wait()
    expect(listPreferences(requests)).toEqual([null, 'wait=25'])
    expect(timing.sleeps).toEqual([])
  })

  it('sends nothing when the job is known to have ended', async () => {
    const { job, requests } = setUp(inTurn(answer(200, running)), createFakeTiming(), ended)
    expect(await job.wait()).toBe(ended)
    expect(requests).toHaveLength(0)
  })

  it('polls a server that does not hold answers back, and does not ask it to again', async () => {
    const plain = answer(200, running)
    const { job, requests, timing } = setUp(inTurn(plain, plain, plain, answer(200, ended)))
    await job.wait()
    expect(listPreferences(requests)).toEqual(['wait=25', null, null, null])
    expect(timing.sleeps).toEqual([500, 625, 781.25])
  })

  it('does not become a hot loop when answers say they waited and did not', async () => {
    const { job, requests, timing } = setUp((_, count) =>
      count < 40
        ? answer(200, count % 2 ? running : jobAs({ status: 'pending' }), applied)
        : answer(200, ended, applied),
    )
    await job.wait()
    expect(requests).toHaveLength(41)
    expect(timing.sleeps.slice(0, 3)).toEqual([500, 625, 781.25])
    expect(timing.sleeps).toHaveLength(36)
  })

  it('gives a held answer more time than the time-out of a request', async () => {
    const server = createFakeServer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      return answer(200, ended, applied)
    })
    const waybill = createClientIn(createFakeTiming(), {
      baseUrl: 'https://waybill.test',
      fetch: server.fetch,
      requestTimeoutMs: 20,
    })
    expect((await waybill.jobs.attach(running).wait()).done).toBe(true)
    expect(server.requests).toHaveLength(1)
  })
})

describe('wait by polling', () => {
  it('never asks a server to hold back, and keeps its pace', async () => {
    const plain = answer(200, running)
    const { job, requests, timing } = setUp(inTurn(plain, plain, answer(200, ended)))
    await job.wait({ transport: 'poll' })
    expect(listPreferences(requests)).toEqual([null, null, null])
    expect(timing.sleeps).toEqual([500, 625])
  })

  it('takes Retry-After as a floor, above a minute too', async () => {
    const { job, timing } = setUp(
      inTurn(
        answer(200, running, { 'Retry-After': '7' }),
        answer(200, running, { 'Retry-After': '90' }),
        answer(200, ended),
      ),
    )
    await job.wait({ transport: 'poll' })
    expect(timing.sleeps).toEqual([7_000, 90_000])
  })

  it('keeps polling at the normal pace in a status that it does not know', async () => {
    // openai/openai-python#1407: an unknown state was polled in a hot loop.
    const strange = { ...running, status: 'quarantined' as Job['status'] }
    for (const transport of ['poll', 'auto'] as const) {
      const { job, timing } = setUp((_, count) => answer(200, count < 20 ? strange : ended))
      expect((await job.wait({ transport })).done).toBe(true)
      expect(timing.sleeps.slice(0, 3)).toEqual([500, 625, 781.25])
      expect(timing.sleeps).toHaveLength(20)
    }
  })

  it('stops on done alone, whatever the status is called', async () => {
    const strange = { ...running, status: 'archived' as Job['status'], done: true }
    const { job } = setUp(inTurn(answer(200, strange)))
    expect((await job.wait()).status).toBe('archived')
  })

  it('takes a backoff of the caller', async () => {
    const plain = answer(200, running)
    const { job, timing } = setUp(inTurn(plain, plain, plain, plain, answer(200, ended)))
    await job.wait({ transport: 'poll', backoff: { initialMs: 10, factor: 3, maxMs: 100 } })
    expect(timing.sleeps).toEqual([10, 30, 90, 100])
  })

  it('refuses a transport that does not exist', async () => {
    const { job, requests } = setUp(inTurn(answer(200, ended)))
    await expect(job.wait({ transport: 'socket' as 'auto' })).rejects.toThrow(
      new TypeError(
        `Cannot wait for job as transport must be 'auto', 'events', 'long-poll' or 'poll': current value is socket`,
      ),
    )
    expect(requests).toHaveLength(0)
  })
})

describe('wait and failures', () => {
  it.each([
    ['auto', 'wait=25'],
    ['poll', null],
  ] as const)('goes on over failures that pass, and never submits again (%s)', async (transport, preference) => {
    // apache/airflow#67219: one passing poll error ended the wait, and the caller submitted again.
    const failures = [
      breakConnection,
      ...[408, 425, 429, 500, 502, 503, 504].map((status) => refuse(status, 'stopping')),
    ]
    const notJson = new Response('<html>maintenance</html>', { headers: { 'Content-Type': 'text/html' } })
    const { job, requests, timing } = setUp(inTurn(...failures, notJson, answer(200, ended, applied)))
    expect((await job.wait({ transport })).done).toBe(true)
    expect(requests.map(({ method }) => method)).toEqual(Array.from({ length: 10 }, () => 'GET'))
    expect(new Set(listPreferences(requests))).toEqual(new Set([preference]))
    expect(timing.sleeps).toHaveLength(9)
    expect(timing.sleeps.slice(0, 3)).toEqual([500, 625, 781.25])
  })

  it('takes Retry-After of a failure as a floor', async () => {
    const { job, timing } = setUp(inTurn(refuse(503, 'stopping', { 'Retry-After': '120' }), answer(200, ended)))
    await job.wait()
    expect(timing.sleeps).toEqual([120_000])
  })

  it.each([400, 401, 403, 404, 409, 410, 422])('ends at once on %i, with the last snapshot', async (status) => {
    // smithy-lang/smithy-typescript#1970: 403 was treated as not ready.
    const { job, requests } = setUp(inTurn(answer(200, running, applied), refuse(status, 'forbidden')))
    const error = await catchError(job.wait())
    expect(error).toMatchObject({ status })
    expect(isWaybillError(error) && error.last).toEqual(running)
    expect(requests).toHaveLength(2)
  })

  it('ends after maxConsecutiveErrors in a row, not in all', async () => {
    const broken = refuse(503, 'overloaded')
    const { job, requests } = setUp(inTurn(broken, broken, answer(200, running), broken, broken, broken, broken))
    const error = await catchError(job.wait({ maxConsecutiveErrors: 3 }))
    expect(error).toMatchObject({ status: 503 })
    expect(isWaybillError(error) && error.last).toEqual(running)
    expect(requests).toHaveLength(6)
  })

  it('is an ordinary result when items failed or the job was cancelled', async () => {
    for (const outcome of ['partial', 'failed', 'cancelled', 'expired'] as const) {
      const { job } = setUp(inTurn(answer(200, { ...ended, outcome })))
      expect((await job.wait()).outcome).toBe(outcome)
    }
  })

  it('throws what onProgress throws', async () => {
    const failure = new Error('mine')
    const { job } = setUp(inTurn(answer(200, running)))
    const onProgress = () => {
      throw failure
    }
    expect(await catchError(job.wait({ onProgress }))).toBe(failure)
  })
})

describe('wait with an end', () => {
  it.each(['auto', 'poll'] as const)(
    'throws a WaitTimeoutError with the job after timeoutMs (%s)',
    async (transport) => {
      // jsforce/jsforce#121: the time-out lost the job's id.
      const { job, timing } = setUp((_, count) => answer(200, { ...running, version: count }))
      const startedMs = timing.now()
      const error = await catchError(job.wait({ timeoutMs: 10_000, transport }))
      expect(isWaitTimeoutError(error) && error.job).toBe(job)
      expect(isWaitTimeoutError(error) && error.last?.status).toBe('running')
      expect((error as Error).message).toBe(
        `Cannot wait longer for job ${jobId} as it must be done within 10000 ms: its status is running`,
      )
      expect(timing.now() - startedMs).toBe(10_000)
      expect(timing.openDeadlines).toBe(0)
    },
  )

  it('ends a request that hangs at its time', async () => {
    const timing = createFakeTiming()
    const { job } = setUp(() => {
      setImmediate(() => timing.advance(10_000))
      return hang()
    }, timing)
    expect(isWaitTimeoutError(await catchError(job.wait({ timeoutMs: 10_000 })))).toBe(true)
  })

  it('asks the server to hold back no longer than the time that is left', async () => {
    const timing = createFakeTiming()
    const { job, requests } = setUp(holdBack(timing, running), timing)
    await catchError(job.wait({ timeoutMs: 60_000 }))
    expect(listPreferences(requests)).toEqual(['wait=25', 'wait=25', 'wait=9', null, null])
    expect(timing.sleeps).toEqual([500, 625])
  })

  it('takes more time than a timer can, and none at all with Infinity', async () => {
    for (const [timeoutMs, timers] of [
      [2 ** 40, 1],
      [Number.POSITIVE_INFINITY, 0],
    ] as const) {
      const timing = createFakeTiming()
      const { job } = setUp((_, count) => {
        expect(timing.openDeadlines).toBe(timers)
        timing.advance(maxDelayMs)
        return answer(200, count < 3 ? running : ended)
      }, timing)
      expect((await job.wait({ timeoutMs })).done).toBe(true)
      expect(timing.openDeadlines).toBe(0)
    }
  })

  it('leaves no timer behind when the job ends', async () => {
    const { job, timing } = setUp(inTurn(answer(200, ended)))
    await job.wait({ timeoutMs: 60_000 })
    expect(timing.openDeadlines).toBe(0)
  })

  it.each([
    ['asleep', inTurn(answer(200, running, { 'Retry-After': '60' }))],
    ['asking', hang],
  ])('ends at once on an abort while %s, with its reason', async (_, handler) => {
    const server = createFakeServer(handler)
    const waybill = createClientIn(systemTiming, { baseUrl: 'https://waybill.test', fetch: server.fetch })
    const controller = new AbortController()
    const waiting = catchError(waybill.jobs.attach(running).wait({ signal: controller.signal, timeoutMs: 60_000 }))
    await new Promise((resolve) => setTimeout(resolve, 20))
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await nextTurn(waiting)).toBe(reason)
    expect(server.requests).toHaveLength(1)
  })
})

describe('wait refuses what would end never or at once, before anything is sent', () => {
  it.each<[string, WaitOptions]>([
    ['timeoutMs must be a number >= 0: current value is NaN', { timeoutMs: Number.NaN }],
    ['timeoutMs must be a number >= 0: current value is -1', { timeoutMs: -1 }],
    ['maxConsecutiveErrors must be a number >= 1: current value is 0', { maxConsecutiveErrors: 0 }],
    ['backoff.initialMs must be a number >= 1: current value is 0', { backoff: { initialMs: 0 } }],
    ['backoff.maxMs must be a number >= 1: current value is NaN', { backoff: { maxMs: Number.NaN } }],
    ['backoff.factor must be a number >= 1: current value is 0.5', { backoff: { factor: 0.5 } }],
    ['backoff.jitter must be a number from 0 to 1: current value is 2', { backoff: { jitter: 2 } }],
  ])('%s', async (said, options) => {
    const { job, requests, timing } = setUp(inTurn(answer(200, ended)))
    await expect(job.wait({ timeoutMs: 60_000, ...options })).rejects.toThrow(new TypeError(`Cannot wait as ${said}`))
    expect(requests).toHaveLength(0)
    expect(timing.openDeadlines).toBe(0)
  })

  it('takes what is undefined for what was not said', async () => {
    const { job, timing } = setUp(inTurn(answer(200, running), answer(200, ended)))
    await job.wait({ transport: 'poll', timeoutMs: undefined, backoff: { initialMs: undefined, maxMs: undefined } })
    expect(timing.sleeps).toEqual([500])
  })
})

describe('poll', () => {
  it('yields every snapshot that differs, the ended one last, and asks only when it is asked', async () => {
    const timing = createFakeTiming()
    const { job, requests } = setUp(holdBack(timing, running, running, ended), timing)
    const versions: number[] = []
    for await (const snapshot of job.poll()) {
      versions.push(snapshot.version)
      expect(requests.length).toBe(snapshot.done ? 3 : 1)
    }
    expect(versions).toEqual([2, 9])
  })

  it('leaves no timer behind when the consumer leaves', async () => {
    const { job, timing, requests } = setUp(inTurn(answer(200, running)))
    for await (const snapshot of job.poll({ timeoutMs: 60_000 })) {
      expect(snapshot.status).toBe('running')
      break
    }
    expect(timing.openDeadlines).toBe(0)
    expect(requests).toHaveLength(1)
  })
})

describe('run', () => {
  const input = { channel: 'sandbox', objectType: 'product', action: 'update', items: [{ id: 'a' }] } as const

  it('submits, waits, and gives the ended job', async () => {
    const { waybill, requests } = setUp(inTurn(answer(202, running), answer(200, ended)))
    expect(await waybill.jobs.run(input, { idempotencyKey: 'one' })).toEqual(ended)
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'GET'])
    expect(requests[0]!.headers.get('Idempotency-Key')).toBe('one')
  })

  it('keeps the id of the job in what goes wrong', async () => {
    const { waybill } = setUp(inTurn(answer(202, running), refuse(403, 'forbidden')))
    const error = await catchError(waybill.jobs.run(input))
    expect(isPermissionError(error) && error.last?.id).toBe(jobId)
    expect(isAuthenticationError(error)).toBe(false)
  })
})
