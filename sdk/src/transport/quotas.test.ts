import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, createFakeServer, type Handler, inTurn, jobAs, jobId, refuse } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

const input = { channel: 'sandbox', objectType: 'product', action: 'update', items: [{ id: 'a' }] } as const

function setUp(handler: Handler) {
  const { fetch, requests } = createFakeServer(handler)
  const timing = createFakeTiming()
  const waybill = createClientIn(timing, { baseUrl: 'https://waybill.test', fetch })
  return { waybill, job: waybill.jobs.attach(jobId), requests, sleeps: timing.sleeps, timing }
}

describe('quotas', () => {
  const usedUp = { RateLimit: '"requests";r=0;t=7', 'RateLimit-Policy': '"requests";q=100;w=60' }
  const noItemsLeft = { RateLimit: '"pending-items";r=0;t=7', 'RateLimit-Policy': '"pending-items";q=9;qu="items"' }

  it('that are used up make every request wait until there is more', async () => {
    const { job, waybill, sleeps, timing } = setUp(inTurn(answer(200, jobAs(), usedUp), answer(200, jobAs())))
    await job.get()
    expect(sleeps).toEqual([])
    timing.advance(2_000)
    await waybill.channels.get('shop')
    expect(sleeps).toEqual([5_000])
    await job.get()
    expect(sleeps).toEqual([5_000])
  })

  it('of what requests bring make only those to the same address wait', async () => {
    const { job, waybill, sleeps } = setUp(
      inTurn(refuse(429, 'quota_exceeded', noItemsLeft), answer(202, jobAs(), noItemsLeft), answer(202, jobAs())),
    )
    // Neither a retry nor the next submission comes before.
    await waybill.jobs.submit(input)
    await job.cancel()
    expect(sleeps).toEqual([7_000])
    await waybill.jobs.submit(input)
    expect(sleeps).toEqual([7_000, 7_000])
  })

  it('of requests and of items count by themselves, and a request that was one too many is sent again', async () => {
    const policy = '"requests";q=2;w=4, "pending-items";q=9;qu="items"'
    const both = (RateLimit: string) => ({ RateLimit, 'RateLimit-Policy': policy })
    const { waybill, job, sleeps, requests } = setUp(
      inTurn(
        refuse(429, 'rate_limited', { 'Retry-After': '2', ...both('"requests";r=0;t=2, "pending-items";r=5') }),
        answer(202, jobAs(), both('"requests";r=1, "pending-items";r=0;t=7')),
        answer(200, jobAs()),
        answer(202, jobAs()),
      ),
    )
    await waybill.jobs.submit(input)
    await job.get()
    expect(sleeps).toEqual([2_000])
    await waybill.jobs.submit(input)
    expect([sleeps, requests.length]).toEqual([[2_000, 7_000], 4])
  })

  it('that have something left, or do not say when there is more, make nobody wait', async () => {
    for (const RateLimit of ['"requests";r=1;t=7', '"requests";r=0']) {
      const { job, sleeps } = setUp(inTurn(answer(200, jobAs(), { RateLimit })))
      await job.get()
      await job.get()
      expect(sleeps).toEqual([])
    }
  })

  it('make nobody wait beyond the patience of retries: the answer says how long it is', async () => {
    const { job, requests, sleeps } = setUp(inTurn(answer(200, jobAs(), { RateLimit: '"requests";r=0;t=3600' })))
    await job.get()
    await job.get()
    expect([requests.length, sleeps]).toEqual([2, []])
  })

  it('leave a request that waits to its signal', async () => {
    const { job, requests } = setUp(inTurn(answer(200, jobAs(), usedUp)))
    await job.get()
    await expect(job.get({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    expect(requests).toHaveLength(1)
  })

  it('of another origin concern nobody here', async () => {
    const { waybill, job, sleeps } = setUp(inTurn(answer(200, jobAs(), usedUp)))
    await waybill.raw.GET('/v1/limits', { baseUrl: 'https://elsewhere.test' })
    await job.get()
    expect(sleeps).toEqual([])
  })
})
