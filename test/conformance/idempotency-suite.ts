import { randomUUID } from 'node:crypto'
import type { Job, JobPage } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { json, readAnswer, send, submit } from './api.ts'
import { envelope, eventually, items, ndjson, poster, slowBody, streamed } from './bodies.ts'
import { checkProblem } from './check-answer.ts'
import type { UseTarget } from './target.ts'

/** The same key and body make one job, whatever becomes of the answers. */
export function describeIdempotency(target: UseTarget): void {
  const { postLines } = poster(target)
  const jobsFrom = async (source: string) =>
    json<JobPage>(await send(target(), { operationId: 'listJobs', query: { source } })).jobs

  describe('an Idempotency-Key', () => {
    it('is refused while its first request is being received, and answers it afterwards', async () => {
      const lines = [envelope, { id: 'sku-1' }]
      // Two connections: now and then the second request is the first to arrive, which is another case.
      const { headers, first, second } = await eventually(async () => {
        const headers = { 'idempotency-key': randomUUID() }
        const slow = slowBody(ndjson(lines))
        const first = target().fetch(new URL('/v1/jobs', target().baseUrl), streamed(slow.body, headers))
        await slow.started
        const second = await postLines(lines, headers).finally(slow.finish)
        if (second.status === 409) return { headers, first, second }
        await first
        return null
      })
      checkProblem(second, 'idempotency_in_progress')
      const job = json<Job>(await readAnswer('submitJob', await first))
      const third = await postLines(lines, headers)
      expect(third.headers.get('idempotent-replayed')).toBe('true')
      expect(json<Job>(third).id).toBe(job.id)
    })

    it('is free again when the connection of its first request breaks, which leaves no job', async () => {
      const source = randomUUID()
      const headers = { 'idempotency-key': randomUUID() }
      const slow = slowBody(ndjson([{ ...envelope, source }, ...items(100)]))
      const abort = new AbortController()
      const first = target().fetch(new URL('/v1/jobs', target().baseUrl), {
        ...streamed(slow.body, headers),
        signal: abort.signal,
      })
      await slow.started
      abort.abort()
      await expect(first).rejects.toThrow()
      const answer = await eventually(async () => {
        const next = await postLines([{ ...envelope, source }, { id: 'sku-1' }], headers)
        return next.status === 202 ? next : null
      })
      expect((await jobsFrom(source)).map((job) => job.id)).toEqual([json<Job>(answer).id])
    })

    it('is the same bare and quoted', async () => {
      const key = randomUUID()
      const first = await submit(target(), { ...envelope, items: [] }, { 'idempotency-key': key })
      const second = await submit(target(), { ...envelope, items: [] }, { 'idempotency-key': `"${key}"` })
      expect(second.id).toBe(first.id)
    })
  })
}
