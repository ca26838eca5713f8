import { randomUUID } from 'node:crypto'
import type { Item, Job, JobRetry, ParkedReceipt } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { json, send, submit, untilDone, untilParked } from './api.ts'
import { envelope, eventually } from './bodies.ts'
import type { UseTarget } from './target.ts'

const HOUR_MS = 3_600_000

/** Rules of the contract that a target can get wrong while each of its answers still fits the spec. */
export function describeRules(target: UseTarget): void {
  const control = (operationId: 'pauseJob' | 'resumeJob' | 'cancelJob', jobId: string) =>
    send(target(), { operationId, pathParams: { jobId } })
  const jobOf = async (jobId: string) =>
    json<Job>(await send(target(), { operationId: 'getJob', pathParams: { jobId } }))
  const itemOf = async (jobId: string, index = 0) =>
    json<Item>(await send(target(), { operationId: 'getItem', pathParams: { jobId, index: String(index) } }))
  const decide = async (jobId: string, decision: 'retry' | 'skip' | 'skip_key', index = 0) => {
    const body = { items: [{ jobId, index }], decision }
    const answer = await send(target(), { operationId: 'resolveParked', body })
    expect(json<ParkedReceipt>(answer)).toEqual({ resolved: 1, notParked: [] })
  }

  describe('a paused job that is not due yet', () => {
    it('waits for its resumption, then for its time', async () => {
      const runAt = new Date(Date.now() + HOUR_MS).toISOString()
      const job = await submit(target(), { ...envelope, runAt, items: [{ id: randomUUID() }] })
      expect(await jobOf(job.id)).toMatchObject({
        status: 'scheduled',
        waiting: [{ reason: 'schedule', items: 1, until: runAt }],
      })
      await control('pauseJob', job.id)
      expect(await jobOf(job.id)).toMatchObject({
        status: 'paused',
        waiting: [{ reason: 'paused', items: 1, until: null }],
      })
      // It has no place yet.
      expect((await itemOf(job.id)).waiting).toMatchObject({ reason: 'paused', until: null, position: null })
      await control('resumeJob', job.id)
      expect(await jobOf(job.id)).toMatchObject({ status: 'scheduled', waiting: [{ reason: 'schedule' }] })
      expect((await itemOf(job.id)).waiting).toMatchObject({ reason: 'schedule', until: runAt })
      await control('cancelJob', job.id)
    })
  })

  describe('an item that is deferred', () => {
    // The 21st Retry-After counts: then the rule parks the item.
    it('may be deferred 20 times, and 20 times more after a decision to retry it', async () => {
      const retry: JobRetry = { rules: [{ status: [429], then: 'park' }] }
      const data = { sandbox: { status: 429, retryAfterSeconds: 0.001, delayMs: 0 } }
      const job = await submit(target(), { ...envelope, retry, items: [{ id: randomUUID(), data }] })
      expect((await untilParked(target(), job.id)).item).toMatchObject({ attempts: 21 })
      await decide(job.id, 'retry')
      await eventually(async () => ((await itemOf(job.id)).attempts > 21 ? true : null))
      const { item } = await untilParked(target(), job.id)
      expect(item.attempts).toBe(42)
      expect(item.log!.slice(-2)).toMatchObject([{ verdict: 'throttled' }, { verdict: 'parked', retryAt: null }])
      await control('cancelJob', job.id)
    })
  })

  describe('an item that waits for its turn', () => {
    const parking: JobRetry = { rules: [{ status: [422], then: 'park' }] }
    const parked = { sandbox: { status: 422 } }
    const positionsOf = (jobId: string, indexes: readonly number[]) =>
      Promise.all(indexes.map(async (index) => (await itemOf(jobId, index)).waiting?.position))
    const untilReady = (jobId: string, items: number) =>
      eventually(async () =>
        (await jobOf(jobId)).waiting.some((line) => line.reason === 'paused' && line.items === items) ? true : null,
      )

    it('stands behind those of its key, of whatever job', async () => {
      const partitionKey = randomUUID()
      const keyed = (data: unknown) => ({ id: randomUUID(), partitionKey, data })
      const first = await submit(target(), { ...envelope, retry: parking, items: [keyed(parked), keyed({})] })
      await untilParked(target(), first.id)
      const second = await submit(target(), { ...envelope, items: [keyed({}), keyed({})] })
      await eventually(async () => ((await itemOf(second.id, 1)).waiting?.reason === 'partition' ? true : null))
      expect(await positionsOf(first.id, [0, 1])).toEqual([null, 1])
      expect(await positionsOf(second.id, [0, 1])).toEqual([2, 3])
      expect((await itemOf(second.id, 1)).waiting!.behind).toEqual({ jobId: first.id, index: 0 })
      const place = ({ id: jobId }: Job, index: number) => ({ jobId, index })
      const places = [place(first, 0), place(first, 1), place(second, 0), place(second, 1)]
      const followers = await Promise.all(places.map(({ jobId, index }) => itemOf(jobId, index)))
      expect(followers.map(({ waitingBehind }) => waitingBehind)).toEqual([3, 2, 1, 0])
      expect(followers.map(({ nextBehind }) => nextBehind)).toEqual([...places.slice(1), null])
      for (const { id } of [first, second]) await control('cancelJob', id)
    })

    it('comes after those of its job that could start earlier, and one that was tried after those that were not', async () => {
      const keys = [randomUUID(), randomUUID(), randomUUID()]
      const heads = keys.map((partitionKey) => ({ id: randomUUID(), partitionKey, data: parked }))
      const others = heads.slice(1).map((head) => ({ ...head, id: randomUUID(), data: {} }))
      const job = await submit(target(), { ...envelope, retry: parking, items: [...heads, ...others] })
      await eventually(async () => ((await jobOf(job.id)).counts.waiting === 3 ? true : null))
      await control('pauseJob', job.id)
      await decide(job.id, 'retry', 0)
      await untilReady(job.id, 1)
      // Its retry is due, so nothing of its own holds it any more.
      expect(await itemOf(job.id, 0)).toMatchObject({ status: 'pending', waiting: { reason: 'paused', position: 0 } })
      await decide(job.id, 'skip', 2)
      await untilReady(job.id, 2)
      await decide(job.id, 'skip', 1)
      await untilReady(job.id, 3)
      expect(await positionsOf(job.id, [4, 3, 0])).toEqual([0, 1, 2])
      expect((await jobOf(job.id)).counts).toMatchObject({ pending: 3, waiting: 0, failed: 2 })
      await control('cancelJob', job.id)
    })
  })

  describe('the outcome of a job', () => {
    it('is not `cancelled` when its items were cancelled with their key, and the cancel of the job found none left', async () => {
      const partitionKey = randomUUID()
      const job = await submit(target(), {
        ...envelope,
        retry: { rules: [{ status: [422], then: 'park' }] },
        items: [
          { id: randomUUID(), partitionKey, data: { sandbox: { status: 422 } } },
          { id: randomUUID(), partitionKey },
          { id: randomUUID(), data: { sandbox: { delayMs: 2000 } } },
        ],
      })
      await untilParked(target(), job.id)
      await decide(job.id, 'skip_key')
      await eventually(async () => {
        const { failed, cancelled, running } = (await jobOf(job.id)).counts
        return failed === 1 && cancelled === 1 && running === 1 ? true : null
      })
      await control('cancelJob', job.id)
      expect(await untilDone(target(), job.id)).toMatchObject({
        outcome: 'partial',
        counts: { succeeded: 1, failed: 1, cancelled: 1 },
      })
    })

    it('is `cancelled` when the cancel found an item beside those that were cancelled with their key', async () => {
      const partitionKey = randomUUID()
      const job = await submit(target(), {
        ...envelope,
        retry: { rules: [{ status: [422], then: 'park' }] },
        items: [
          { id: randomUUID(), partitionKey, data: { sandbox: { status: 422 } } },
          { id: randomUUID(), partitionKey },
          { id: randomUUID(), data: { sandbox: { status: 422 } } },
        ],
      })
      await eventually(async () => ((await jobOf(job.id)).counts.waiting === 2 ? true : null))
      await decide(job.id, 'skip_key')
      await eventually(async () => ((await jobOf(job.id)).counts.failed === 1 ? true : null))
      await control('cancelJob', job.id)
      expect(await untilDone(target(), job.id)).toMatchObject({
        outcome: 'cancelled',
        counts: { failed: 1, cancelled: 2 },
      })
    })

    it('is `cancelled` when it is cancelled while open, whatever its items are', async () => {
      const { id: jobId } = await submit(target(), { ...envelope, open: true, onInvalidItem: 'fail' })
      const part = { operationId: 'appendItems', pathParams: { jobId }, query: { fromIndex: '0' } } as const
      await send(target(), { ...part, body: [{ id: '' }] })
      await control('cancelJob', jobId)
      expect(await untilDone(target(), jobId)).toMatchObject({ outcome: 'cancelled', counts: { failed: 1 } })
    })
  })

  describe('an item that ends its worker', () => {
    it.each([
      ['retry', 'failed'],
      ['fail', 'failed'],
      ['park', 'parked'],
    ] as const)('is never tried again: a rule that says %s has it %s', async (then, verdict) => {
      const retry: JobRetry = { rules: [{ code: ['worker_crashed'], then }] }
      const items = [{ id: randomUUID(), data: { crash: true } }]
      const job = await submit(target(), { ...envelope, channel: target().crashingChannel, retry, items })
      if (verdict === 'parked') {
        await untilParked(target(), job.id)
        await decide(job.id, 'skip')
      }
      expect(await untilDone(target(), job.id)).toMatchObject({ outcome: 'failed' })
      const item = await itemOf(job.id)
      expect(item).toMatchObject({ status: 'failed', error: { code: 'worker_crashed', retryable: false } })
      expect(item.log!.at(-1)).toMatchObject({ verdict, code: 'worker_crashed' })
    })
  })
}
