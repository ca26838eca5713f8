import { randomUUID } from 'node:crypto'
import type { Execution, Job, Receipt, RetryReceipt } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { json, send, submit, untilDone } from './api.ts'
import { envelope } from './bodies.ts'
import type { UseTarget } from './target.ts'

const ids = '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7'
const traceparent = `00-${ids}-01`

/** The trace context of a request stays with the jobs that it creates. */
export function describeTraces(target: UseTarget): void {
  const body = { ...envelope, items: [{ id: 'sku-1' }] }
  const traced = (header: string) => submit(target(), { ...envelope, items: [] }, { traceparent: header })

  async function failedJob(): Promise<Job> {
    const item = { id: randomUUID(), data: { sandbox: { status: 422, times: 1 } } }
    const { id } = await submit(target(), { ...envelope, items: [item] }, { traceparent })
    return await untilDone(target(), id)
  }

  describe('a traceparent', () => {
    it('is stored with the job of a submission, and stays readable', async () => {
      const job = await submit(target(), body, { traceparent })
      expect(job.traceparent).toBe(traceparent)
      expect((await untilDone(target(), job.id)).traceparent).toBe(traceparent)
    })

    it('is null without the header', async () => {
      expect((await submit(target(), body)).traceparent).toBeNull()
    })

    it('is stored with the job of a delivered item', async () => {
      const { items: _, ...rest } = body
      const request = { operationId: 'deliverItem', body: { ...rest, item: { id: 'sku-1' } } } as const
      const { job } = json<Receipt>(await send(target(), { ...request, headers: { traceparent } }))
      expect(job.traceparent).toBe(traceparent)
    })

    it('is stored with every job of an execution', async () => {
      const stages = ['first', 'second'].map((name) => ({ name, jobs: [body] }))
      const request = { operationId: 'createExecution', headers: { traceparent }, body: { stages } } as const
      const execution = json<Execution>(await send(target(), request))
      expect(execution.stages.flatMap(({ jobs }) => jobs.map((job) => job.traceparent))).toEqual([
        traceparent,
        traceparent,
      ])
    })

    it('of a retry is that of its own request, not that of the job whose items are tried again', async () => {
      const own = `00-${ids.replace('4bf9', 'aaaa')}-00`
      const [first, second] = [await failedJob(), await failedJob()]
      const retried = await send(target(), {
        operationId: 'retryJob',
        pathParams: { jobId: first.id },
        headers: { traceparent: own },
        body: {},
      })
      expect(json<RetryReceipt>(retried).jobs.map((job) => job.traceparent)).toEqual([own])
      const letters = await send(target(), { operationId: 'retryDeadLetters', body: { jobIds: [second.id] } })
      expect(json<RetryReceipt>(letters).jobs.map((job) => job.traceparent)).toEqual([null])
    })

    it.each([
      ['that is no traceparent', 'once upon a time'],
      ['of the version ff', `ff-${ids}-01`],
      ['with a trace id of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
      ['with a parent id of zeros', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`],
      ['of version 00 with more fields', `00-${ids}-01-more`],
      ['with upper-case digits', `00-${ids.toUpperCase()}-01`],
      ['of 2,000 characters', `00-${ids}-01-${'x'.repeat(2_000)}`],
    ])('%s is ignored', async (_, header) => {
      expect((await traced(header)).traceparent).toBeNull()
    })

    it('of a later version is read as one of version 00', async () => {
      expect((await traced(`01-${ids}-01-more`)).traceparent).toBe(traceparent)
    })

    it('keeps only the flags that have a meaning', async () => {
      expect((await traced(`00-${ids}-ff`)).traceparent).toBe(`00-${ids}-03`)
    })
  })
}
