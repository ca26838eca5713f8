import type { Job } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import {
  answer,
  breakConnection,
  createFakeServer,
  type Handler,
  inTurn,
  jobAs,
  jobId,
  refuse,
} from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'
import type { JobHandle, JobState } from '../job-handle.ts'

function setUp(handler: Handler) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  return { waybill, job: waybill.jobs.attach(jobId), requests: server.requests }
}

describe('a job handle', () => {
  it('is not thenable: returning it from an async function does not wait for the job', async () => {
    // core-lro: a poller that is a promise.
    const { waybill, requests } = setUp(inTurn(answer(202, jobAs())))
    const input = { channel: 'sandbox', objectType: 'product', action: 'update', items: [] } as const
    const job = await (async () => await waybill.jobs.submit(input))()
    expect('then' in job).toBe(false)
    expect(job.id).toBe(jobId)
    expect(requests).toHaveLength(1)
  })

  it('keeps the newest snapshot it has seen', async () => {
    const { job } = setUp(inTurn(answer(200, jobAs({ version: 5 })), answer(200, jobAs({ version: 3 }))))
    expect(job.last).toBeNull()
    expect((await job.get()).version).toBe(5)
    // An answer that was overtaken.
    expect((await job.get()).version).toBe(3)
    expect(job.last?.version).toBe(5)
  })

  it('never sends If-None-Match', async () => {
    const { job, requests } = setUp(inTurn(answer(200, jobAs(), { ETag: 'W/"1"' })))
    await job.get()
    await job.get()
    expect(requests.map(({ headers }) => headers.get('If-None-Match'))).toEqual([null, null])
  })

  it('cancels, again when the answer gets lost', async () => {
    // amzn/selling-partner-api-models#2633: a stuck job that could not be cancelled.
    const cancelling = jobAs({ status: 'cancelling', version: 3 })
    const { job, requests } = setUp(inTurn(breakConnection, refuse(503, 'overloaded'), answer(202, cancelling)))
    expect(await job.cancel()).toEqual(cancelling)
    expect(job.last).toEqual(cancelling)
    expect(requests.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual(
      Array.from({ length: 3 }, () => `POST /v1/jobs/${jobId}/cancel`),
    )
  })

  it.each(['pause', 'resume', 'release'] as const)('takes %s, again when the answer gets lost', async (action) => {
    const snapshot = jobAs({ status: action === 'pause' ? 'paused' : 'running', version: 3 })
    const { job, requests } = setUp(inTurn(breakConnection, answer(202, snapshot), refuse(409, 'job_ended')))
    expect(await job[action]()).toEqual(snapshot)
    expect(job.last).toEqual(snapshot)
    expect(requests.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual(
      Array.from({ length: 2 }, () => `POST /v1/jobs/${jobId}/${action}`),
    )
    await expect(job[action]()).rejects.toMatchObject({ name: 'ConflictError', code: 'job_ended' })
  })

  it('gives the handle of the job that tries its failed items again', async () => {
    const again = jobAs({ id: 'job_2', retryOf: jobId })
    const { job, requests } = setUp(inTurn(answer(202, { jobs: [again] })))
    const retried = await job.retryFailed()
    expect([retried.id, retried.last]).toEqual(['job_2', again])
    expect(job.last).toBeNull()
    await job.retryFailed({ status: 'cancelled', allowStale: true })
    await job.retryFailed({ status: ['failed', 'cancelled'] })
    expect(requests[0]!.url.pathname).toBe(`/v1/jobs/${jobId}/retry`)
    expect(requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      {},
      { status: ['cancelled'], allowStale: true },
      { status: ['failed', 'cancelled'] },
    ])
  })

  it('tries its failed items again once though the answer gets lost', async () => {
    const { job, requests } = setUp(inTurn(breakConnection, answer(202, { jobs: [jobAs({ id: 'job_2' })] })))
    await job.retryFailed()
    const keys = requests.map(({ headers }) => headers.get('Idempotency-Key'))
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), keys[0]])
  })

  it('is deleted', async () => {
    const { job, requests } = setUp(inTurn(new Response(null, { status: 204 })))
    expect(await job.delete()).toBeUndefined()
    expect(requests[0]!.method).toBe('DELETE')
    const running = setUp(inTurn(refuse(409, 'job_not_ended')))
    await expect(running.job.delete()).rejects.toMatchObject({ name: 'ConflictError', code: 'job_not_ended' })
  })

  it('lists items page by page, and only as far as they are read', async () => {
    const { job, requests } = setUp(
      inTurn(
        answer(200, { items: [{ index: 0 }, { index: 1 }], nextPageToken: 'next=' }),
        answer(200, { items: [], nextPageToken: 'more' }),
        answer(200, { items: [{ index: 2 }] }),
      ),
    )
    const indexes: number[] = []
    for await (const item of job.items({ status: ['failed', 'waiting'], include: ['data', 'log'], pageSize: 2 })) {
      expect(requests).toHaveLength(item.index < 2 ? 1 : 3)
      indexes.push(item.index)
    }
    expect(indexes).toEqual([0, 1, 2])
    const filters = 'status=failed&status=waiting&include=data&include=log&pageSize=2'
    expect(requests.map(({ url }) => url.search)).toEqual([
      `?${filters}`,
      `?${filters}&pageToken=next%3D`,
      `?${filters}&pageToken=more`,
    ])
  })

  it('gets one item', async () => {
    const { job, requests } = setUp(inTurn(answer(200, { index: 3, data: { price: 1990 } })))
    const item = await job.item<{ price: number }>(3)
    expect(item.data?.price).toBe(1990)
    expect(requests[0]!.url.pathname).toBe(`/v1/jobs/${jobId}/items/3`)
  })
})

describe('attach', () => {
  it('continues in another process, without a request', async () => {
    // Azure/azure-sdk-for-js#11183: no way to attach again after a restart.
    const first = setUp(inTurn(answer(200, jobAs())))
    const kept = JSON.stringify(first.job)
    expect(JSON.parse(kept)).toEqual({ version: 1, id: jobId })
    const second = setUp(inTurn(answer(200, jobAs({ status: 'ended' }))))
    const job: JobHandle = second.waybill.jobs.attach(JSON.parse(kept) as JobState)
    expect(second.requests).toHaveLength(0)
    expect((await job.wait()).done).toBe(true)
  })

  it('takes a snapshot, and knows it from the start', () => {
    const { waybill } = setUp(inTurn(answer(200, jobAs())))
    const snapshot: Job = jobAs({ version: 1_000_000_042 })
    expect(waybill.jobs.attach(snapshot).last).toBe(snapshot)
  })

  it.each([
    ['..', `its id must look like job_0198c2f04b7e: current value is ".."`],
    ['', `its id must look like job_0198c2f04b7e: current value is ""`],
    ['job_1/../../channels', `its id must look like job_0198c2f04b7e: current value is "job_1/../../channels"`],
    [{ version: 2, id: jobId }, `the state's version must be 1: current value is 2`],
    [{ id: jobId }, `the state's version must be 1: current value is undefined`],
  ])('refuses %j', (state, said) => {
    const { waybill } = setUp(inTurn(answer(200, jobAs())))
    expect(() => waybill.jobs.attach(state as string)).toThrow(new TypeError(`Cannot attach to job as ${said}`))
  })
})
