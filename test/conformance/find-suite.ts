import { randomUUID } from 'node:crypto'
import type {
  DeadLetterGroupPage,
  DeadLetterPage,
  Job,
  JobActionReceipt,
  RetryReceipt,
  SearchPage,
} from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { json, send, submit, untilDone } from './api.ts'
import { envelope, eventually } from './bodies.ts'
import { checkAnswer, checkProblem } from './check-answer.ts'
import type { UseTarget } from './target.ts'

/** Finds jobs and items, and acts on many of them. */
export function describeFinding(target: UseTarget): void {
  describe('groups of failed items', () => {
    it('count items with the same error, and are listed and tried again by their id', async () => {
      const sandbox = [{ status: 422, times: 1 }, { status: 422, times: 1 }, { status: 410 }]
      const items = sandbox.map((one) => ({ id: randomUUID(), data: { sandbox: one } }))
      const job = await submit(target(), { ...envelope, items })
      await untilDone(target(), job.id)
      const query = { jobId: job.id }
      const groups = async (more = {}) => {
        const answer = await send(target(), { operationId: 'listDeadLetterGroups', query: { ...query, ...more } })
        checkAnswer(answer)
        const page = json<DeadLetterGroupPage>(answer)
        expect(page.complete).toBe(true)
        return page.groups
      }
      const [most, other, ...rest] = await groups()
      expect(rest).toEqual([])
      expect(most).toMatchObject({ channel: 'sandbox', code: 'http_422', count: 2, retried: 0 })
      expect(other).toMatchObject({ code: 'http_410', count: 1, example: { jobId: job.id, index: 2 } })
      expect(most!.advice).not.toBe('')
      expect(await groups({ group: other!.id })).toEqual([other])

      const listed = await send(target(), { operationId: 'listDeadLetters', query: { ...query, group: most!.id } })
      expect(
        json<DeadLetterPage>(listed)
          .deadLetters.map(({ item }) => item.index)
          .sort(),
      ).toEqual([0, 1])
      const body = { jobIds: [job.id], groups: [most!.id] }
      const retry = await send(target(), { operationId: 'retryDeadLetters', body })
      expect(json<RetryReceipt>(retry).jobs).toMatchObject([{ retryOf: job.id, counts: { total: 2 } }])
      expect((await groups({ group: most!.id }))[0]).toMatchObject({ count: 2, retried: 2 })
      expect(await groups({ retried: 'false' })).toEqual([other])
      checkProblem(await send(target(), { operationId: 'retryDeadLetters', body }), 'nothing_to_retry')
    })
  })

  describe('search', () => {
    const find = async (q: string, more = {}) => {
      const answer = await send(target(), { operationId: 'search', query: { q, ...more } })
      checkAnswer(answer)
      expect(answer.status).toBe(200)
      return json<SearchPage>(answer)
    }
    const shown = ({ hits }: SearchPage) => hits.map(({ kind, jobId, index, status }) => [kind, jobId, index, status])

    it('finds jobs, executions, items, keys, metadata and codes by their id or value', async () => {
      const mark = randomUUID()
      const items = [
        { id: 'other', partitionKey: mark },
        { id: mark, partitionKey: mark },
        { id: mark, partitionKey: 'other', data: { sandbox: { status: 422 } } },
      ]
      const job = await submit(target(), { ...envelope, items })
      const tagged = await submit(target(), {
        ...{ ...envelope, executionId: `nightly-${mark}`, metadata: { batch: mark, other: 'x' } },
        ...{ objectType: 'offer', runAt: '2099-01-01T00:00:00Z', items: [{ id: mark }] },
      })
      await untilDone(target(), job.id)
      const found = await find(mark)
      expect(found).toMatchObject({ complete: true })
      expect(shown(found)).toEqual([
        ['metadata', tagged.id, null, 'scheduled'],
        ['item', tagged.id, 0, 'pending'],
        ['partition_key', tagged.id, 0, 'pending'],
        ['item', job.id, 1, 'succeeded'],
        ['item', job.id, 2, 'failed'],
        ['partition_key', job.id, 0, 'succeeded'],
      ])
      expect(found.hits[0]).toMatchObject({ field: 'batch', channel: 'sandbox', value: mark })
      for (const { links } of found.hits) {
        const answer = await target().fetch(new URL(links.self, target().baseUrl))
        expect(answer.status).toBe(200)
        await answer.text()
      }
      expect(shown(await find(mark, { kind: 'metadata' }))).toEqual([['metadata', tagged.id, null, 'scheduled']])
      expect(shown(await find(job.id))).toEqual([['job', job.id, null, 'ended']])
      expect(shown(await find(job.id.slice(0, -2)))).toContainEqual(['job', job.id, null, 'ended'])
      expect(await find(`nightly-${mark.slice(0, 30)}`)).toMatchObject({
        hits: [{ kind: 'execution', value: `nightly-${mark}`, jobId: null }],
      })
      expect((await find('http_422')).hits).toContainEqual(
        expect.objectContaining({ kind: 'error_code', channel: 'sandbox' }),
      )
      expect(await find(mark.slice(1))).toMatchObject({ hits: [], complete: true })
    })

    it('takes up to 256 bytes', async () => {
      expect(await find('ä'.repeat(128))).toMatchObject({ hits: [] })
      checkProblem(await send(target(), { operationId: 'search', query: { q: 'ä'.repeat(129) } }), 'bad_request')
    })
  })

  describe('actions on jobs', () => {
    const act = async (body: object, status: number) => {
      const answer = await send(target(), { operationId: 'actOnJobs', body })
      checkAnswer(answer)
      expect(answer.status).toBe(status)
      return json<JobActionReceipt>(answer)
    }
    const statusOf = async (jobId: string) =>
      json<Job>(await send(target(), { operationId: 'getJob', pathParams: { jobId } })).status

    it('change the jobs of the preview, and none that was made since', async () => {
      const source = `act-${randomUUID()}`
      const body = { ...envelope, source, runAt: '2099-01-01T00:00:00Z', items: [{ id: 'sku-1' }] }
      const jobs = [await submit(target(), body), await submit(target(), body)]
      const wish = (action: string) => ({ action, filter: { sources: [source], statuses: ['scheduled', 'paused'] } })
      const previewed = await act({ ...wish('pause'), dryRun: true }, 200)
      expect(previewed).toMatchObject({ action: 'pause', dryRun: true, count: 2, remaining: 2 })
      expect(await statusOf(jobs[0]!.id)).toBe('scheduled')
      const later = await submit(target(), body)
      const { selection } = previewed
      const changed = await act({ ...wish('pause'), selection }, 202)
      expect(changed).toMatchObject({ action: 'pause', dryRun: false, count: 2, remaining: 0 })
      for (const { id } of jobs) expect(await statusOf(id)).toBe('paused')
      expect(await statusOf(later.id)).toBe('scheduled')
      expect(await act({ ...wish('pause'), selection }, 202)).toMatchObject({ count: 0, remaining: 0 })
      for (const other of [wish('cancel'), { action: 'pause', filter: { sources: [source] } }]) {
        const refused = await send(target(), { operationId: 'actOnJobs', body: { ...other, selection } })
        checkProblem(refused, 'selection_invalid')
      }
      const { selection: all } = await act({ ...wish('cancel'), dryRun: true }, 200)
      expect(await act({ ...wish('cancel'), selection: all }, 202)).toMatchObject({ count: 3 })
      // Cancelling is durable at once; the end follows.
      for (const { id } of [...jobs, later])
        await eventually(async () => ((await statusOf(id)) === 'ended' ? id : null))
      expect(await act({ ...wish('cancel'), dryRun: true }, 200)).toMatchObject({ count: 0 })
    })
  })
}
